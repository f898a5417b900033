//! Goes through the files of a tree: monitoring stands in files of its own, in resources, and inside ConfigMaps and values of charts.

use super::alerts::alerts;
use super::routing::{Grafana, routing};
use super::scrape::scrapes;
use crate::deployment::reader::model::Reading;
use crate::document::{Kind, Node, Syntax, parse_rendered};
use crate::source::FileId;
use crate::workspace::{SourceFile, Workspace};

/// Words of which one stands in every file that says something.
const WORDS: [&str; 9] = [
    "groups",
    "receivers",
    "contactPoints",
    "policies",
    "scrape_config",
    "ScrapeConfig",
    "PodMonitor",
    "ServiceMonitor",
    "VMPodScrape",
];
/// Values go no deeper, and no file has more of them.
const DEEPEST: usize = 24;
const MOST: usize = 200_000;

/// Takes what every file says of monitoring. A Kubernetes resource stays free for others.
pub(in crate::deployment::reader) fn read(workspace: &Workspace, reading: &mut Reading) {
    let mut grafana = Grafana::default();
    let speaks = |file: &SourceFile| {
        file.document().is_some_and(|document| WORDS.iter().any(|word| document.text().contains(word)))
    };
    for file in workspace.chosen(speaks) {
        let Some(document) = file.document() else { continue };
        let mut visit = Visit { workspace, file: file.id, grafana: &mut grafana, reading, left: MOST };
        document.roots().for_each(|root| visit.node(root, false, 0));
    }
    reading.inventory.routings.extend(grafana.routings());
}

struct Visit<'v> {
    workspace: &'v Workspace,
    file: FileId,
    grafana: &'v mut Grafana,
    reading: &'v mut Reading,
    left: usize,
}

impl Visit<'_> {
    /// Takes a map, and what stands below it; `stored`: it stands in a ConfigMap or Secret, whose texts are files.
    fn node(&mut self, node: Node<'_>, stored: bool, depth: usize) {
        self.left = self.left.saturating_sub(1);
        if depth > DEEPEST || self.left == 0 {
            return;
        }
        match node.kind() {
            Kind::Map => {
                let inventory = &mut self.reading.inventory;
                inventory.alerts.extend(alerts(node));
                inventory.routings.extend(routing(node, self.file));
                inventory.scrapes.extend(scrapes(node, self.workspace));
                self.grafana.take(node, self.file);
                let store = matches!(node.get("kind").and_then(Node::str), Some("ConfigMap" | "Secret"));
                for entry in node.entries() {
                    let holds = store && matches!(entry.name(), "data" | "stringData");
                    self.node(entry.value, holds, depth + 1);
                }
            }
            Kind::Sequence => node.items().for_each(|item| self.node(item, false, depth + 1)),
            Kind::Scalar => {}
        }
        if stored {
            for text in node.entries().filter_map(|entry| entry.value.text()) {
                if text.value().contains('\n') && WORDS.iter().any(|word| text.value().contains(word)) {
                    let inner = parse_rendered(&text, Syntax::Yaml);
                    inner.roots().for_each(|root| self.node(root, false, depth + 1));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::deployment::{Aim, read};
    use crate::workspace::Workspace;

    #[test]
    fn alerts_are_read_in_every_dress() {
        let prometheus =
            "groups:\n- name: a\n  rules:\n  - alert: Slashed\n    expr: x > 0\n  - record: y\n    expr: z\n";
        let operator = "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nspec:\n  groups:\n  - rules:\n    - alert: Down\n      expr: up == 0\n";
        let grafana = "apiVersion: 1\ngroups:\n- name: g\n  rules:\n  - title: Missed\n    condition: C\n";
        let stored = "apiVersion: v1\nkind: ConfigMap\ndata:\n  rules.yml: |\n    groups:\n    - rules:\n      - alert: Stored\n        expr: up\n";
        let values =
            "serverFiles:\n  alerting_rules.yml:\n    groups:\n    - rules:\n      - alert: Values\n        expr: up\n";
        let texts =
            [("a.yml", prometheus), ("b.yml", operator), ("c.yml", grafana), ("d.yml", stored), ("e.yml", values)];
        let inventory = read(&Workspace::of(&texts));
        let names: Vec<&str> = inventory.alerts.iter().map(|alert| alert.name.value.as_str()).collect();
        assert_eq!(names, ["Slashed", "Down", "Missed", "Stored", "Values"]);
        let stored_at = inventory.alerts[3].name.span;
        assert_eq!(&stored[stored_at.start as usize..stored_at.end as usize], "Stored");
    }

    #[test]
    fn routes_take_their_receiver_from_above_and_receivers_count_their_ways() {
        let text = "route:\n  receiver: team\n  routes:\n  - matchers: [severity=\"critical\"]\n    continue: true\n  - match: {severity: warning}\n    receiver: nobody\nreceivers:\n- name: team\n  slack_configs: [{channel: a}]\n  email_configs: [{to: b}, {to: c}]\n- name: nobody\n";
        let inventory = read(&Workspace::of(&[("alertmanager.yml", text)]));
        let routing = inventory.routings.first().expect("is read");
        let routes: Vec<(&str, usize, bool)> = routing
            .routes
            .iter()
            .map(|route| (route.receiver.value.as_str(), route.matchers.len(), route.continues))
            .collect();
        assert_eq!(routes, [("team", 0, false), ("team", 1, true), ("nobody", 1, false)]);
        assert_eq!(routing.receivers.iter().map(|receiver| receiver.ways).collect::<Vec<_>>(), [3, 0]);
    }

    #[test]
    fn policies_of_grafana_are_routes_to_its_contact_points() {
        let policies = "apiVersion: 1\npolicies:\n- orgId: 1\n  receiver: team\n  routes:\n  - receiver: nobody\n    object_matchers: [[severity, '=', critical]]\n";
        let points = "apiVersion: 1\ncontactPoints:\n- name: team\n  receivers: [{type: slack}]\n- name: nobody\n  receivers: []\n";
        let inventory = read(&Workspace::of(&[("p.yml", policies), ("c.yml", points)]));
        let routing = inventory.routings.first().expect("is read");
        assert_eq!(routing.routes[1].matchers, ["severity=\"critical\""]);
        assert_eq!(routing.receivers.iter().map(|receiver| receiver.ways).collect::<Vec<_>>(), [1, 0]);
    }

    #[test]
    fn what_is_collected_is_read_in_every_dress() {
        let prometheus = "scrape_configs:\n- job_name: a\n  static_configs: [{targets: ['vc:5064', bn:5054]}]\n- job_name: b\n  file_sd_configs: [{files: ['/etc/prometheus/nodes/*.json']}]\n- job_name: c\n  kubernetes_sd_configs: [{role: pod}]\n";
        let monitor =
            "apiVersion: monitoring.coreos.com/v1\nkind: PodMonitor\nspec:\n  selector: {matchLabels: {app: vc}}\n";
        let texts = [
            ("prometheus.yml", prometheus),
            ("nodes/all.json", "[{\"targets\": [\"other:8008\"]}]"),
            ("pod.yml", monitor),
        ];
        let inventory = read(&Workspace::of(&texts));
        let shown: Vec<String> = inventory
            .scrapes
            .iter()
            .map(|scrape| match &scrape.aim {
                Aim::Target(text) => text.value().to_owned(),
                Aim::Labels(labels) => format!("{labels:?}"),
                Aim::Unknown => "?".to_owned(),
            })
            .collect();
        assert_eq!(shown, ["[(\"app\", \"vc\")]", "vc:5064", "bn:5054", "other:8008", "?"]);
    }
}
