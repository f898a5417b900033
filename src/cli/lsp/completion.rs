//! Flags of a client and their values, while they are written into its command.

use super::flag;
use super::place::{Place, Running, parts_words};
use crate::catalogue::{Carriers, Flag, FlagKind, NetworkKind, Standing, SwitchValues};
use crate::finding::Card;
use crate::source::Span;
use std::collections::BTreeSet;

/// The canonical setting whose values are the networks that there are.
const NETWORK: &str = "network";

/// Something that can be written here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Offer {
    /// What takes the place of the bytes.
    pub text: String,
    /// What it does, in a few words.
    pub says: Option<String>,
    /// All there is to say about it, as Markdown.
    pub page: String,
    /// It is a value, not a flag.
    pub is_value: bool,
    /// The client will not take it for ever.
    pub is_deprecated: bool,
    /// It comes last: a flag stands in the command already and once is enough, a rule says nothing in this file.
    pub is_given: bool,
}

/// What can be written, and the bytes of the newest text whose place it takes.
pub(super) type Offers = (std::ops::Range<usize>, Vec<Offer>);

/// Answers what can be written at a byte of the newest text; `place` is where that stood when the tree was checked.
pub(super) fn completion(place: &Place<'_>, newest: &str, byte: usize) -> Option<Offers> {
    let (before, after) = newest.split_at_checked(byte)?;
    if let Some(typed) = rule_begun(before) {
        let end = after.find(|letter: char| !is_of_rule(letter)).unwrap_or(after.len());
        return Some((byte - typed.len()..byte + end, rules(place)));
    }
    let running = narrowest(place)?;
    let typed = before.rsplit(parts_words).next().unwrap_or_default();
    let from = byte - typed.len();
    let until = |ends: &dyn Fn(char) -> bool| byte + after.find(ends).unwrap_or(after.len());
    let joins = &running.client.command_line.joins;
    let is_join = |letter: char| joins.contains(&letter);
    let line = before.rsplit('\n').next().unwrap_or_default();
    if line.trim() == "-" {
        // The sign of a list's item.
        return None;
    }
    if let Some(name) = typed.strip_prefix('-').map(|rest| rest.trim_start_matches('-')) {
        let Some((name, value)) = name.split_once(is_join) else {
            let range = from..until(&|letter| parts_words(letter) || is_join(letter));
            return Some((range, flags(&running, typed)));
        };
        let found = running.client.flag(running.invocation.role, name)?;
        return Some((byte - value.len()..until(&parts_words), values(place, &running, found.flag, true)));
    }
    let given = running.invocation.flags.iter().find(|given| given.values.iter().any(|value| place.is_at(value)));
    match given.and_then(|given| running.entry(given)) {
        Some(flag) => Some((from..until(&parts_words), values(place, &running, flag, false))),
        None if typed.is_empty() => Some((byte..byte, flags(&running, typed))),
        None => None,
    }
}

fn is_of_rule(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '-'
}

/// Answers what is written of the name of a rule, in the brackets of an allow comment.
fn rule_begun(before: &str) -> Option<&str> {
    let line = before.rsplit('\n').next()?;
    let list = line.rsplit_once("stakelint: allow(").map(|(_, list)| list).filter(|list| !list.contains(')'))?;
    list.rsplit(',').next().map(str::trim_start).filter(|typed| typed.chars().all(is_of_rule))
}

/// Answers all rules; those that speak in the file come first.
fn rules(place: &Place<'_>) -> Vec<Offer> {
    let checked = &place.tree.checked;
    let findings = checked.outcome.findings.iter();
    let here: BTreeSet<&str> = findings
        .filter(|finding| finding.labels.iter().any(|label| label.span.file == place.file))
        .map(|finding| finding.rule.as_str())
        .collect();
    let offer = |card: &Card| Offer {
        text: card.id.clone(),
        says: Some(card.title.clone()),
        page: card.why.clone(),
        is_value: true,
        is_deprecated: false,
        is_given: !here.contains(card.id.as_str()),
    };
    checked.cards.values().map(offer).collect()
}

/// Answers the client in whose command a place lies; of several the one whose command is the shortest.
fn narrowest<'v>(place: &Place<'v>) -> Option<Running<'v>> {
    let commands = place.clients().filter_map(|running| {
        let command = &running.workload.unit.command;
        let of_words = |words: &[crate::source::Text]| {
            let spans = words.iter().map(crate::source::Text::span).filter(|span| span.file == place.file);
            spans.reduce(Span::to)
        };
        let spans = [command.place, of_words(&command.words), of_words(&command.written)];
        let length = spans.into_iter().flatten().filter(|span| place.is_in(*span)).map(Span::len).min()?;
        Some((length, running))
    });
    commands.min_by_key(|(length, _)| *length).map(|(_, running)| running)
}

fn flags(running: &Running<'_>, typed: &str) -> Vec<Offer> {
    let Running { invocation, client, .. } = running;
    let written: BTreeSet<&str> = invocation
        .line()
        .filter(|given| given.name.value() != typed)
        .filter_map(|given| given.known.as_deref())
        .collect();
    let takes = |flag: &&Flag| {
        let standing = invocation.version.as_ref().map(|version| flag.standing(version));
        let is_there = match standing {
            Some(standing) => !matches!(standing, Standing::Removed | Standing::TooNew),
            None => flag.removed.is_none(),
        };
        flag.roles.contains(&invocation.role)
            && flag.carriers == Carriers::Any
            && !flag.noop
            && !flag.hidden
            && is_there
    };
    let offer = |flag: &Flag| {
        let name = format!("--{}", flag.name);
        let joined = client.command_line.joins.first().filter(|_| flag.kind != FlagKind::Switch);
        let join = joined.filter(|_| !client.command_line.next_word).map(ToString::to_string);
        Offer {
            text: format!("{name}{}", join.unwrap_or_default()),
            says: flag.says.clone(),
            page: flag::page(running, flag, &name),
            is_value: false,
            is_deprecated: flag.deprecated.is_some(),
            is_given: written.contains(flag.name.as_str()) && flag.kind != FlagKind::List,
        }
    };
    client.flags.iter().filter(takes).map(offer).collect()
}

fn values(place: &Place<'_>, running: &Running<'_>, flag: &Flag, joined: bool) -> Vec<Offer> {
    let takes = running.client.command_line.switch_values;
    let is_position = takes == SwitchValues::Either || takes == SwitchValues::Joined && joined;
    let choices: Vec<String> = if !flag.choices.is_empty() {
        flag.choices.clone()
    } else if flag.kind == FlagKind::Switch && is_position {
        vec!["true".to_owned(), "false".to_owned()]
    } else if flag.setting.as_deref() == Some(NETWORK) {
        let networks = place.tree.catalogue.networks().iter();
        let live = networks.filter(|network| !matches!(network.kind, NetworkKind::Development | NetworkKind::Retired));
        live.map(|network| network.name.clone()).collect()
    } else {
        Vec::new()
    };
    let page = flag::page(running, flag, &format!("--{}", flag.name));
    let offer = |text: String| Offer {
        text,
        says: None,
        page: page.clone(),
        is_value: true,
        is_deprecated: false,
        is_given: false,
    };
    choices.into_iter().map(offer).collect()
}
