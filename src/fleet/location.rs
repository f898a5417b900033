//! Where a path inside a unit comes to lie outside it, and whether it outlives the unit.

use super::model::{Durability, Location};
use crate::deployment::{MountSource, Unit};

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
    let mut deepest: Option<(usize, String)> = None;
    let mut hole = false;
    for (index, mount) in unit.mounts.iter().enumerate() {
        let Some(target) = mount.target.known().and_then(normalise) else {
            hole = true;
            continue;
        };
        let deeper = deepest.as_ref().is_none_or(|(_, best)| target.len() >= best.len());
        if deeper && below(&target, &path).is_some() {
            deepest = Some((index, target));
        }
    }
    match deepest {
        Some((index, target)) => through(unit, index, below(&target, &path).unwrap_or_default()),
        // A mount whose target is a hole may be the one that holds the path.
        None if hole => Placing { mount: None, outside: None, durability: Durability::Unknown },
        None => volatile(None, "no volume holds it, so it goes when the container is made anew"),
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
            let outside = place(format!("host:{}", unit.host), path.trim_end_matches('/'));
            let short_lived = ["/tmp", "/run", "/dev/shm", "/var/run"];
            if short_lived.iter().any(|folder| below(folder, path).is_some()) {
                let why = "it lies in a folder of the host that is emptied at a reboot";
                return Placing { outside, ..volatile(Some(index), why) };
            }
            durable(outside)
        }
        MountSource::Volume { name, external: true } => durable(place(format!("volume:{}//{name}", unit.host), "")),
        MountSource::Volume { name, external: false } => {
            durable(place(format!("volume:{}/{}/{name}", unit.host, unit.project), ""))
        }
        MountSource::Anonymous => volatile(Some(index), "its volume has no name, so a new container gets a new one"),
        MountSource::Tmpfs => volatile(Some(index), "it lies in memory"),
        MountSource::Unknown(_) => Placing { mount: Some(index), outside: None, durability: Durability::Unknown },
    }
}

fn volatile(mount: Option<usize>, why: &str) -> Placing {
    Placing { mount, outside: None, durability: Durability::Volatile(why.into()) }
}

/// Makes an absolute path plain: no `.`, no `..`, no doubled or closing slash; nothing if it is not absolute.
#[must_use]
pub fn normalise(path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.strip_prefix('/')?.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    Some(format!("/{}", parts.join("/")))
}

/// Answers the rest of `path` below `folder`: empty for the folder itself, nothing if it lies elsewhere.
#[must_use]
pub fn below<'a>(folder: &str, path: &'a str) -> Option<&'a str> {
    let folder = folder.trim_end_matches('/');
    let rest = path.strip_prefix(folder)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}

impl Location {
    /// Tells whether this place is `other`, or a folder that holds it.
    #[must_use]
    pub fn holds(&self, other: &Self) -> bool {
        self.base == other.base && (self.path.is_empty() || below(&self.path, &other.path).is_some())
    }
}
