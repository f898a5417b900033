//! Alert rules of Prometheus and Grafana, and the routing of Alertmanager.

use super::model::Reading;
use crate::deployment::{Alert, Receiver, Route, Routing};
use crate::document::{Kind, Node};
use crate::source::Spanned;
use crate::workspace::{SourceFile, Workspace};

/// Routes below routes are followed no deeper.
const DEEPEST: usize = 16;
/// More routes are not read.
const MOST_ROUTES: usize = 1000;

/// Takes every file of alerts or routes. A Kubernetes resource stays free for others.
pub(super) fn read(workspace: &Workspace, reading: &mut Reading) {
    for file in workspace.written() {
        let Some(document) = file.document() else { continue };
        let roots: Vec<Node<'_>> = document.roots().filter(|root| root.kind() == Kind::Map).collect();
        for root in roots {
            // What an operator of Kubernetes reads stands under `spec`.
            let body = root.get("spec").filter(|_| root.get("kind").is_some()).unwrap_or(root);
            reading.inventory.alerts.extend(alerts(body));
            reading.inventory.routings.extend(routing(body, file));
        }
    }
}

/// `groups` of `rules`: Prometheus names each under `alert`, Grafana under `title`.
fn alerts(root: Node<'_>) -> Vec<Alert> {
    let groups = root.get("groups").into_iter().flat_map(Node::items);
    let rules = groups.flat_map(|group| group.get("rules").into_iter().flat_map(Node::items));
    let alert = |rule: Node<'_>| {
        let name = rule.get("alert").or_else(|| rule.get("title").filter(|_| rule.get("condition").is_some()))?;
        let expression = rule.get("expr").and_then(Node::str).unwrap_or_default().to_owned();
        Some(Alert { name: Spanned::new(name.str()?.to_owned(), name.place()), expression })
    };
    rules.filter_map(alert).collect()
}

fn routing(root: Node<'_>, file: &SourceFile) -> Option<Routing> {
    let (top, receivers) = (root.get("route")?, root.get("receivers")?);
    let mut routes = Vec::new();
    collect(top, None, &mut routes, 0);
    let receivers: Vec<Receiver> = receivers.items().filter_map(receiver).collect();
    (!routes.is_empty() && !receivers.is_empty()).then_some(Routing { file: file.id, routes, receivers })
}

fn collect(node: Node<'_>, above: Option<usize>, routes: &mut Vec<Route>, depth: usize) {
    if depth > DEEPEST || routes.len() >= MOST_ROUTES {
        return;
    }
    let named = node.get("receiver").and_then(|name| Some(Spanned::new(name.str()?.to_owned(), name.place())));
    let inherited = || above.and_then(|at: usize| routes.get(at)).map(|route: &Route| route.receiver.clone());
    let Some(receiver) = named.or_else(inherited) else { return };
    let at = routes.len();
    routes.push(Route { receiver, above, matchers: matchers(node) });
    node.get("routes").into_iter().flat_map(Node::items).for_each(|below| collect(below, Some(at), routes, depth + 1));
}

/// `matchers` as texts or as maps with name and value, and the older `match` and `match_re`.
fn matchers(node: Node<'_>) -> Vec<String> {
    let listed = node.get("matchers").into_iter().flat_map(Node::items).filter_map(|matcher| {
        let part = |key: &str| matcher.get(key).and_then(Node::str);
        let pair = || Some(format!("{}=\"{}\"", part("name")?, part("value")?));
        matcher.str().map(str::to_owned).or_else(pair)
    });
    let older = ["match", "match_re"].into_iter().filter_map(|key| node.get(key));
    let older =
        older.flat_map(Node::entries).filter_map(|entry| Some(format!("{}=\"{}\"", entry.name(), entry.value.str()?)));
    listed.chain(older).collect()
}

fn receiver(node: Node<'_>) -> Option<Receiver> {
    let name = node.get("name")?;
    let is_way = |key: &str| key.ends_with("_configs") || key.ends_with("Configs");
    let ways = node.entries().filter(|entry| is_way(entry.name())).map(|entry| entry.value.items().count()).sum();
    Some(Receiver { name: name.str()?.to_owned(), place: name.place(), ways })
}

#[cfg(test)]
mod tests {
    use crate::deployment::read;
    use crate::workspace::Workspace;

    #[test]
    fn alerts_are_read_in_the_three_dresses() {
        let prometheus =
            "groups:\n- name: a\n  rules:\n  - alert: Slashed\n    expr: x > 0\n  - record: y\n    expr: z\n";
        let operator = "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nspec:\n  groups:\n  - rules:\n    - alert: Down\n      expr: up == 0\n";
        let grafana = "apiVersion: 1\ngroups:\n- name: g\n  rules:\n  - title: Missed\n    condition: C\n";
        let inventory = read(&Workspace::of(&[("a.yml", prometheus), ("b.yml", operator), ("c.yml", grafana)]));
        let names: Vec<&str> = inventory.alerts.iter().map(|alert| alert.name.value.as_str()).collect();
        assert_eq!(names, ["Slashed", "Down", "Missed"]);
    }

    #[test]
    fn routes_take_their_receiver_from_above_and_receivers_count_their_ways() {
        let text = "route:\n  receiver: team\n  routes:\n  - matchers: [severity=\"critical\"]\n  - match: {severity: warning}\n    receiver: nobody\nreceivers:\n- name: team\n  slack_configs: [{channel: a}]\n  email_configs: [{to: b}, {to: c}]\n- name: nobody\n";
        let inventory = read(&Workspace::of(&[("alertmanager.yml", text)]));
        let routing = inventory.routings.first().expect("is read");
        let routes: Vec<(&str, usize)> =
            routing.routes.iter().map(|route| (route.receiver.value.as_str(), route.matchers.len())).collect();
        assert_eq!(routes, [("team", 0), ("team", 1), ("nobody", 1)]);
        assert_eq!(routing.receivers.iter().map(|receiver| receiver.ways).collect::<Vec<_>>(), [3, 0]);
    }
}
