//! The words of a picture, the same in every format.

use super::model::{Edge, EdgeKind, Group, Hazard, Kind, Node, Totals};
use crate::finding::thousands;
use crate::report::{KeyStyle, shown_text};

/// As many rules are named in a box.
const NAMED: usize = 2;

/// Answers a text of the tree as it may stand in a picture: in one line of so many characters at most, and without secrets.
pub(super) fn shown(text: &str, longest: usize, style: KeyStyle) -> String {
    // What is cut off could have told a secret from a name, so that more is looked at than is shown.
    let looked = text.char_indices().nth(4 * longest).map_or(text, |(end, _)| &text[..end]);
    let shown = shown_text(looked, style);
    match shown.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", &shown[..end]),
        None => shown,
    }
}

/// `5 hosts, 17 units, 15 keys, 14 hazards`
pub(super) fn totals(totals: &Totals) -> String {
    let parts =
        [(totals.hosts, "host"), (totals.units, "unit"), (totals.keys, "validator key"), (totals.hazards, "hazard")];
    parts.map(|(count, word)| counted(count, word)).join(" · ")
}

/// `cirrus`, or `val-… ×180`; `cirrus and 179 more` where names have nothing in common.
pub(super) fn group(group: &Group) -> String {
    match group.hosts.len() {
        0 => "outside of the tree".to_owned(),
        1 => group.name.clone(),
        count if group.name == "…" => format!("{} and {} more", group.hosts[0], thousands(count - 1)),
        count => format!("{} ×{}", group.name, thousands(count)),
    }
}

/// The lines of a box: name, what it is, keys, and what is wrong.
pub(super) fn node(node: &Node) -> Vec<String> {
    let mut lines = vec![title(node), subtitle(node)];
    lines.extend(keys(node));
    lines.extend(alarms(&node.hazards));
    lines.retain(|line| !line.is_empty());
    lines
}

/// All there is to say of a box, in lines: what a page shows when it is pointed at.
pub(super) fn story(node: &Node) -> String {
    let mut lines = vec![format!("{} ({})", title(node), node.kind.word()), subtitle(node)];
    lines.extend(node.network.clone());
    lines.extend(keys(node));
    lines.extend(node.hazards.iter().map(|hazard| format!("{}: {}", alarm(hazard), hazard.headline)));
    lines.join("\n")
}

/// Its name, or what it is where several have no name in common, and how many there are.
pub(super) fn title(node: &Node) -> String {
    let name = if node.name == "…" { node.kind.word() } else { &node.name };
    if node.count > 1 { format!("{name} ×{}", thousands(node.count)) } else { name.to_owned() }
}

/// What it is: its client and release, or its kind.
pub(super) fn subtitle(node: &Node) -> String {
    let what = if node.detail.is_empty() { node.kind.word() } else { &node.detail };
    if node.spare { format!("{what} (spare)") } else { what.to_owned() }
}

/// How many keys it keeps, if any.
pub(super) fn keys(node: &Node) -> Option<String> {
    let is_keeper = matches!(node.kind, Kind::Validator | Kind::Keys) && !node.missing;
    (node.keys > 0 || is_keeper).then(|| match node.keys {
        0 => "no keys in the tree".to_owned(),
        count => counted(count, "key"),
    })
}

/// One line a rule, the worst first, with its severity; the rest is counted.
pub(super) fn alarms(hazards: &[Hazard]) -> Vec<String> {
    let alarms: Vec<&Hazard> = hazards.iter().filter(|hazard| hazard.is_alarm()).collect();
    let mut lines: Vec<String> = alarms.iter().take(NAMED).map(|hazard| alarm(hazard)).collect();
    if alarms.len() > NAMED {
        lines.push(format!("and {} more", alarms.len() - NAMED));
    }
    lines
}

fn alarm(hazard: &Hazard) -> String {
    let times = if hazard.count > 1 { format!(" ×{}", thousands(hazard.count)) } else { String::new() };
    format!("{}: {}{times}", hazard.severity.word(), hazard.rule)
}

/// `beacon API`, `shares 4 keys`
pub(super) fn edge(edge: &Edge) -> String {
    match edge.kind {
        EdgeKind::SharesKey => format!("shares {}", counted(edge.count, "key")),
        kind if edge.count > 1 => format!("{} ×{}", kind.word(), thousands(edge.count)),
        kind => kind.word().to_owned(),
    }
}

/// `1 file`, `2,000 files`
pub(super) fn counted(count: usize, word: &str) -> String {
    format!("{} {word}{}", thousands(count), if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_name_in_common_is_told_by_the_first_or_by_its_kind() {
        let hosts = ["ams-1", "fra-2", "hel-3"].map(str::to_owned).to_vec();
        let many = Group { name: "…".into(), hosts, ..Group::default() };
        assert_eq!(group(&many), "ams-1 and 2 more");
        assert_eq!(group(&Group { name: "val-…".into(), ..many }), "val-… ×3");
        let alike = Node { kind: Kind::Beacon, name: "…".into(), count: 3, ..Node::new(0) };
        assert_eq!(title(&alike), "beacon node ×3");
    }
}
