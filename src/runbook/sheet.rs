//! Tables of a plan: who signs with what, where histories lie, what is lost with each place, what runs.

use super::block::fenced;
use super::draft::{Draft, owned};
use super::fill::{fill, quoted};
use super::freeze::Halted;
use super::page::tick;
use super::post::{Place, Post};
use super::rollback;
use crate::config::Allow;
use crate::fleet::{Purpose, Target, digest};
use crate::invocation::Setting;
use std::collections::{BTreeMap, BTreeSet};

fn table(head: &[&str], rows: Vec<Vec<String>>) -> String {
    let line = |cells: &[String]| format!("| {} |", cells.join(" | "));
    let head: Vec<String> = head.iter().map(|cell| (*cell).to_owned()).collect();
    let rule = format!("|{}", "---|".repeat(head.len()));
    std::iter::once(line(&head)).chain([rule]).chain(rows.iter().map(|row| line(row))).collect::<Vec<_>>().join("\n")
}

/// Rows that say the same of many become one.
fn grouped(rows: Vec<Vec<String>>) -> Vec<Vec<String>> {
    let mut out: Vec<Vec<String>> = Vec::new();
    for same in rows.chunk_by(|one, other| one.get(1..) == other.get(1..)) {
        match same {
            [first, _, _, .., last] => {
                let mut row = first.clone();
                row[0] = format!("{} to {} ({})", first[0], last[0], same.len());
                out.push(row);
            }
            few => out.extend(few.iter().cloned()),
        }
    }
    out
}

/// Lists the units that can sign, with their keys.
pub fn inventory(draft: &Draft<'_>) -> String {
    let row = |post: &Post<'_>| {
        vec![
            tick(&post.name),
            post.count(),
            post.part(),
            post.network().to_owned(),
            post.standing(),
            post.signs(),
            post.told(),
            tick(&post.path),
        ]
    };
    let head = ["unit", "keys", "client", "network", "stands", "signs with", "digest of its keys", "declared in"];
    let units = table(&head, draft.posts.iter().map(row).collect());
    let hosted = draft.fleet.hosted_keys();
    if hosted.is_empty() {
        return units;
    }
    let line = |(host, keys): (&String, &Vec<_>)| {
        format!("- {}: {}, digest `{}`", tick(host), counted(keys.len() as u64), digest(keys))
    };
    let lines: Vec<String> = hosted.iter().map(line).collect();
    format!("{units}\n\nKeys that the tree gives to a host, without a unit that loads them:\n\n{}", lines.join("\n"))
}

/// Writes a number of keys.
pub fn counted(keys: u64) -> String {
    if keys == 1 { "1 key".to_owned() } else { format!("{keys} keys") }
}

/// Lists what the operator has taken upon himself, and until when.
pub fn waivers(draft: &Draft<'_>) -> String {
    let row = |allow: &Allow| {
        let path = allow.path.as_ref().map_or_else(|| "the whole tree".to_owned(), |path| tick(&path.text));
        let until = allow.until.map_or_else(
            || "**no day**".to_owned(),
            |day| {
                if day < draft.order.today { format!("{day} (**over**)") } else { day.to_string() }
            },
        );
        vec![tick(&allow.rule), path, allow.reason.replace(['|', '\n', '\r'], " "), until]
    };
    if draft.allows.is_empty() {
        return "The settings file allows none.".into();
    }
    table(&["rule", "where", "why", "until"], draft.allows.iter().map(row).collect())
}

/// Says how each place is reached.
pub fn reach(draft: &Draft<'_>) -> String {
    let posts: Vec<&Post<'_>> = draft.posts.iter().collect();
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut hosts: Vec<&str> = Vec::new();
    for place in draft.places(&posts).keys() {
        match place {
            Place::Here => rows.push(vec!["the machine".into(), "log in as its operator".into()]),
            Place::Cluster(name) if name.is_empty() => {
                rows.push(vec![
                    "the cluster".into(),
                    "`kubectl config current-context` names it: check before every command".into(),
                ]);
            }
            Place::Cluster(name) => rows.push(vec![
                format!("cluster {}", tick(name)),
                format!("`kubectl config use-context {name}`, under the name that it has there"),
            ]),
            Place::Scheduler(name, reach) => rows.push(vec![(*name).to_owned(), (*reach).to_owned()]),
            Place::Host(host) => match posts.iter().find(|post| post.workload.unit.host == *host) {
                Some(post) => hosts.push(&post.workload.unit.host),
                None => continue,
            },
        }
    }
    let (listed, own): (Vec<&str>, Vec<&str>) = hosts.into_iter().partition(|host| draft.listed(host).is_some());
    if own.len() > 8 {
        rows.push(vec![
            format!("{} hosts, {} to {}", own.len(), tick(own[0]), tick(own[own.len() - 1])),
            "`ssh` and the host's name".into(),
        ]);
    } else {
        rows.extend(own.iter().map(|host| vec![tick(host), format!("`ssh {host}`")]));
    }
    let mut lists: BTreeMap<&str, usize> = BTreeMap::new();
    listed.iter().filter_map(|host| draft.listed(host)).for_each(|list| *lists.entry(list).or_default() += 1);
    rows.extend(lists.iter().map(|(list, count)| {
        vec![format!("{count} hosts of {}", tick(list)), format!("`ansible -i {list} HOST -m ping`, from the checkout")]
    }));
    table(&["where", "how"], rows)
}

/// Says where each history and its keys lie.
pub fn histories(draft: &Draft<'_>) -> String {
    let row = |post: &Post<'_>| {
        let join = |purpose| {
            let lies = post.lies(purpose);
            if lies.is_empty() { "-".to_owned() } else { lies.join(", ") }
        };
        let database =
            post.is_signer().then(|| post.workload.dials.iter().find(|dial| dial.setting == "signer.database-url"));
        let history = match database.flatten().map(|dial| &dial.target) {
            Some(Target::Workload(id)) => format!("database {}", tick(&draft.fleet.name(*id))),
            Some(_) => "a database outside of the tree".to_owned(),
            None => join(Purpose::History),
        };
        vec![tick(&post.name), history, join(Purpose::Keys)]
    };
    table(&["unit", "its signing history", "its keys"], grouped(draft.posts.iter().map(row).collect()))
}

/// Lists what runs, and how to see what ran before.
pub fn pins(draft: &Draft<'_>) -> String {
    let mut pins: BTreeMap<(String, &str), Vec<String>> = BTreeMap::new();
    for workload in draft.fleet.workloads.iter().filter(|workload| workload.is_hot() && !workload.unit.template) {
        let Some(image) = workload.unit.image.as_ref().filter(|_| workload.invocation.is_some()) else { continue };
        let near = draft.posts.iter().any(|post| post.workload.unit.host == workload.unit.host);
        if near {
            let path = draft.sources.path(workload.unit.name.span.file);
            pins.entry((image.value().to_owned(), path)).or_default().push(tick(&workload.name()));
        }
    }
    let names = |units: &[String]| match units {
        [first, _, .., last] if units.len() > 4 => format!("{first} to {last} ({})", units.len()),
        units => units.join(", "),
    };
    let row = |((image, path), units): (&(String, &str), &Vec<String>)| {
        let before = draft.past.and_then(|past| rollback::before(past, path, image));
        let before = before.unwrap_or_else(|| format!("`git log -p -3 -- {}`", quoted(path)));
        vec![tick(image), names(units), before]
    };
    if pins.is_empty() {
        return "The tree pins no images: the programs of the hosts decide. Note the versions before an upgrade."
            .into();
    }
    table(&["runs now", "in", "what ran before"], pins.iter().map(row).collect())
}

/// Lists what acts by itself.
pub fn automations(draft: &Draft<'_>) -> String {
    let row = |halted: &Halted| {
        let part = if halted.touches { "yes" } else { "no" };
        vec![tick(&halted.name), halted.says.clone(), halted.place.clone(), part.to_owned()]
    };
    if draft.halted.is_empty() {
        return "The tree shows none.".into();
    }
    table(&["automation", "what it does", "where", "on the STOP card"], draft.halted.iter().map(row).collect())
}

/// Says how each client asks for an exit.
pub fn exits(draft: &Draft<'_>) -> String {
    let mut lines: BTreeMap<&str, String> = BTreeMap::new();
    for post in &draft.posts {
        let Some(exit) = post.client.and_then(|page| page.exit.as_deref()) else { continue };
        let name = post.workload.invocation.as_ref().map_or("", |client| client.client_name.as_str());
        lines.insert(name, fill(exit, &post.values));
    }
    let lines: Vec<String> = lines.iter().map(|(name, line)| format!("# {name}\n{line}")).collect();
    if lines.is_empty() { String::new() } else { fenced(&lines) }
}

/// Says who is paid.
pub fn recipients(draft: &Draft<'_>) -> String {
    let row = |post: &Post<'_>| {
        let setting = |name| post.workload.invocation.as_ref().and_then(|client| client.set(name));
        let known = |setting: &Setting| setting.known().map_or_else(|| "a variable".to_owned(), tick);
        let own = setting("validator.fee-recipient").map_or_else(|| "-".to_owned(), known);
        let file = setting("validator.proposer-config").map_or_else(|| "-".to_owned(), known);
        vec![tick(&post.name), own, file]
    };
    let rows = draft.posts.iter().filter(|post| !post.is_signer()).map(row).collect();
    table(&["unit", "fee recipient", "proposer settings"], grouped(rows))
}

/// Says what is lost with each place.
pub fn domains(draft: &Draft<'_>) -> String {
    let posts: Vec<&Post<'_>> = draft.posts.iter().filter(|post| post.workload.is_hot()).collect();
    let places = draft.places(&posts);
    let row = |(place, posts): (&Place, &Vec<&Post<'_>>)| {
        let keys = owned(posts.iter().copied());
        let name = match place {
            Place::Here => "the machine".to_owned(),
            Place::Host(name) => tick(name),
            Place::Cluster(name) if name.is_empty() => "the cluster".to_owned(),
            Place::Cluster(name) => format!("cluster {}", tick(name)),
            Place::Scheduler(name, _) => (*name).to_owned(),
        };
        let names: Vec<String> = posts.iter().map(|post| tick(&post.workload.unit.name.value)).collect();
        let keys = if keys == 0 { "not in the tree".to_owned() } else { keys.to_string() };
        vec![name, names.join(", "), keys]
    };
    table(&["if this is lost", "these stop", "keys"], grouped(places.iter().map(row).collect()))
}

/// Lists the alerts of the tree.
pub fn alerts(draft: &Draft<'_>) -> String {
    let names: BTreeSet<&str> = draft.fleet.inventory.alerts.iter().map(|alert| alert.name.value.as_str()).collect();
    if names.is_empty() {
        return "The tree holds no alert rules: whoever is called, is called from elsewhere.".into();
    }
    let names: Vec<String> = names.into_iter().take(60).map(tick).collect();
    format!(
        "Alerts that the tree raises: {}. Put the address of this page into the `runbook_url` of each.",
        names.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_say_the_same_of_many_become_one() {
        let row = |name: &str, keys: &str| vec![name.to_owned(), keys.to_owned()];
        let rows = vec![row("a", "1"), row("b", "2"), row("c", "2"), row("d", "2"), row("e", "2"), row("f", "1")];
        assert_eq!(grouped(rows), [row("a", "1"), row("b to e (4)", "2"), row("f", "1")]);
    }
}
