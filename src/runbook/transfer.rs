//! A planned move of keys: from one unit to another, in the order in which it is safe.

use super::block::{Pace, Say, blocks, fenced};
use super::draft::Draft;
use super::fill::{Values, fill, quoted};
use super::history::{self, Direction};
use super::model::Refusal;
use super::page::tick;
use super::post::{Post, flat};
use super::sheet;
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
    if !draft.alone {
        return reference(place).to_owned();
    }
    let name = from.map_or_else(|| "history.json".to_owned(), history::file);
    let stop = |post: &Post<'_>, values: &Values| filled(&post.way.stop, values);
    let verify = |post: &Post<'_>, values: &Values| filled(&post.way.check, values);
    let start = |post: &Post<'_>, values: &Values| filled(post.start(), values);
    let import = |post: &Post<'_>, values: &Values| history::commands(post, values, Direction::Import(&name));
    match (place, from, to) {
        ("keys", Some(from), _) => moving(draft, from, to),
        ("keys", None, _) => format!(
            "{}\n\nWith `--from UNIT --to UNIT` this page has the lines of these two only.",
            sheet::inventory(draft)
        ),
        ("stop", ..) => of(draft, from, to, "old", &stop),
        ("check", ..) => of(draft, from, to, "old", &verify),
        ("start", ..) => of(draft, to, from, "new", &start),
        ("check-to", ..) => of(draft, to, from, "new", &stop),
        ("export", Some(from), _) => exported(draft, from),
        ("export", None, _) => {
            of(draft, None, to, "old", &|post, values| history::commands(post, values, Direction::Export))
        }
        ("import", _, Some(to)) => imported(draft, &name, to),
        ("import", _, None) => of(draft, None, from, "new", &import),
        ("erase", Some(from), _) => erase(draft, from),
        ("place", _, Some(to)) => lies(to, "Their place there: "),
        ("erase", ..) => sheet::histories(draft),
        ("place", ..) => format!("Where each unit has its keys:\n\n{}", sheet::histories(draft)),
        _ => String::new(),
    }
}

/// Where a whole plan has what a move needs.
fn reference(place: &str) -> &'static str {
    match place {
        "keys" => {
            "The units and their keys stand in the [key inventory](#key-inventory); this page with the lines of two of them: `stakelint runbook --scenario planned-move --from UNIT --to UNIT`."
        }
        "stop" => "The lines of the old owner on the [STOP](#stop) card.",
        "check" => "The lines of the old owner under [Verify that it is silent](#verify-that-it-is-silent).",
        "start" => "The lines of the new owner on the [START](#start) card.",
        "check-to" => "The lines of the new owner on the [STOP](#stop) card.",
        "export" => "The lines of the old owner under [Histories](#histories).",
        "import" => "The client's own import, in the same way as its export under [Histories](#histories).",
        "erase" => "Its key folder stands under [Histories](#histories).",
        _ => "",
    }
}

fn filled(templates: &[String], values: &Values) -> Vec<String> {
    templates.iter().map(|template| fill(template, values)).collect()
}

/// The lines of a unit; of all that it could be, where none is named.
fn of(draft: &Draft<'_>, post: Option<&Post<'_>>, other: Option<&Post<'_>>, which: &str, say: &Say<'_>) -> String {
    if let Some(post) = post {
        return blocks(draft, &[post], Pace::OneByOne, say);
    }
    let can_be = |post: &&Post<'_>| post.workload.is_hot() && other.is_none_or(|other| other.id != post.id);
    let posts: Vec<&Post<'_>> = draft.posts.iter().filter(can_be).collect();
    if posts.is_empty() {
        return format!("The {which} owner is not in the tree yet: write it there, and this page anew.");
    }
    format!("Of these, the lines of the {which} owner:\n\n{}", blocks(draft, &posts, Pace::OneByOne, say))
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
    if history::is_numbered(from) {
        let stem = flat(&from.name);
        let merge = format!(
            "stakelint history {stem}-[0-9]*.json --network {} --print-merged > {}",
            quoted(from.network()),
            quoted(&file)
        );
        return format!("{text}\n\nThen the histories of all pods become one:\n\n{}", fenced(&[merge]));
    }
    format!("{text}\n\nThen, where the file has been brought to:\n\n{}", fenced(&[verify]))
}

fn imported(draft: &Draft<'_>, name: &str, to: &Post<'_>) -> String {
    let text =
        blocks(draft, &[to], Pace::OneByOne, &|post, values| history::commands(post, values, Direction::Import(name)));
    if text.is_empty() && to.holds_history() {
        return "It keeps its history in the container, where an import would not last: give it a volume first.".into();
    }
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
