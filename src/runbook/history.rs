//! Commands that export and import signing histories, with the files of the unit.

use super::fill::{Values, fill, quoted};
use super::post::{Post, flat, last};
use crate::deployment::{MountSource, Supervisor, Unit};
use crate::fleet::Purpose;
use crate::source::Text;
use serde_json::json;

/// Which way a history goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction<'n> {
    /// Out of the unit, into a file named after it.
    Export,
    /// Into the unit, from a file of this name.
    Import(&'n str),
}

/// Answers the name of the file that a unit's history is exported to.
pub fn file(post: &Post<'_>) -> String {
    format!("{}.json", flat(&post.name))
}

/// Stands for the number of a pod in a line that is given for each of them.
const NUMBER: &str = "\u{e000}";

/// Tells whether each of several pods has a claim, and with it a history, of its own.
pub fn is_numbered(post: &Post<'_>) -> bool {
    post.pods() > 1 && claim(post).is_some_and(|claim| claim.of_pod)
}

/// Answers the commands; none where the client has no such command or its files cannot be reached so.
pub fn commands(post: &Post<'_>, values: &Values, direction: Direction<'_>) -> Vec<String> {
    lines(post, values, direction).unwrap_or_default()
}

fn lines(post: &Post<'_>, values: &Values, direction: Direction<'_>) -> Option<Vec<String>> {
    let (page, way, unit) = (post.client?, post.way, &post.workload.unit);
    let template = match direction {
        Direction::Export => page.export.as_ref()?,
        Direction::Import(_) => page.import.as_ref()?,
    };
    let lost = post.workload.volatile(Purpose::History).next().is_some();
    if lost && way.copy.is_some() {
        // Another container of the unit would see an empty history.
        let copy = way.copy.iter().filter(|_| direction == Direction::Export);
        return Some(copy.map(|template| fill(template, values)).collect());
    }
    let contained = unit.image.is_some() || unit.build.is_some();
    let other = other_image(post);
    let run = way.run_in_container.as_ref().filter(|_| contained).or(way.run.as_ref())?;
    let run = way.run_beside.as_ref().filter(|_| other.is_some()).unwrap_or(run);
    let made = page.made.as_deref().filter(|_| direction == Direction::Export);
    let own = values.get("local").cloned().unwrap_or_default();
    let cluster = unit.supervisor == Supervisor::Kubernetes;
    let named = match direction {
        _ if cluster => made.unwrap_or("history.json").to_owned(),
        Direction::Export => made.map_or_else(|| own.clone(), str::to_owned),
        Direction::Import(name) => quoted(name).into_owned(),
    };
    let mut values = values.clone();
    values.insert("file", format!("{}/{named}", way.export));
    values.insert("out", way.export.clone());
    values.insert("program", program(post, contained));
    values.insert("carried", carried(post, &page.carried));
    if let Some(image) = &other {
        values.insert("image", quoted(image).into_owned());
    }
    let arguments = fill(template, &values);
    if cluster {
        let script = format!("{} {arguments}", values.get("program").map_or("", String::as_str));
        let path = format!("{}/{named}", way.export);
        values.insert("overrides", overrides(post, other.as_deref(), &script, &path, direction)?);
        let io = match direction {
            Direction::Export if is_numbered(post) => {
                format!("> {}", quoted(&format!("{}-{NUMBER}.json", flat(&post.name))))
            }
            Direction::Export => format!("> {own}"),
            Direction::Import(name) => format!("< {}", quoted(name)),
        };
        values.insert("io", io);
    }
    values.insert("arguments", arguments);
    if cluster && is_numbered(post) {
        return Some(vec![for_each(post, run, values)]);
    }
    let mut lines = vec![fill(run, &values)];
    if made.is_some() && !cluster {
        lines.push(format!("mv /tmp/{named} /tmp/{own}"));
    }
    Some(lines)
}

/// The line for each pod in turn, with its number as `$n`.
fn for_each(post: &Post<'_>, run: &str, mut values: Values) -> String {
    let name = values.get("name").cloned().unwrap_or_default();
    values.insert("name", format!("{name}-\"$n\""));
    let line = fill(run, &values).replace(NUMBER, "'\"$n\"'");
    format!("for n in $(seq 0 {}); do {line}; done", post.pods().saturating_sub(1))
}

/// The program inside the unit: the unit's own word for it, else where its image keeps it.
fn program(post: &Post<'_>, contained: bool) -> String {
    let page = post.client.map(|page| (page.program.as_str(), page.program_path.as_deref()));
    let (name, path) = page.unwrap_or_default();
    let own = post.workload.unit.command.words.iter().filter_map(Text::known).take(3).find(|word| last(word) == name);
    let chosen = own.filter(|word| word.contains('/')).or(path.filter(|_| contained)).unwrap_or(name);
    quoted(chosen).into_owned()
}

/// The image that has the program, where the unit's own has not: the same release of another repository.
fn other_image(post: &Post<'_>) -> Option<String> {
    let (without, with) = post.client.and_then(|page| page.image_without.as_deref().zip(page.image_with.as_deref()))?;
    let image = post.workload.unit.image.as_ref()?.value();
    let (before, after) = image.split_once(without)?;
    // The digest is that of the unit's own image.
    let tag = after.split('@').next().unwrap_or_default();
    Some(format!("{before}{with}{tag}"))
}

/// Options that the unit is given and that its other commands need, too; each with a blank before it.
fn carried(post: &Post<'_>, options: &[String]) -> String {
    let words: Vec<Option<&str>> = post.workload.unit.command.words.iter().map(Text::known).collect();
    let mut out = String::new();
    for (at, word) in words.iter().enumerate() {
        let Some(word) = word else { continue };
        let (name, value) = word.split_once('=').map_or((*word, None), |(name, value)| (name, Some(value)));
        if !options.iter().any(|option| option == name) {
            continue;
        }
        let next = words.get(at + 1).copied().flatten().filter(|next| value.is_none() && !next.starts_with('-'));
        for word in std::iter::once(*word).chain(next) {
            out.push(' ');
            out.push_str(&quoted(word));
        }
    }
    out
}

/// What a pod is told that runs one command on the claim of a stopped unit.
fn overrides(
    post: &Post<'_>,
    other: Option<&str>,
    script: &str,
    path: &str,
    direction: Direction<'_>,
) -> Option<String> {
    let unit = &post.workload.unit;
    let claim = claim(post);
    if claim.is_none() && !post.is_signer() {
        return None;
    }
    let script = match direction {
        Direction::Export => format!("{script} >&2 && cat {path}"),
        Direction::Import(_) => format!("cat > {path} && {script}"),
    };
    let name = format!("history-{}", unit.handle.name);
    let mount = |claim: &Claim| json!({"name": "data", "mountPath": claim.target});
    let mounts: Vec<_> = claim.iter().map(mount).collect();
    let number = if post.pods() > 1 { NUMBER } else { "0" };
    let volume = |claim: &Claim| {
        let name = if claim.of_pod { format!("{}-{number}", claim.name) } else { claim.name.clone() };
        json!({"name": "data", "persistentVolumeClaim": {"claimName": name}})
    };
    let volumes: Vec<_> = claim.iter().map(volume).collect();
    let container = json!({
        "name": name,
        "image": other.or(unit.image.as_ref().map(Text::value)),
        "stdin": true,
        "stdinOnce": true,
        "command": ["sh", "-c", script],
        "volumeMounts": mounts,
    });
    let spec = json!({"spec": {"containers": [container], "volumes": volumes}});
    Some(quoted(&spec.to_string()).into_owned())
}

/// The claim that holds a history.
struct Claim {
    name: String,
    /// Where the unit sees it.
    target: String,
    /// Every pod has one of its own, with its number behind the name.
    of_pod: bool,
}

fn claim(post: &Post<'_>) -> Option<Claim> {
    let unit: &Unit = &post.workload.unit;
    let purposes = [Purpose::History, Purpose::Data];
    let stores =
        purposes.iter().flat_map(|wanted| post.workload.stores.iter().filter(move |store| store.purpose == *wanted));
    let mount = stores.filter_map(|store| unit.mounts.get(store.mount?)).next()?;
    let MountSource::Volume { name, .. } = &mount.source else { return None };
    let name = name.strip_prefix(&format!("{}/", unit.handle.group)).unwrap_or(name);
    let name = name.split('/').next().unwrap_or(name).to_owned();
    Some(Claim { name, target: mount.target.known()?.to_owned(), of_pod: mount.per_instance })
}
