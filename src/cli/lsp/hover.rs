//! What is told of the word under the pointer: the card of a rule that speaks here, a flag, a client.

use super::flag;
use super::place::{Place, Running};
use crate::catalogue::Channel;
use crate::finding::{Cards, Finding};
use crate::invocation::{Carrier, Unseen};
use crate::lint::part_name;
use crate::report::{KeyStyle, shown_text};
use std::collections::BTreeSet;

/// No more is told at once.
const MOST: usize = 5;

/// Answers what there is to tell, as Markdown; nothing if there is nothing.
pub(super) fn hover(place: &Place<'_>) -> Option<String> {
    let cards = &place.tree.checked.cards;
    let mut told: Vec<String> = place.findings().map(|finding| card(finding, cards)).collect();
    let mut known = BTreeSet::new();
    let flags = place.flags().filter_map(|(running, given)| {
        let written = if given.carrier == Carrier::File { given.name.value() } else { given.name.known()? };
        Some(flag::page(&running, running.entry(given)?, written))
    });
    let variables = place.clients().flat_map(|running| variables(place, running));
    let clients = place.clients().filter(|running| is_named_at(place, running)).map(|running| client(&running));
    told.extend(flags.chain(variables).chain(clients).filter(|page| known.insert(page.clone())));
    told.truncate(MOST);
    (!told.is_empty()).then(|| told.join("\n\n---\n\n"))
}

/// Answers the card of a rule, as it speaks here.
fn card(finding: &Finding, cards: &Cards) -> String {
    let say = |text: &str| {
        let lines: Vec<String> = text.trim().lines().map(|line| shown_text(line, KeyStyle::Short)).collect();
        lines.join("\n")
    };
    let card = cards.get(&finding.rule);
    let title = card.map_or(finding.rule.as_str(), |card| card.title.as_str());
    let mut page = format!("**{title}** · {} · `{}`", finding.severity.word(), finding.rule);
    page.push_str(&format!("\n\n{}", say(&finding.headline)));
    page.push_str(&format!("\n\n**Why**: {}", say(&finding.why)));
    page.push_str(&format!("\n\n**What to do**\n\n{}", say(&finding.help)));
    if let Some(emergency) = card.and_then(|card| card.emergency.as_deref()) {
        page.push_str(&format!("\n\n**If it has happened already**\n\n{}", say(emergency)));
    }
    let links = card.map(|card| card.links.as_slice()).unwrap_or_default();
    let links: Vec<String> = links.iter().map(|link| format!("<{link}>")).collect();
    if !links.is_empty() {
        page.push_str(&format!("\n\n{}", links.join("  \n")));
    }
    page
}

/// Answers the flags that the variables here stand for.
fn variables<'v>(place: &Place<'v>, running: Running<'v>) -> Vec<String> {
    let here = running.workload.unit.env.iter().filter(|variable| place.is_in(variable.name.span));
    let page = |name: &str| {
        let flag = running.client.flag_of_variable(running.invocation.role, name)?;
        Some(flag::page(&running, flag, name))
    };
    here.filter_map(|variable| page(&variable.name.value)).collect()
}

fn is_named_at(place: &Place<'_>, running: &Running<'_>) -> bool {
    let image = running.workload.unit.image.as_ref();
    place.is_in(running.invocation.named_at) || image.is_some_and(|image| place.is_at(image))
}

/// Says as what a unit was understood.
fn client(running: &Running<'_>) -> String {
    let Running { workload, invocation, client } = running;
    let release = match (&invocation.version, invocation.channel) {
        (Some(version), _) => format!("release {version}"),
        (None, Channel::Newest) => "whatever was released last".to_owned(),
        (None, Channel::Build) => "a build that is no release".to_owned(),
        (None, _) => "a release that is not named here".to_owned(),
    };
    let mut page = format!("**{}** {} · {release}", client.name, part_name(invocation.role));
    if let Some(network) = &workload.network {
        page.push_str(&format!(" · {}", network.value));
    }
    page.push_str(&format!("\n\nIts flags are known from {} to {}", client.oldest, client.newest));
    page.push_str(if client.complete { "." } else { ", though not all of them." });
    let unseen = match &invocation.unseen {
        None => return page,
        Some(Unseen::Image) => "the image decides its command line",
        Some(Unseen::Script(_)) => "a script adds words that are not known",
        Some(Unseen::Variable(_)) => "a variable can hold further flags",
        Some(Unseen::File(_)) => "its settings file is not in the tree",
        Some(Unseen::Environment) => "a file of variables is not in the tree",
    };
    format!("{page}\n\nNot all of its settings can be seen: {unseen}.")
}
