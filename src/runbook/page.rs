//! Pages: templates in Markdown whose places are filled from the draft, line by line.

use super::block::{Pace, blocks, fenced};
use super::draft::Draft;
use super::fill::{Values, fill};
use super::freeze::Halted;
use super::history::{self, Direction};
use super::post::{Place, Post};
use super::{chapter, scenario, sheet, transfer};
use crate::catalogue::shelf;
use crate::deployment::{Activation, Supervisor};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// Answers the names of all scenarios, in order.
#[must_use]
pub fn names() -> Vec<&'static str> {
    let name = |path: &'static str| path.strip_prefix("runbooks/")?.strip_suffix(".toml");
    shelf::below("runbooks").iter().filter_map(|(path, _)| name(path)).collect()
}

/// Writes a text between back ticks, fit for a cell of a table.
pub fn tick(text: &str) -> String {
    format!("`{}`", text.replace(['`', '|', '\n', '\r'], " "))
}

/// Fills a template: a line `{{place}}` becomes what the draft has for it, `{word}` a word.
pub fn filled(draft: &Draft<'_>, template: &str) -> String {
    let words = words(draft);
    let mut out = String::new();
    for line in template.trim().lines() {
        let indent = line.len() - line.trim_start().len();
        let place = line.trim().strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}"));
        let text = match place {
            Some(place) => insert(draft, place),
            None => fill(line, &words),
        };
        // A table or a block begins after an empty line.
        if place.is_some() && text.starts_with(['|', '`', '*']) && !out.is_empty() && !out.ends_with("\n\n") {
            out.push('\n');
        }
        for line in text.lines() {
            let _ = writeln!(out, "{}{line}", if line.is_empty() { "" } else { &"                "[..indent.min(16)] });
        }
        if text.is_empty() {
            out.push('\n');
        }
    }
    out.trim_end().to_owned()
}

fn words(draft: &Draft<'_>) -> Values {
    let live = draft.live(false).len() + draft.live(true).len();
    let hosts: BTreeSet<&Place> = draft.posts.iter().map(|post| &post.place).collect();
    let count = |number: usize, one: &str| if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") };
    let keys = match draft.keys() {
        0 => "keys that the tree does not show".to_owned(),
        number => sheet::counted(number),
    };
    let network = draft.networks();
    let seconds = network.iter().filter_map(|name| draft.catalogue.network(name));
    let seconds = seconds.map(|network| network.seconds_per_slot * network.slots_per_epoch).max().unwrap_or(384);
    Values::from([
        ("today", draft.order.today.to_string()),
        ("networks", network.join(", ")),
        ("network", network.first().copied().unwrap_or("mainnet").to_owned()),
        ("keys", keys),
        ("units", count(live, "unit")),
        ("places", count(hosts.len(), "place")),
        ("wait", format!("{} minutes (3 epochs)", (seconds * 3).div_ceil(60))),
        ("two-epochs", format!("{} minutes", (seconds * 2).div_ceil(60))),
        ("scenarios", count(names().len(), "run-book")),
    ])
}

/// Answers what stands in a place of a template. A scenario of a whole plan refers to the card instead of repeating it.
fn insert(draft: &Draft<'_>, place: &str) -> String {
    if let Some(card) = place.strip_prefix("card:") {
        return if draft.alone { alone(draft, card) } else { reference(card) };
    }
    let live = |signers: bool| draft.live(signers);
    let both: Vec<&Post<'_>> = draft.posts.iter().filter(|post| post.workload.is_hot()).collect();
    match place {
        "freeze" => freeze(draft, true, |halted| &halted.freeze),
        "freeze-others" => freeze(draft, false, |halted| &halted.freeze),
        "thaw" => freeze(draft, true, |halted| &halted.thaw),
        "signers" if live(true).is_empty() => {
            "The tree has no remote signer: every unit has to be stopped by itself.".into()
        }
        "signers" => blocks(draft, &live(true), Pace::AtOnce, &|post, values| said(&post.way.stop, values)),
        "stop" => blocks(draft, &live(false), Pace::AtOnce, &|post, values| said(&post.way.stop, values)),
        "check" => blocks(draft, &both, Pace::AtOnce, &|post, values| said(&post.way.check, values)),
        "start-signers" if live(true).is_empty() => "The tree has none.".into(),
        "start-signers" => {
            blocks(draft, &always(live(true)), Pace::OneByOne, &|post, values| said(post.start(), values))
        }
        "start" => blocks(draft, &always(live(false)), Pace::OneByOne, &|post, values| said(post.start(), values)),
        "spares" => spares(draft),
        "conflicts" => conflicts(draft),
        "logs" => logs(draft, &both),
        "export" => {
            blocks(draft, &both, Pace::AtOnce, &|post, values| history::commands(post, values, Direction::Export))
        }
        "no-export" => no_export(&both),
        "off" => off(draft),
        "by-hand" => by_hand(draft),
        "losses" => losses(draft),
        "conditions" => chapter::conditions(draft),
        "waivers" => sheet::waivers(draft),
        "inventory" => sheet::inventory(draft),
        "reach" => sheet::reach(draft),
        "histories" => sheet::histories(draft),
        "pins" => sheet::pins(draft),
        "automations" => sheet::automations(draft),
        "exits" => sheet::exits(draft),
        "recipients" => sheet::recipients(draft),
        "failure-domains" => sheet::domains(draft),
        "alerts" => sheet::alerts(draft),
        "scenarios" => scenario::all(draft),
        "scenario-list" => scenario::list(),
        place => transfer::insert(draft, place),
    }
}

/// Saves what the units have logged. Pods take their logs along when they go.
fn logs(draft: &Draft<'_>, posts: &[&Post<'_>]) -> String {
    let lines = |post: &Post<'_>, values: &Values| post.way.logs.iter().map(|line| fill(line, values)).collect();
    let text = blocks(draft, posts, Pace::AtOnce, &lines);
    let gone = "A pod that is gone has taken its logs along: what the cluster collects them in has them, and else only these lines, given while the pod still ends.";
    if posts.iter().any(|post| matches!(post.place, Place::Cluster(_))) { format!("{text}\n\n{gone}") } else { text }
}

/// Where a whole plan has what a scenario needs.
const CARDS: [(&str, &str); 12] = [
    ("stop", "STOP"),
    ("start", "START"),
    ("freeze", "Freeze"),
    ("check", "Verify that it is silent"),
    ("export", "Histories"),
    ("histories", "Histories"),
    ("pins", "Rollback"),
    ("exits", "Mass exit"),
    ("logs", "Evidence"),
    ("inventory", "Key inventory"),
    ("reach", "Access"),
    ("failure-domains", "Failure domains"),
];

fn reference(card: &str) -> String {
    let name = CARDS.iter().find(|(known, _)| *known == card).map_or(card, |(_, name)| name);
    format!("See [{name}](#{}).", name.to_ascii_lowercase().replace(' ', "-"))
}

/// What a scenario that stands alone has in place of a reference.
fn alone(draft: &Draft<'_>, card: &str) -> String {
    let parts: &[&str] = match card {
        "stop" => &["freeze", "signers", "stop", "by-hand", "losses"],
        "start" => &["conditions", "conflicts", "start-signers", "start", "spares"],
        other => return insert(draft, other),
    };
    let without = if draft.live(true).is_empty() { "start-signers" } else { "" };
    let texts = parts.iter().filter(|part| **part != without).map(|part| insert(draft, part));
    let texts = texts.filter(|text| !text.is_empty());
    texts.collect::<Vec<_>>().join("\n\n")
}

fn said(templates: &[String], values: &Values) -> Vec<String> {
    templates.iter().map(|template| fill(template, values)).collect()
}

/// Those that an ordinary start brings up.
fn always<'p, 'd>(posts: Vec<&'p Post<'d>>) -> Vec<&'p Post<'d>> {
    posts.into_iter().filter(|post| post.workload.unit.activation == Activation::Always).collect()
}

/// Units that only stand ready, and that nobody starts by the card.
fn spares(draft: &Draft<'_>) -> String {
    let spare =
        draft.posts.iter().filter(|post| post.workload.is_hot() && post.workload.unit.activation != Activation::Always);
    let names: Vec<String> = spare.map(|post| format!("{} ({})", tick(&post.name), post.standing())).collect();
    if names.is_empty() {
        return String::new();
    }
    format!("**Not** to be started beside the others, since they hold keys of theirs: {}.", names.join(", "))
}

/// Units that the tree gives the same keys: of these, one may start.
fn conflicts(draft: &Draft<'_>) -> String {
    let mut owners: BTreeMap<_, Vec<&Post<'_>>> = BTreeMap::new();
    let all: Vec<&Post<'_>> = draft.posts.iter().filter(|post| !post.is_signer()).collect();
    for post in always(all) {
        post.keys.iter().for_each(|key| owners.entry(key).or_default().push(post));
    }
    let mut shared: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    for posts in owners.values().filter(|posts| posts.len() > 1) {
        *shared.entry(posts.iter().map(|post| tick(&post.name)).collect()).or_default() += 1;
    }
    let line = |(names, keys): (&Vec<String>, &usize)| {
        let keys = if *keys == 1 { "1 key".to_owned() } else { format!("{keys} keys") };
        format!(
            "> **The tree gives {keys} to {} at once. Until that is mended, at most one of them may start.**",
            names.join(" and ")
        )
    };
    shared.iter().map(line).collect::<Vec<_>>().join("\n>\n")
}

fn freeze(draft: &Draft<'_>, touches: bool, commands: impl Fn(&Halted) -> &Vec<String>) -> String {
    let mut places: Vec<(&str, Vec<String>)> = Vec::new();
    for halted in draft.halted.iter().filter(|halted| halted.touches == touches) {
        let lines =
            std::iter::once(format!("# {}: {}", halted.name, halted.says)).chain(commands(halted).iter().cloned());
        match places.last_mut().filter(|(place, _)| *place == halted.place) {
            Some((_, known)) => known.extend(lines),
            None => places.push((&halted.place, lines.collect())),
        }
    }
    if places.is_empty() {
        return if touches { "Nothing in the tree starts units by itself.".into() } else { "None.".into() };
    }
    let block = |(place, lines): &(&str, Vec<String>)| format!("**For {place}**\n\n{}", fenced(lines));
    places.iter().map(block).collect::<Vec<_>>().join("\n\n")
}

fn no_export(posts: &[&Post<'_>]) -> String {
    let mut lines = Vec::new();
    for post in posts {
        let has = !history::commands(post, &post.values, Direction::Export).is_empty();
        let note = match post.client {
            Some(page) if has => page.note.clone(),
            Some(page) => page.none.clone().or_else(|| {
                Some("there is no one command for it here: run the client's export where its files lie.".into())
            }),
            None => Some("what it keeps of its history is not known: copy its data with the unit stopped.".into()),
        };
        lines.extend(note.map(|note| format!("- {}: {note}", tick(&post.name))));
    }
    let mut documented: BTreeMap<&str, &str> = BTreeMap::new();
    for post in posts {
        let source = post.client.and_then(|page| page.source.as_deref());
        let name = post.workload.invocation.as_ref().map(|client| client.client_name.as_str());
        documented.extend(name.zip(source));
    }
    if !documented.is_empty() {
        let links: Vec<String> = documented.iter().map(|(name, source)| format!("[{name}]({source})")).collect();
        lines.push(format!("\nDocumented by the clients: {}.", links.join(", ")));
    }
    lines.join("\n")
}

/// How a service of compose is stopped where its files are not at hand.
fn by_hand(draft: &Draft<'_>) -> String {
    let composed = |post: &Post<'_>| post.workload.is_hot() && post.workload.unit.supervisor == Supervisor::Compose;
    if !draft.posts.iter().any(composed) {
        return String::new();
    }
    "Where the checkout is not at hand, on the host, whatever the project: \
     `docker ps -q --filter label=com.docker.compose.service=SERVICE | xargs -r docker stop`, with the word after `stop` above for SERVICE."
        .into()
}

/// Units whose history a stop, or what comes after it, can destroy.
fn losses(draft: &Draft<'_>) -> String {
    let lost = draft.posts.iter().filter(|post| post.workload.is_hot() && post.holds_history());
    let (pods, containers): (Vec<&Post<'_>>, Vec<&Post<'_>>) =
        lost.partition(|post| matches!(post.place, Place::Cluster(_) | Place::Scheduler(..)));
    let names = |posts: &[&Post<'_>]| posts.iter().map(|post| tick(&post.name)).collect::<Vec<_>>().join(", ");
    let mut lines = Vec::new();
    if !pods.is_empty() {
        lines.push(format!(
            "The history of {} goes with the pod or task. Stop it all the same; before its next start: \"Signing history lost\".",
            names(&pods)
        ));
    }
    if !containers.is_empty() {
        lines.push(format!(
            "The history of {} lies in the container itself: stop it, but do not remove it or make it anew before the history is copied out.",
            names(&containers)
        ));
    }
    lines.join("\n\n")
}

/// Units that no start brings up, and that hold keys nevertheless.
fn off(draft: &Draft<'_>) -> String {
    let off = draft.posts.iter().filter(|post| !post.workload.is_hot());
    let names: Vec<String> = off.map(|post| tick(&post.name)).collect();
    if names.is_empty() {
        return String::new();
    }
    format!("Switched off in the tree, and to be found off: {}.", names.join(", "))
}
