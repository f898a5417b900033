//! Alert rules of Prometheus and Grafana.

use crate::deployment::Alert;
use crate::document::Node;
use crate::source::Spanned;

/// Answers the alerts of a map: `groups` of `rules`. Prometheus names each under `alert`, Grafana under `title`.
pub(super) fn alerts(map: Node<'_>) -> Vec<Alert> {
    let groups = map.get("groups").into_iter().flat_map(Node::items);
    let rules = groups.flat_map(|group| group.get("rules").into_iter().flat_map(Node::items));
    let alert = |rule: Node<'_>| {
        let name = rule.get("alert").or_else(|| rule.get("title").filter(|_| rule.get("condition").is_some()))?;
        let expression = rule.get("expr").and_then(Node::str).unwrap_or_default().to_owned();
        Some(Alert { name: Spanned::new(name.str()?.to_owned(), name.place()), expression })
    };
    rules.filter_map(alert).collect()
}
