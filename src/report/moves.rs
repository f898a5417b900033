//! What a change does to keys, in words: who owned them, who owns them now, and in which order that has to be carried out.

use super::clean;
use super::summary::number;
use crate::finding::{KeyMove, Outcome};
use std::collections::BTreeSet;

/// As many moves are told one by one.
const TOLD: usize = 20;

/// The rule that says that nothing proves a history to have moved.
const UNPROVEN: &str = "key-moved-without-history";
/// The rule that says that an old owner can still start.
const ORPHANED: &str = "orphaned-owner";

/// What a reviewer has to know about the moves of a change.
pub(super) struct Told {
    /// One line a move.
    pub moves: Vec<String>,
    /// What has to be done before the change is deployed, in order.
    pub order: Vec<String>,
    /// What the trees do not prove.
    pub unproven: Vec<String>,
}

/// Tells the moves of an outcome; nothing if it is not one of two trees, or nothing moved.
pub(super) fn told(outcome: &Outcome, ascii: bool) -> Option<Told> {
    let moves = outcome.moves.as_ref().filter(|moves| !moves.is_empty())?;
    let mut lines: Vec<String> = moves.iter().take(TOLD).map(|found| line(found, ascii)).collect();
    if moves.len() > TOLD {
        let rest: usize = moves.iter().skip(TOLD).map(|found| found.keys.len()).sum();
        lines.push(format!("{} more moves of {} keys", number(moves.len() - TOLD), number(rest)));
    }
    let said = |rule: &str| -> Vec<String> {
        let findings = outcome.findings.iter().filter(|finding| finding.rule == rule);
        findings.map(|finding| clean::line(&finding.headline, ascii).into_owned()).collect()
    };
    let mut unproven = said(ORPHANED);
    unproven.extend(said(UNPROVEN));
    Some(Told { moves: lines, order: order(moves, ascii), unproven })
}

/// Says one move: `22,500 keys  host  a -> b`.
fn line(found: &KeyMove, ascii: bool) -> String {
    let arrow = if ascii { "->" } else { "→" };
    let keys = if found.keys.len() == 1 { "1 key".to_owned() } else { format!("{} keys", number(found.keys.len())) };
    let words = match (&found.from, &found.to) {
        (None, Some(to)) => format!("new at {}", to.words),
        (Some(from), None) => format!("gone from {}, to nobody", from.words),
        (Some(from), Some(to)) => format!("{} {arrow} {}", from.words, to.words),
        (None, None) => String::new(),
    };
    clean::line(&format!("{keys}, {}: {words}", kind(found.kind)), ascii).into_owned()
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

/// Says what has to be stopped first, and what follows.
fn order(moves: &[KeyMove], ascii: bool) -> Vec<String> {
    let crossing = || moves.iter().filter(|found| found.from.is_some() && found.to.is_some());
    let parties = |pick: fn(&KeyMove) -> Option<&crate::finding::Party>| -> String {
        let names: BTreeSet<&str> = crossing().filter_map(pick).map(|party| party.words.as_str()).collect();
        clean::line(&names.into_iter().collect::<Vec<_>>().join(", "), ascii).into_owned()
    };
    if crossing().next().is_none() {
        return Vec::new();
    }
    let (from, to) = (parties(|found| found.from.as_ref()), parties(|found| found.to.as_ref()));
    vec![
        format!("stop for good, so that no restart and no reboot brings it back: {from}"),
        "see from outside that its keys miss two epochs, and that it loads none of them after a restart without network".to_owned(),
        "export its signing history with the process stopped (EIP-3076)".to_owned(),
        format!("import that history, then start: {to}"),
    ]
}
