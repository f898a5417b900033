//! What a change does to keys, in words: who owned them, who owns them now, and in which order that has to be carried out.

use super::clean;
use super::summary::number;
use crate::finding::{KeyMove, Outcome, Party};
use std::collections::{BTreeMap, BTreeSet};

/// So many moves of one kind are told one by one; of more, their sum and the largest.
const EACH: usize = 4;
/// As many of the largest are told.
const LARGEST: usize = 5;
/// As many units of a step are named.
const NAMED: usize = 8;
/// As many ways are told in a sum.
const WAYS: usize = 4;

/// The rule that says that nothing proves a history to have moved.
const UNPROVEN: &str = "key-moved-without-history";
/// The rule that says that an old owner can still start.
const ORPHANED: &str = "orphaned-owner";

/// What a reviewer has to know about the moves of a change.
pub(super) struct Told {
    /// The moves: those of one kind after one another, the most keys first.
    pub moves: Vec<Item>,
    /// What has to be done before the change is deployed, in order.
    pub order: Vec<Item>,
    /// What the trees do not prove.
    pub unproven: Vec<String>,
}

/// A line, and what stands below it.
pub(super) struct Item {
    pub text: String,
    pub below: Vec<String>,
}

/// Tells the moves of an outcome; nothing if it is not one of two trees, or nothing moved.
pub(super) fn told(outcome: &Outcome, ascii: bool) -> Option<Told> {
    let moves = outcome.moves.as_ref().filter(|moves| !moves.is_empty())?;
    let mut kinds: Vec<&str> = Vec::new();
    for found in moves {
        if !kinds.contains(&found.kind) {
            kinds.push(found.kind);
        }
    }
    let of = |kind: &str| moves.iter().filter(|found| found.kind == kind).collect::<Vec<_>>();
    let lines = kinds.into_iter().flat_map(|kind| told_kind(&of(kind), ascii)).collect();
    let said = |rule: &str| -> Vec<String> {
        let findings = outcome.findings.iter().filter(|finding| finding.rule == rule);
        findings.map(|finding| clean::line(&finding.headline, ascii).into_owned()).collect()
    };
    let mut unproven = said(ORPHANED);
    unproven.extend(said(UNPROVEN));
    Some(Told { moves: lines, order: order(moves, ascii), unproven })
}

/// Tells the moves of one kind.
fn told_kind(moves: &[&KeyMove], ascii: bool) -> Vec<Item> {
    let line = |found: &&KeyMove| format!("{}, {}: {}", keys(found.count()), kind(found.kind), way(found, ascii));
    let clean = |text: String| clean::line(&text, ascii).into_owned();
    if moves.len() <= EACH {
        return moves.iter().map(|found| Item { text: clean(line(found)), below: Vec::new() }).collect();
    }
    let sum = moves.iter().map(|found| found.count()).fold(0, u64::saturating_add);
    let kind = moves.first().map_or("", |found| kind(found.kind));
    let text = format!("{}, {kind}, in {} moves: {}", keys(sum), number(moves.len()), ways(moves, ascii));
    let mut below: Vec<String> = moves
        .iter()
        .take(LARGEST)
        .map(|found| clean(format!("{}: {}", keys(found.count()), way(found, ascii))))
        .collect();
    if moves.len() > LARGEST {
        let rest = moves.iter().skip(LARGEST).map(|found| found.count()).fold(0, u64::saturating_add);
        below.push(format!("{} more moves of {} (--format json names all)", number(moves.len() - LARGEST), keys(rest)));
    }
    vec![Item { text: clean(text), below }]
}

/// Sums moves by the hosts that they cross, or by the kinds of processes on one host.
fn ways(moves: &[&KeyMove], ascii: bool) -> String {
    let arrow = arrow(ascii);
    let crosses = moves.iter().any(|found| found.kind == "host");
    let name = |party: &Option<Party>| match party {
        None => "nobody".to_owned(),
        Some(party) if crosses && !party.host.is_empty() => format!("`{}`", party.host),
        Some(party) if crosses => party.words.clone(),
        Some(party) => party.part.to_owned(),
    };
    let mut sums: BTreeMap<(String, String), u64> = BTreeMap::new();
    for found in moves {
        let sum = sums.entry((name(&found.from), name(&found.to))).or_default();
        *sum = sum.saturating_add(found.count());
    }
    let mut sums: Vec<_> = sums.into_iter().collect();
    sums.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let mut told: Vec<String> =
        sums.iter().take(WAYS).map(|((from, to), count)| format!("{} {from} {arrow} {to}", amount(*count))).collect();
    if sums.len() > WAYS {
        told.push(format!("and {} more ways", sums.len() - WAYS));
    }
    told.join(", ")
}

fn way(found: &KeyMove, ascii: bool) -> String {
    match (&found.from, &found.to) {
        (None, Some(to)) => format!("new at {}", to.words),
        (Some(from), None) => format!("gone from {}, to nobody", from.words),
        (Some(from), Some(to)) => format!("{} {} {}", from.words, arrow(ascii), to.words),
        (None, None) => String::new(),
    }
}

fn arrow(ascii: bool) -> &'static str {
    if ascii { "->" } else { "→" }
}

fn keys(count: u64) -> String {
    if count == 1 { "1 key".to_owned() } else { format!("{} keys", amount(count)) }
}

fn amount(count: u64) -> String {
    number(usize::try_from(count).unwrap_or(usize::MAX))
}

fn kind(word: &str) -> &str {
    match word {
        "host" => "to another host",
        "process" => "to another process of the host",
        "rename" => "to another name",
        "added" => "added",
        _ => "dropped",
    }
}

/// The owners that lose keys to others, and those that get them: the first have to be down before the second start.
pub(super) struct Order<'m> {
    pub stop: BTreeSet<&'m str>,
    pub start: BTreeSet<&'m str>,
}

/// Answers who has to be stopped before whom is started; `name` says how owners are called.
pub(super) fn sides<'m>(moves: &'m [KeyMove], name: fn(&'m Party) -> &'m str) -> Order<'m> {
    let crossing: Vec<_> = moves.iter().filter_map(|found| found.from.as_ref().zip(found.to.as_ref())).collect();
    let stop = crossing.iter().map(|(from, _)| name(from)).collect();
    Order { stop, start: crossing.iter().map(|(_, to)| name(to)).collect() }
}

/// Says what has to be stopped first, and what follows.
fn order(moves: &[KeyMove], ascii: bool) -> Vec<Item> {
    let Order { stop, start } = sides(moves, |party| party.words.as_str());
    if stop.is_empty() {
        return Vec::new();
    }
    let both = stop.intersection(&start).count();
    let named = |names: &BTreeSet<&str>| -> Vec<String> {
        let mut lines: Vec<String> =
            names.iter().take(NAMED).map(|name| clean::line(name, ascii).into_owned()).collect();
        if names.len() > NAMED {
            lines.push(format!("and {} more", names.len() - NAMED));
        }
        lines
    };
    let step = |text: &str| Item { text: text.to_owned(), below: Vec::new() };
    let mut steps = vec![
        Item {
            text: "stop for good, so that no restart and no reboot brings it back:".to_owned(),
            below: named(&stop),
        },
        step(
            "see from outside that its keys miss two epochs, and that it loads none of them after a restart without network",
        ),
        step("export its signing history with the process stopped (EIP-3076)"),
        Item { text: "import that history, then start:".to_owned(), below: named(&start) },
    ];
    if both > 0 {
        steps.push(step(&format!(
            "{both} of them lose keys and get others: all are stopped before any of them starts, not host by host"
        )));
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn party(host: &str, part: &'static str) -> Option<Party> {
        Some(Party {
            owner: format!("{host}/x"),
            words: format!("{part} `x` on host `{host}`"),
            host: host.into(),
            part,
        })
    }

    fn moved(from: Option<Party>, to: Option<Party>, kind: &'static str, count: u64) -> KeyMove {
        let ranges = vec![crate::finding::KeySpan { list: "hoodi".into(), start: 0, end: count }];
        KeyMove { from, to, keys: Vec::new(), ranges, kind }
    }

    #[test]
    fn many_moves_of_one_kind_are_told_as_a_sum_and_the_largest() {
        let (node, client) = ("beacon node", "validator client");
        let all: Vec<KeyMove> = (0..7)
            .map(|at| moved(party(&format!("h{at}"), node), party(&format!("h{at}"), client), "process", 1000 - at))
            .collect();
        let items = told_kind(&all.iter().collect::<Vec<_>>(), false);
        assert_eq!(items.len(), 1);
        assert_eq!(
            items[0].text,
            "6,979 keys, to another process of the host, in 7 moves: 6,979 beacon node → validator client"
        );
        assert_eq!(items[0].below.len(), LARGEST + 1);
        assert_eq!(items[0].below[LARGEST], "2 more moves of 1,989 keys (--format json names all)");
        let few = told_kind(&all.iter().take(2).collect::<Vec<_>>(), true);
        assert_eq!(
            few[1].text,
            "999 keys, to another process of the host: beacon node `x` on host `h1` -> validator client `x` on host `h1`"
        );
    }

    #[test]
    fn owners_that_lose_and_get_keys_are_all_stopped_first() {
        let swap = [
            moved(party("a", "unit"), party("b", "unit"), "host", 1),
            moved(party("b", "unit"), party("c", "unit"), "host", 1),
        ];
        let steps = order(&swap, false);
        assert_eq!((steps[0].below.len(), steps[3].below.len()), (2, 2));
        assert!(steps[4].text.starts_with("1 of them lose keys"), "{}", steps[4].text);
        assert!(order(&[moved(None, party("a", "unit"), "added", 5)], false).is_empty());
    }
}
