//! Where a path inside a unit comes to lie outside it, and whether it outlives the unit.

use super::model::{Durability, Location};
use crate::deployment::{Held, MountSource, Supervisor, Unit, below, normalise};

/// What a path inside a unit leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placing {
    /// The mount that holds it (index into `unit.mounts`).
    pub mount: Option<usize>,
    /// The place outside the unit, if it has one that others could reach.
    pub outside: Option<Location>,
    /// Whether it outlives the unit.
    pub durability: Durability,
}

/// Follows an absolute path through the mounts of a unit: the deepest mount that holds it decides.
#[must_use]
pub fn locate(unit: &Unit, path: &str) -> Placing {
    let Some(path) = normalise(path) else {
        return Placing { mount: None, outside: None, durability: Durability::Unknown };
    };
    match unit.held(&path) {
        Held::By(index, length) => through(unit, index, path[length..].trim_start_matches('/')),
        Held::Unclear => Placing { mount: None, outside: None, durability: Durability::Unknown },
        Held::Nowhere => volatile(None, "no volume holds it, so it goes when the container is made anew"),
    }
}

fn through(unit: &Unit, index: usize, rest: &str) -> Placing {
    let place = |base: String, path: &str| {
        let path = [path, rest].iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join("/");
        Some(Location { base, path })
    };
    let durable = |outside: Option<Location>| Placing { mount: Some(index), outside, durability: Durability::Durable };
    match &unit.mounts[index].source {
        MountSource::Tree(path) => durable(place("tree".into(), path)),
        MountSource::Host(path) => {
            let path = normalise(&format!("{path}/{rest}")).unwrap_or_else(|| format!("{path}/{rest}"));
            let outside = Some(Location { base: format!("host:{}", unit.host), path: path.clone() });
            let short_lived = ["/tmp", "/run", "/dev/shm", "/var/run"];
            if short_lived.iter().any(|folder| below(folder, &path).is_some()) {
                let why = "it lies in a folder of the host that is emptied at a reboot";
                return Placing { outside, ..volatile(Some(index), why) };
            }
            durable(outside)
        }
        MountSource::Volume { name, external } => {
            // A part of a volume lies where whoever mounts all of it finds it.
            let (name, part) = name.split_once('/').unwrap_or((name, ""));
            let project = if *external { "" } else { unit.project.as_str() };
            durable(place(format!("volume:{}/{project}/{name}", unit.host), part))
        }
        MountSource::Anonymous if unit.supervisor == Supervisor::Kubernetes => {
            volatile(Some(index), "its volume lives no longer than its pod, so the next pod gets an empty one")
        }
        MountSource::Anonymous => volatile(Some(index), "its volume has no name, so a new container gets a new one"),
        MountSource::Tmpfs => volatile(Some(index), "it lies in memory"),
        MountSource::Unknown(_) => Placing { mount: Some(index), outside: None, durability: Durability::Unknown },
    }
}

fn volatile(mount: Option<usize>, why: &str) -> Placing {
    Placing { mount, outside: None, durability: Durability::Volatile(why.into()) }
}

impl Location {
    /// Tells whether this place is `other`, or a folder that holds it.
    #[must_use]
    pub fn holds(&self, other: &Self) -> bool {
        self.base == other.base && (self.path.is_empty() || below(&self.path, &other.path).is_some())
    }
}

impl std::fmt::Display for Location {
    /// Writes the place for people: `keys/` of the tree, `/srv/keys` of a host, a volume and a path in it.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let path = &self.path;
        match self.base.split_once(':') {
            Some(("host", host)) => write!(formatter, "`{path}` of host `{host}`"),
            Some(("volume", name)) => {
                let name = name.rsplit('/').next().unwrap_or_default();
                let below = if path.is_empty() { String::new() } else { format!(" at `{path}`") };
                write!(formatter, "volume `{name}`{below}")
            }
            _ => write!(formatter, "`{path}` of the tree"),
        }
    }
}
