//! The databases in which signers keep their histories: which one each uses, and whether a database of the tree lasts.

use super::spot::Spot;
use crate::catalogue::ImageName;
use crate::fleet::{Api, Durability, Target, Workload, WorkloadId, endpoint, locate};
use crate::source::{Span, Text};

/// The database of a signer, as far as two of them can be told apart.
#[derive(Debug, Clone)]
pub struct Database<'f> {
    /// The URL as written.
    pub url: &'f Text,
    /// The unit of the tree that serves it.
    pub unit: Option<WorkloadId>,
    server: String,
    name: String,
}

impl<'f> Database<'f> {
    /// Answers the database that a signer uses; nothing if the tree does not tell all of it.
    #[must_use]
    pub fn of(signer: &'f Workload) -> Option<Self> {
        let dial = signer.dials.iter().find(|dial| dial.api == Api::Database)?;
        let url = dial.url.known()?;
        let found = endpoint(url)?;
        let server = format!("{}:{}", found.host, found.port.unwrap_or(POSTGRESQL));
        let path = url.rsplit_once("://").map_or(url, |(_, rest)| rest).split_once('/').map_or("", |(_, path)| path);
        let name = path.split(['?', '/']).next().unwrap_or_default().to_owned();
        let unit = match dial.target {
            Target::Workload(id) => Some(id),
            Target::Unknown => return None,
            _ => None,
        };
        Some(Self { url: &dial.url, unit, server, name })
    }

    /// Tells whether both are one database. What goes by one name on two hosts of the tree is one only if it is one unit.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        let one_server = match (self.unit, other.unit) {
            (Some(one), Some(other)) => one == other,
            (None, None) => self.server == other.server,
            _ => false,
        };
        one_server && self.name == other.name
    }
}

/// The port of PostgreSQL (IANA service name registry).
const POSTGRESQL: u16 = 5432;

/// The folder in which PostgreSQL's image keeps its data, unless `PGDATA` says another.
const DATA: &str = "/var/lib/postgresql/data";
/// Since 18 the image declares the folder above as its volume, and keeps each release's data in one below.
const DATA_SINCE_18: &str = "/var/lib/postgresql/18/docker";

/// Answers where and why a unit that runs PostgreSQL loses its data; nothing if it keeps them, or if that is not known.
#[must_use]
pub fn forgetful(workload: &Workload) -> Option<(Spot, String)> {
    let image = workload.unit.image.as_ref()?;
    let name = ImageName::parse(image.value());
    let repository = image.value().get(name.repository.clone())?;
    if !IMAGES.contains(&repository.rsplit('/').next()?) || !image.is_known_in(name.repository) {
        return None;
    }
    if let Some(word) = workload.unit.command.words.iter().find(|word| is_careless(word)) {
        return Some((word.into(), "it is told not to wait until its data are written".into()));
    }
    let major = name.tag.filter(|tag| image.is_known_in(tag.clone())).and_then(|tag| major(image.value().get(tag)?));
    let set = workload.unit.env.iter().find(|variable| variable.name.value == "PGDATA");
    let paths: Vec<&str> = match (set, major) {
        (Some(variable), _) => vec![variable.value.known()?],
        (None, Some(18..)) => vec![DATA_SINCE_18],
        (None, Some(_)) => vec![DATA],
        (None, None) => vec![DATA, DATA_SINCE_18],
    };
    if set.is_none()
        && paths == [DATA]
        && let Some(above) = mounted(workload, ABOVE)
    {
        return mounted(workload, DATA).is_none().then(|| (above.into(), NAMELESS.to_owned()));
    }
    let mut lost = None;
    for path in paths {
        let placing = locate(&workload.unit, path);
        let Durability::Volatile(why) = placing.durability else { return None };
        let mount = placing.mount.and_then(|mount| workload.unit.mounts.get(mount));
        lost = Some((mount.map_or((&workload.unit.name).into(), |mount| mount.place.into()), why));
    }
    lost
}

/// What PostgreSQL's images are called, whoever makes them.
const IMAGES: [&str; 5] = ["postgres", "postgresql", "timescaledb", "postgis", "timescaledb-ha"];
/// The folder above the data, which older images do not declare as their volume.
const ABOVE: &str = "/var/lib/postgresql";
const NAMELESS: &str =
    "its image makes a nameless volume for the folder `data` below, which a new container does not get back";

fn mounted(workload: &Workload, path: &str) -> Option<Span> {
    let is_it = |target: &Text| target.known().map(|target| target.trim_end_matches('/')) == Some(path);
    workload.unit.mounts.iter().find(|mount| is_it(&mount.target)).map(|mount| mount.place)
}

/// Settings of PostgreSQL that lose what was confirmed when the machine fails.
fn is_careless(word: &Text) -> bool {
    let word = word.known().unwrap_or_default().trim_start_matches("-c").trim();
    let (name, value) = word.trim_start_matches("--").split_once('=').unwrap_or_default();
    let off = ["off", "false", "0", "no"].contains(&value.to_ascii_lowercase().as_str());
    off && ["fsync", "synchronous_commit", "synchronous-commit", "full_page_writes"].contains(&name)
}

fn major(tag: &str) -> Option<u32> {
    let digits: String = tag.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}
