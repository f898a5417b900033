//! What a flag with its values says about canonical settings, on the command line, in a variable or in a file.

use super::model::{Carrier, Setting};
use super::settle::{Assignment, IMPLIED};
use crate::catalogue::{Flag, FlagKind, Found, ValueType};
use crate::source::{Span, Text};
use std::borrow::Cow;

/// The setting that takes the second half of a [`ValueType::PathPair`].
const PASSWORDS: &str = "keys.passwords";

/// A flag as something carries it.
pub(super) struct Use<'a> {
    /// Which flag.
    pub found: Found<'a>,
    /// What it is given; nothing for a bare switch.
    pub values: &'a [Text],
    /// The place of its name.
    pub name: Span,
    /// Where the name was written, if elsewhere.
    pub origin: Option<Span>,
    /// How it is spelled there.
    pub spelling: &'a str,
    /// What carries it.
    pub carrier: Carrier,
    /// How strong that is.
    pub strength: u8,
}

/// Answers the settings that a flag decides.
pub(super) fn assignments(given: &Use<'_>) -> Vec<Assignment> {
    let flag = given.found.flag;
    let Some(values) = effective(given).filter(|_| !flag.noop) else { return Vec::new() };
    let off = flag.kind == FlagKind::Switch && values.first().is_some_and(is_off);
    let mut all = Vec::new();
    if let Some(setting) = flag.setting.as_deref() {
        for value in values.iter() {
            all.extend(own(given, setting, value, off));
        }
    }
    for also in flag.also.iter().filter(|_| !off) {
        let value =
            values.first().map_or_else(|| Text::literal(&also.value, given.name), |first| as_known(first, &also.value));
        all.push(Assignment { strength: IMPLIED, quiet: true, list: false, ..given.assign(&also.setting, value) });
    }
    all
}

/// Answers what the flag comes to when its bare form and its negation are spelled out.
fn effective<'a>(given: &Use<'a>) -> Option<Cow<'a, [Text]>> {
    let flag = given.found.flag;
    let switch = |position: &str| {
        let mut text = Text::empty(given.name);
        text.push(position, given.name, given.origin);
        Some(Cow::Owned(vec![text]))
    };
    match (flag.kind, given.values.is_empty()) {
        (FlagKind::Switch, _) if given.found.negated => switch("false"),
        (FlagKind::Switch, true) => switch("true"),
        (_, true) => switch(flag.bare.as_deref()?),
        (_, false) => Some(Cow::Borrowed(given.values)),
    }
}

fn own(given: &Use<'_>, setting: &str, value: &Text, off: bool) -> Vec<Assignment> {
    let flag = given.found.flag;
    if let Some(fixed) = flag.value.as_deref() {
        let on = (!off).then(|| as_known(value, fixed));
        return on.into_iter().map(|value| given.assign(setting, value)).collect();
    }
    match (flag.value_type, flag.port_setting.as_deref()) {
        (ValueType::HostPort, Some(port)) => host_and_port(given, setting, port, value),
        (ValueType::PathPair, _) => pairs(given, setting, value),
        _ => vec![given.assign(setting, turned(flag, value))],
    }
}

fn host_and_port(given: &Use<'_>, setting: &str, port_setting: &str, value: &Text) -> Vec<Assignment> {
    let Some((host, port)) = split_last(value, ':') else { return vec![given.assign(setting, value.clone())] };
    // Without a host it listens on every address.
    let host = if host.value().is_empty() { respelled(value, "0.0.0.0") } else { host };
    vec![given.assign(setting, host), given.assign(port_setting, port)]
}

/// Parts each `keys:passwords` of a list.
fn pairs(given: &Use<'_>, setting: &str, value: &Text) -> Vec<Assignment> {
    let list = |assignment: Assignment| Assignment { list: true, ..assignment };
    let split = |item: Text| match split_last(&item, ':') {
        Some((keys, passwords)) => vec![list(given.assign(setting, keys)), list(given.assign(PASSWORDS, passwords))],
        None => vec![list(given.assign(setting, item))],
    };
    value.split(',').into_iter().flat_map(split).collect()
}

impl Use<'_> {
    fn assign(&self, setting: &str, value: Text) -> Assignment {
        let place = if value.value().is_empty() { self.name } else { value.span() };
        let (name, spelling) = (setting.to_owned(), self.spelling.to_owned());
        let (flag, on_line) = (self.found.flag, self.carrier == Carrier::Flag);
        Assignment {
            setting: Setting { name, value, more: Vec::new(), carrier: self.carrier, place, spelling },
            strength: self.strength,
            list: flag.kind == FlagKind::List && !(flag.once && on_line),
            quiet: false,
        }
    }
}

/// Tells whether a switch is known to be off.
pub(super) fn is_off(value: &Text) -> bool {
    value.known().is_some_and(|value| matches!(value.to_ascii_lowercase().as_str(), "false" | "off" | "no" | "0"))
}

/// Answers what a flag that may invert makes of its value.
fn turned(flag: &Flag, value: &Text) -> Text {
    match value.known().map(|known| flag.meaning(known)) {
        Some(meaning) if meaning != value.value() => respelled(value, meaning),
        _ => value.clone(),
    }
}

/// Answers `meaning` if the text is known, else the text with its hole.
fn as_known(value: &Text, meaning: &str) -> Text {
    if value.is_known() { respelled(value, meaning) } else { value.clone() }
}

/// Answers another text at the same place, written at the same origin.
pub(super) fn respelled(text: &Text, value: &str) -> Text {
    let mut other = Text::empty(text.span());
    match text.origin() {
        Some(origin) => other.push(value, text.span(), Some(origin)),
        None => other.push_inexact(value, text.span()),
    }
    other
}

/// Cuts at the last `sign` that is not inside a hole.
fn split_last(text: &Text, sign: char) -> Option<(Text, Text)> {
    let value = text.value();
    let at = value.rmatch_indices(sign).map(|(at, _)| at).find(|at| text.is_known_in(*at..at + sign.len_utf8()))?;
    Some((text.slice(0..at), text.slice(at + sign.len_utf8()..value.len())))
}
