//! Whose memory keeps a validator unit from signing twice: its own history, or that of the signer behind it.

use super::database::forgetful;
use super::expect::position;
use super::fact::called;
use super::model::Client;
use crate::catalogue::Role;
use crate::deployment::MountSource;
use crate::fleet::{Api, Durability, Fleet, Purpose, Signs, Target, Workload};

/// Why a lost history is judged milder behind a distributed-validator middleware.
pub const SHARE_ALONE: &str =
    "Behind a distributed-validator middleware it holds key shares, which sign nothing alone: judged milder for that.";

/// What keeps a unit from signing twice when its own history is gone.
#[derive(Debug, Clone, Copy)]
pub enum Backing<'a> {
    /// Nothing: it signs with keys of its own disk.
    Nothing,
    /// A signer of the tree with slashing protection on.
    Signer,
    /// Nothing: this signer of the tree signs whatever it is asked to.
    OpenSigner(&'a Workload),
    /// Nothing for long: the database of its signer, this unit, goes with its container.
    ForgetfulSigner(&'a Workload),
    /// Perhaps a signer that the tree does not show.
    Unseen,
}

impl<'a> Backing<'a> {
    /// Finds out what stands behind a validator unit. One signer that fails decides, since any of them may be asked.
    #[must_use]
    pub fn of(client: &Client<'a>, fleet: &'a Fleet) -> Self {
        match client.workload.signs {
            Signs::Remote => Self::of_signers(client.workload, fleet),
            Signs::Local | Signs::Both | Signs::No => Self::Nothing,
        }
    }

    /// Judges the signers that a unit uses, whatever it signs with besides.
    #[must_use]
    pub fn of_signers(workload: &'a Workload, fleet: &'a Fleet) -> Self {
        let dials = || workload.dials.iter().filter(|dial| dial.api == Api::Signer);
        let mut all_seen = dials().next().is_some();
        for dial in dials() {
            let Target::Workload(id) = dial.target else {
                all_seen = false;
                continue;
            };
            let Some(signer) = fleet.workloads.get(id) else { continue };
            match protects(signer) {
                Some(false) => return Self::OpenSigner(signer),
                Some(true) => {}
                None => all_seen = false,
            }
            if let Some(database) = forgetful_database(signer, fleet) {
                return Self::ForgetfulSigner(database);
            }
        }
        let beside = || dials().next().is_none() && stands_beside(workload, fleet);
        if all_seen || beside() { Self::Signer } else { Self::Unseen }
    }

    /// Says in a sentence why it keeps nobody from signing twice; nothing where it does, or where there is nothing to say.
    #[must_use]
    pub fn weakness(&self) -> Option<String> {
        match self {
            Self::Nothing | Self::Signer => None,
            Self::OpenSigner(signer) => {
                Some(format!("Its signer does not protect it either: the {} has slashing protection off.", called(signer)))
            }
            Self::ForgetfulSigner(database) => Some(format!(
                "Its signer does not protect it for long: the database of the signer, `{}`, goes with its container.",
                database.name()
            )),
            Self::Unseen => Some(
                "All protection rests on a signer that this repository does not show; make sure that its protection is on \
                 and that its database is durable."
                    .to_owned(),
            ),
        }
    }

    /// Answers the unit that lets it down, where there is one.
    #[must_use]
    pub fn culprit(&self) -> Option<&'a Workload> {
        match self {
            Self::OpenSigner(unit) | Self::ForgetfulSigner(unit) => Some(unit),
            Self::Nothing | Self::Signer | Self::Unseen => None,
        }
    }
}

/// Tells whether a unit that is told of no signer here has some in its project, and all of them protect it for good: which keys they
/// sign for stands in files that are handed to it.
fn stands_beside(workload: &Workload, fleet: &Fleet) -> bool {
    let unit = &workload.unit;
    let near = |other: &&Workload| (&other.unit.project, &other.unit.host) == (&unit.project, &unit.host);
    let is_signer = |other: &&Workload| other.invocation.as_ref().is_some_and(|client| client.role == Role::Signer);
    let mut signers = fleet.workloads.iter().filter(|other| other.is_hot()).filter(near).filter(is_signer).peekable();
    signers.peek().is_some()
        && signers.all(|signer| protects(signer) == Some(true) && forgetful_database(signer, fleet).is_none())
}

/// Tells whether a signer refuses what is slashable, if that is known.
#[must_use]
pub fn protects(signer: &Workload) -> Option<bool> {
    let invocation = signer.invocation.as_ref().filter(|invocation| invocation.role == Role::Signer)?;
    position(invocation.setting("signer.slashing-protection"))
}

/// Answers the unit of the tree that keeps a signer's history on storage that is lost with it: the signer itself, or its database.
fn forgetful_database<'a>(signer: &'a Workload, fleet: &'a Fleet) -> Option<&'a Workload> {
    let history = signer.stores.iter().filter(|store| store.purpose == Purpose::History);
    if history.into_iter().any(|store| matches!(store.durability, Durability::Volatile(_))) {
        return Some(signer);
    }
    let databases = signer.dials.iter().filter(|dial| dial.api == Api::Database);
    let mut units = databases.filter_map(|dial| match dial.target {
        Target::Workload(id) => fleet.workloads.get(id),
        _ => None,
    });
    units.find(|unit| {
        let nowhere =
            unit.unit.mounts.iter().all(|mount| matches!(mount.source, MountSource::Anonymous | MountSource::Tmpfs));
        nowhere || forgetful(unit).is_some()
    })
}
