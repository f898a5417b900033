//! Who is told: routes and receivers of Alertmanager, and policies and contact points of Grafana.

use crate::deployment::{Receiver, Route, Routing};
use crate::document::{Kind, Node};
use crate::source::{FileId, Spanned};

/// Routes below routes are followed no deeper.
const DEEPEST: usize = 16;
/// More routes are not read.
const MOST_ROUTES: usize = 1000;

/// What Grafana is provisioned with: policies and contact points may stand in files of their own.
#[derive(Debug, Default)]
pub(super) struct Grafana {
    policies: Vec<(FileId, Vec<Route>)>,
    receivers: Vec<Receiver>,
}

impl Grafana {
    /// Takes what a map says.
    pub fn take(&mut self, map: Node<'_>, file: FileId) {
        for policy in map.get("policies").into_iter().flat_map(Node::items) {
            let mut routes = Vec::new();
            collect(policy, None, &mut routes, 0);
            if !routes.is_empty() {
                self.policies.push((file, routes));
            }
        }
        for point in map.get("contactPoints").into_iter().flat_map(Node::items) {
            let ways = point.get("receivers").map_or(0, |receivers| receivers.items().count());
            let named = point.get("name").and_then(|name| Some((name, name.str()?.to_owned())));
            self.receivers.extend(named.map(|(name, text)| Receiver { name: text, place: name.place(), ways }));
        }
    }

    /// Answers the routing of each policy. Contact points can be made by hand, too.
    pub fn routings(self) -> Vec<Routing> {
        let Self { policies, receivers } = self;
        let routing = |(file, routes)| Routing { file, routes, receivers: receivers.clone(), open: true };
        policies.into_iter().map(routing).collect()
    }
}

/// Answers the routing of a map with a route and receivers.
pub(super) fn routing(map: Node<'_>, file: FileId) -> Option<Routing> {
    let (top, receivers) = (map.get("route")?, map.get("receivers")?);
    let mut routes = Vec::new();
    collect(top, None, &mut routes, 0);
    let receivers: Vec<Receiver> = receivers.items().filter_map(receiver).collect();
    (!routes.is_empty() && !receivers.is_empty()).then_some(Routing { file, routes, receivers, open: false })
}

fn collect(node: Node<'_>, above: Option<usize>, routes: &mut Vec<Route>, depth: usize) {
    if depth > DEEPEST || routes.len() >= MOST_ROUTES {
        return;
    }
    let named = node.get("receiver").and_then(|name| Some(Spanned::new(name.str()?.to_owned(), name.place())));
    let inherited = || above.and_then(|at: usize| routes.get(at)).map(|route: &Route| route.receiver.clone());
    let Some(receiver) = named.or_else(inherited) else { return };
    let at = routes.len();
    let continues = node.get("continue").and_then(Node::str) == Some("true");
    routes.push(Route { receiver, above, matchers: matchers(node), continues });
    node.get("routes").into_iter().flat_map(Node::items).for_each(|below| collect(below, Some(at), routes, depth + 1));
}

/// `matchers` as texts or as maps with name and value, Grafana's lists of three, and the older `match` and `match_re`.
fn matchers(node: Node<'_>) -> Vec<String> {
    let listed = ["matchers", "object_matchers"].into_iter().filter_map(|key| node.get(key)).flat_map(Node::items);
    let listed = listed.filter_map(|matcher| match matcher.kind() {
        Kind::Map => {
            let part = |key: &str| matcher.get(key).and_then(Node::str);
            let sign = part("matchType").unwrap_or("=");
            Some(format!("{}{sign}\"{}\"", part("name")?, part("value")?))
        }
        Kind::Sequence => {
            let mut parts = matcher.items().map(|part| part.str().unwrap_or_default());
            Some(format!("{}{}\"{}\"", parts.next()?, parts.next()?, parts.next()?))
        }
        Kind::Scalar => matcher.str().map(str::to_owned),
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
