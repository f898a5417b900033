//! A post: a unit that can sign, and everything that a command has to be told about it.

use super::fill::{Values, fill, quoted};
use super::table::{self, ClientPage, Way};
use crate::catalogue::{Catalogue, Role};
use crate::deployment::{Activation, MountSource, Replicas, Supervisor, Unit};
use crate::ethereum::PublicKey;
use crate::fleet::{Api, Durability, Fleet, Purpose, Signs, Store, Target, Workload, WorkloadId, count, digest};
use crate::source::{Sources, Text};
use std::collections::BTreeSet;
use std::fmt::Write;

/// Where the commands for a post are given.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// On the one machine that the tree does not name.
    Here,
    /// On a host.
    Host(String),
    /// Anywhere that a cluster can be told from; its name, where the tree says one.
    Cluster(String),
    /// Anywhere that a scheduler can be told from: what it is called, and how one sees that it is the right one.
    Scheduler(&'static str, &'static str),
}

/// A unit that can sign.
#[derive(Debug)]
pub struct Post<'f> {
    /// Its number in the fleet.
    pub id: WorkloadId,
    /// The unit.
    pub workload: &'f Workload,
    /// Its name: `host/unit`.
    pub name: String,
    /// Where its commands are given.
    pub place: Place,
    /// Its keys, in order.
    pub keys: Vec<PublicKey>,
    /// The numbers of its keys in a list, where the tree has these only: each range with the number after its last.
    pub numbers: BTreeSet<(u64, u64)>,
    /// How its supervisor is told what.
    pub way: &'static Way,
    /// What its client's own command line does.
    pub client: Option<&'static ClientPage>,
    /// The path of the file that declares it.
    pub path: String,
    /// The signers that it asks.
    pub signers: Vec<String>,
    /// The values of templates.
    pub values: Values,
}

impl<'f> Post<'f> {
    /// Makes the post of a unit; nothing where no supervisor is known.
    pub fn new(
        id: WorkloadId,
        fleet: &'f Fleet,
        sources: &dyn Sources,
        catalogue: &Catalogue,
        keys: Vec<PublicKey>,
    ) -> Option<Self> {
        let workload = &fleet.workloads[id];
        let way = table::way(&workload.unit)?;
        let client = workload.invocation.as_ref().and_then(|client| table::client(&client.client));
        let signers = workload.dials.iter().filter(|dial| dial.setting == "remote-signer.url");
        let signers = signers.map(|dial| match dial.target {
            Target::Workload(id) => format!("`{}`", fleet.name(id)),
            _ => "a signer that the tree does not hold".to_owned(),
        });
        let mut signers: Vec<String> = signers.collect();
        signers.sort();
        signers.dedup();
        let path = sources.path(workload.unit.name.span.file).to_owned();
        let mut post = Self {
            id,
            workload,
            name: workload.name(),
            place: place(&workload.unit, way),
            keys,
            numbers: fleet.numbers(id),
            way,
            client,
            path,
            signers,
            values: Values::new(),
        };
        post.values = values(&post, sources, catalogue);
        Some(post)
    }

    /// Answers its part and client: `Lighthouse 8.3.3, validator client`.
    pub fn part(&self) -> String {
        let Some(client) = &self.workload.invocation else { return "unit".to_owned() };
        let version = client.version.as_ref().map_or_else(String::new, |version| format!(" {version}"));
        let part = match client.role {
            Role::Signer => "remote signer",
            Role::Beacon => "beacon node with keys",
            Role::Middleware => "distributed-validator node",
            _ => "validator client",
        };
        format!("{}{version}, {part}", client.client_name)
    }

    /// Tells whether it signs on request of others.
    pub fn is_signer(&self) -> bool {
        self.workload.invocation.as_ref().is_some_and(|client| client.role == Role::Signer)
    }

    /// Answers the network, as far as the tree says it.
    pub fn network(&self) -> &str {
        self.workload.network.as_ref().map_or("mainnet", |network| network.value.as_str())
    }

    /// Answers in a word whether a plain start of its project starts it.
    pub fn standing(&self) -> String {
        match &self.workload.unit.activation {
            Activation::Always => "runs".to_owned(),
            Activation::Profiles(profiles) => format!("only with profile `{}`", profiles.join("`, `")),
            Activation::Off => "must be off".to_owned(),
        }
    }

    /// Answers how many keys the tree shows.
    pub fn count(&self) -> String {
        match (self.keys.len() as u64, count(&self.numbers)) {
            (0, 0) => "not in the tree".to_owned(),
            (0, numbers) => numbers.to_string(),
            (keys, _) => keys.to_string(),
        }
    }

    /// Answers what tells its keys from others: their digest, or their numbers in a list.
    pub fn told(&self) -> String {
        let range = |(start, end): &(u64, u64)| format!("{start} to {}", end.saturating_sub(1));
        match (self.keys.as_slice(), self.numbers.is_empty()) {
            ([], true) => "-".to_owned(),
            ([], false) => format!("numbers {}", self.numbers.iter().map(range).collect::<Vec<_>>().join(", ")),
            (keys, _) => format!("`{}`", digest(keys)),
        }
    }

    /// Answers the commands that start it: anew, or as it is where a new container would have lost the history.
    pub fn start(&self) -> &'static [String] {
        let kept = self.holds_history() && !self.way.start_kept.is_empty();
        if kept { &self.way.start_kept } else { &self.way.start }
    }

    /// Tells whether its history lies in the container itself, which can be stopped, but not made anew.
    pub fn holds_history(&self) -> bool {
        self.workload.volatile(Purpose::History).next().is_some()
    }

    /// Answers how many numbered pods it has.
    pub fn pods(&self) -> u64 {
        if self.workload.unit.handle.kind == "StatefulSet" { replicas(&self.workload.unit) } else { 1 }
    }

    /// Answers what it signs with.
    pub fn signs(&self) -> String {
        match self.workload.signs {
            Signs::Remote | Signs::Both if !self.signers.is_empty() => self.signers.join(", "),
            Signs::Remote => "a remote signer".to_owned(),
            Signs::No if self.is_signer() => "itself, for others".to_owned(),
            _ => "itself".to_owned(),
        }
    }

    /// Fills templates with its values.
    pub fn fill(&self, templates: &[String]) -> Vec<String> {
        templates.iter().map(|template| fill(template, &self.values)).collect()
    }

    /// Answers where the files of a purpose lie: inside the unit, and outside it.
    pub fn lies(&self, purpose: Purpose) -> Vec<String> {
        let stores = self.workload.stores.iter().filter(|store| store.purpose == purpose);
        stores.map(|store| format!("`{}`{}", store.path, self.outside(store))).collect()
    }

    fn outside(&self, store: &Store) -> String {
        let mount = store.mount.and_then(|at| self.workload.unit.mounts.get(at));
        match mount.map(|mount| (&mount.source, mount.per_instance)) {
            Some((MountSource::Volume { name, .. }, true)) => {
                let claim = |number: u64| format!("`{}-{number}`", last(name));
                match self.pods() {
                    0 | 1 => format!(" on claim {}", claim(0)),
                    2 => format!(" on claims {} and {}", claim(0), claim(1)),
                    pods => format!(" on claims {} to {}", claim(0), claim(pods - 1)),
                }
            }
            Some((MountSource::Volume { name, .. }, false)) => format!(" on volume `{}`", last(name)),
            Some((MountSource::Tree(path), _)) => format!(" in `{path}` of the checkout"),
            Some((MountSource::Host(path), _)) if path != "/" => format!(" in `{path}` of the host"),
            Some((MountSource::Host(_), _)) => " of the host".to_owned(),
            _ if matches!(store.durability, Durability::Volatile(_)) => " (**lost with the container**)".to_owned(),
            Some((MountSource::Tmpfs | MountSource::Anonymous, _)) => String::new(),
            Some((MountSource::Unknown(_), _)) | None => String::new(),
        }
    }
}

fn place(unit: &Unit, way: &'static Way) -> Place {
    if let Some(at) = &way.at {
        return Place::Scheduler(at, &way.reach);
    }
    if unit.supervisor == Supervisor::Kubernetes {
        let cluster = unit.host.strip_suffix(&unit.handle.group).unwrap_or(&unit.host).trim_end_matches('/');
        return Place::Cluster(cluster.to_owned());
    }
    if unit.host.is_empty() { Place::Here } else { Place::Host(unit.host.clone()) }
}

/// The last part of a volume's name, which in a cluster begins with its namespace.
pub fn last(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

fn values(post: &Post<'_>, sources: &dyn Sources, catalogue: &Catalogue) -> Values {
    let unit = &post.workload.unit;
    let handle = &unit.handle;
    let word = |text: &str| quoted(text).into_owned();
    let namespace = if handle.group.is_empty() { "default" } else { &handle.group };
    let image = unit.image.as_ref().map_or("", Text::value);
    let container = match handle.name.as_str() {
        "" => format!("$(docker ps -aq --filter ancestor={})", quoted(image)),
        name => word(name),
    };
    // Of one image there can be containers that were stopped for good: none of them is started by guess.
    let again = if handle.name.is_empty() { "FILL-IN-container".to_owned() } else { word(&handle.name) };
    let only = match handle.name.as_str() {
        "" => format!("ancestor={}", quoted(image)),
        name => format!("name=^{}$", quoted(name)),
    };
    let network = catalogue.network(post.network());
    let root = network.and_then(|network| network.genesis_validators_root.clone());
    let first = |purpose| post.workload.stores.iter().find(|store| store.purpose == purpose);
    let history = first(Purpose::History).map(|store| store.path.clone());
    let folder = history.as_deref().and_then(|path| path.rsplit_once('/')).map(|(folder, _)| word(folder));
    let data = first(Purpose::Data).map(|store| word(&store.path));
    Values::from([
        ("unit", word(&unit.name.value)),
        ("compose", compose(post, sources)),
        ("container", container),
        ("again", again),
        ("only", only),
        ("image", word(image)),
        ("volumes", volumes(unit)),
        ("namespace", word(namespace)),
        ("kind", handle.kind.to_ascii_lowercase()),
        ("name", word(&handle.name)),
        ("pods", pods(post)),
        ("cluster", if handle.group.is_empty() { "FILL-IN-cluster".to_owned() } else { word(&handle.group) }),
        ("service", word(if handle.name.is_empty() { &unit.name.value } else { &handle.name })),
        ("replicas", replicas(unit).to_string()),
        ("path", word(&post.path)),
        ("pattern", word(&pattern(unit))),
        ("log", word(&format!("{}.log", flat(&post.name)))),
        ("local", word(&format!("{}.json", flat(&post.name)))),
        ("flat", word(&flat(&post.name))),
        ("history", history.as_deref().map_or_else(String::new, word)),
        ("beacon", beacon(post)),
        ("network", word(post.network())),
        ("data", data.clone().or_else(|| folder.clone()).unwrap_or_else(|| "FILL-IN-data-folder".to_owned())),
        ("folder", folder.or(data).unwrap_or_else(|| "FILL-IN-folder-of-the-history".to_owned())),
        ("root", root.unwrap_or_else(|| "FILL-IN-genesis-validators-root".to_owned())),
        ("database", database(post)),
    ])
}

fn replicas(unit: &Unit) -> u64 {
    let replicas = unit.replicas.as_ref().map(|replicas| &replicas.value);
    if let Some(Replicas::Count(count)) = replicas { (*count).max(1) } else { 1 }
}

/// The pods of a StatefulSet, one by one where they are few.
fn pods(post: &Post<'_>) -> String {
    let name = quoted(&post.workload.unit.handle.name).into_owned();
    match post.pods() {
        few @ 0..=6 => (0..few.max(1)).map(|number| format!("pod/{name}-{number}")).collect::<Vec<_>>().join(" "),
        many => format!("$(seq -f pod/{name}-%g 0 {})", many - 1),
    }
}

/// Makes a name that can be a file's.
pub fn flat(name: &str) -> String {
    name.replace(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-' && letter != '.', "-")
}

/// `docker compose` with the files of the project, its name and the profile of the service.
fn compose(post: &Post<'_>, sources: &dyn Sources) -> String {
    let unit = &post.workload.unit;
    let mut line = "docker compose".to_owned();
    let files = if unit.handle.files.is_empty() { &unit.files } else { &unit.handle.files };
    let paths: Vec<&str> = files.iter().map(|file| sources.path(*file)).collect();
    let beside = paths.first().map_or("", |path| path.rsplit_once('/').map_or("", |(folder, _)| folder));
    if !unit.project.is_empty() && beside != unit.project {
        let _ = write!(line, " --project-directory {}", quoted(&unit.project));
    }
    for path in paths {
        let _ = write!(line, " -f {}", quoted(path));
    }
    if !unit.handle.group.is_empty() {
        let _ = write!(line, " -p {}", quoted(&unit.handle.group));
    }
    if let Activation::Profiles(profiles) = &unit.activation {
        for profile in profiles.iter().take(1) {
            let _ = write!(line, " --profile {}", quoted(profile));
        }
    }
    line
}

fn volumes(unit: &Unit) -> String {
    let mounts = unit.mounts.iter().filter_map(|mount| {
        let target = mount.target.known()?;
        let source = match &mount.source {
            MountSource::Host(path) if path != "/" => path,
            MountSource::Volume { name, .. } => name,
            _ => return None,
        };
        Some(format!("-v {}", quoted(&format!("{source}:{target}"))))
    });
    mounts.collect::<Vec<_>>().join(" ")
}

/// The first words of a command line, as they show in a list of processes.
fn pattern(unit: &Unit) -> String {
    let words = unit.command.words.iter().map_while(Text::known);
    let words: Vec<&str> = words.take_while(|word| !word.starts_with('-')).take(2).collect();
    let program = words.first().map_or(unit.name.value.as_str(), |word| last(word));
    std::iter::once(program).chain(words.iter().skip(1).copied()).collect::<Vec<_>>().join(" ")
}

/// The first beacon node that it asks, where its address is plain.
fn beacon(post: &Post<'_>) -> String {
    let mut dials = post.workload.dials.iter().filter(|dial| dial.api == Api::Beacon);
    let url = dials.find_map(|dial| dial.url.known().filter(|url| !url.contains('@')));
    url.map_or_else(|| "URL".to_owned(), |url| quoted(url.trim_end_matches('/')).into_owned())
}

/// The address of a signer's database, unless it could hold a secret.
fn database(post: &Post<'_>) -> String {
    let url = post.workload.invocation.as_ref().and_then(|client| client.set("signer.database-url"));
    let known = url.and_then(|setting| setting.known());
    let plain = known.filter(|url| !url.contains('@') && !url.to_ascii_lowercase().contains("password"));
    plain.map_or_else(|| "\"$DATABASE_URL\"".to_owned(), |url| quoted(url).into_owned())
}
