//! A planned move of keys: from one unit to another, in the order in which it is safe.

use super::block::{Pace, blocks, fenced};
use super::draft::Draft;
use super::fill::quoted;
use super::history::{self, Direction};
use super::model::Refusal;
use super::page::tick;
use super::post::Post;
use crate::ethereum::PublicKey;
use crate::fleet::Purpose;

/// Tells whether the units and keys of the order are there.
pub fn check(draft: &Draft<'_>) -> Result<(), Refusal> {
    for name in [draft.order.from, draft.order.to].into_iter().flatten() {
        if named(draft, name).is_none() {
            return Err(Refusal::Unit(name.to_owned(), nearest(draft, name)));
        }
    }
    let (from, to) = ends(draft);
    if let Some((from, _)) = from.zip(to).filter(|(from, to)| from.name == to.name) {
        return Err(Refusal::SameUnit(from.name.clone()));
    }
    let Some(from) = from else { return Ok(()) };
    let missing = draft.order.keys.iter().find(|key| !from.keys.contains(key));
    missing.map_or(Ok(()), |key| Err(Refusal::Key(key.short(), from.name.clone())))
}

fn nearest(draft: &Draft<'_>, name: &str) -> Option<String> {
    let near = |post: &&Post<'_>| strsim::jaro_winkler(&post.name, name);
    let best = draft.posts.iter().max_by(|one, other| near(one).total_cmp(&near(other)));
    best.filter(|post| near(post) > 0.7).map(|post| post.name.clone())
}

/// Finds a unit by its name, or by the name alone where no other has it.
fn named<'p, 'd>(draft: &'p Draft<'d>, name: &str) -> Option<&'p Post<'d>> {
    let mut short = draft.posts.iter().filter(|post| post.workload.unit.name.value == name);
    draft.posts.iter().find(|post| post.name == name).or_else(|| short.next().filter(|_| short.next().is_none()))
}

fn ends<'p, 'd>(draft: &'p Draft<'d>) -> (Option<&'p Post<'d>>, Option<&'p Post<'d>>) {
    let find = |name: Option<&str>| name.and_then(|name| named(draft, name));
    (find(draft.order.from), find(draft.order.to))
}

/// The keys that move: those of the order, else all that the unit owns.
fn keys<'p>(draft: &'p Draft<'_>, from: &'p Post<'_>) -> &'p [PublicKey] {
    if draft.order.keys.is_empty() { &from.keys } else { draft.order.keys }
}

/// Answers what stands in a place of the scenario; nothing for a place that there is not.
pub fn insert(draft: &Draft<'_>, place: &str) -> String {
    let Some(place) = place.strip_prefix("move-") else { return String::new() };
    let (from, to) = ends(draft);
    let of = |post: Option<&Post<'_>>, templates: fn(&Post<'_>) -> &'static [String], else_see: &str| match post {
        Some(post) => blocks(draft, &[post], Pace::OneByOne, &|post, values| {
            templates(post).iter().map(|template| super::fill::fill(template, values)).collect()
        }),
        None => else_see.to_owned(),
    };
    match place {
        "keys" => from.map_or_else(
            || "The units and their keys stand in the [key inventory](#key-inventory); name them: `stakelint runbook --scenario planned-move --from UNIT --to UNIT`.".into(),
            |from| moving(draft, from, to),
        ),
        "stop" => of(from, |post| post.way.stop.as_slice(), "The lines of the old owner on the [STOP](#stop) card."),
        "check" => of(from, |post| post.way.check.as_slice(), "The lines of the old owner under [Verify that it is silent](#verify-that-it-is-silent)."),
        "start" => of(to, |post| post.way.start.as_slice(), "The lines of the new owner on the [START](#start) card."),
        "check-to" => of(to, |post| post.way.stop.as_slice(), "The lines of the new owner on the [STOP](#stop) card."),
        "export" => from.map_or_else(
            || "The lines of the old owner under [Histories](#histories).".into(),
            |from| exported(draft, from),
        ),
        "import" => to.map_or_else(
            || "The client's own import, in the same way as its export under [Histories](#histories).".into(),
            |to| imported(draft, from, to),
        ),
        "erase" => from.map_or_else(|| "Its key folder stands under [Histories](#histories).".into(), |from| erase(draft, from)),
        "place" => to.map_or_else(String::new, |to| lies(to, "Their place there: ")),
        _ => String::new(),
    }
}

fn moving(draft: &Draft<'_>, from: &Post<'_>, to: Option<&Post<'_>>) -> String {
    let keys = keys(draft, from);
    let to = to.map_or_else(|| "a unit to be named".to_owned(), |to| format!("{} ({})", tick(&to.name), to.part()));
    let count = match keys.len() {
        0 => "The keys of".to_owned(),
        1 => "1 key of".to_owned(),
        number => format!("{number} keys of"),
    };
    let mut lines = vec![format!("{count} {} ({}) → {to}", tick(&from.name), from.part()), String::new()];
    lines.extend(keys.iter().take(32).map(|key| format!("- `{key}`")));
    if keys.len() > 32 {
        lines.push(format!("- and {} more: `stakelint inventory --format csv` lists them", keys.len() - 32));
    }
    if keys.len() < from.keys.len() {
        lines.push(format!(
            "\n{} keys stay with {}: it is stopped for them, too.",
            from.keys.len() - keys.len(),
            tick(&from.name)
        ));
    }
    lines.join("\n")
}

fn exported(draft: &Draft<'_>, from: &Post<'_>) -> String {
    let text =
        blocks(draft, &[from], Pace::OneByOne, &|post, values| history::commands(post, values, Direction::Export));
    let file = history::file(from);
    let none = || {
        from.client
            .and_then(|page| page.none.clone())
            .unwrap_or_else(|| "Its client has no command for it: copy its data folder.".into())
    };
    let text = if text.is_empty() { none() } else { text };
    let verify = format!("stakelint history {} --network {}", quoted(&file), quoted(from.network()));
    format!("{text}\n\nThen, where the file has been brought to:\n\n{}", fenced(&[verify]))
}

fn imported(draft: &Draft<'_>, from: Option<&Post<'_>>, to: &Post<'_>) -> String {
    let name = from.map_or_else(|| "history.json".to_owned(), history::file);
    let text =
        blocks(draft, &[to], Pace::OneByOne, &|post, values| history::commands(post, values, Direction::Import(&name)));
    if text.is_empty() {
        return to
            .client
            .and_then(|page| page.none.clone())
            .unwrap_or_else(|| "Its client has no command for it.".into());
    }
    text
}

/// Where the keys lie that have to go.
fn erase(draft: &Draft<'_>, from: &Post<'_>) -> String {
    let keys = keys(draft, from);
    let places = keys.iter().flat_map(|key| draft.fleet.places_of(key));
    let own = places.filter(|place| place.form.makes_owner() && place.lodging.owners.contains(&from.id));
    let mut paths: Vec<&str> = own.map(|place| draft.sources.path(place.span.file)).collect();
    paths.sort_unstable();
    paths.dedup();
    let mut lines = vec![lies(from, "On the machine: ")];
    if !paths.is_empty() {
        lines.push("\nIn the tree, in the same change that gives the keys to the new owner:\n".to_owned());
        lines.extend(paths.iter().take(24).map(|path| format!("- {}", tick(path))));
        if paths.len() > 24 {
            lines.push(format!("- and {} more files beside them", paths.len() - 24));
        }
    }
    lines.join("\n")
}

fn lies(post: &Post<'_>, before: &str) -> String {
    let lies = post.lies(Purpose::Keys);
    if lies.is_empty() { String::new() } else { format!("{before}{}.", lies.join(", ")) }
}
