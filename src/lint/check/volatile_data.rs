//! What a unit has to remember lies where it outlives the unit.

use crate::catalogue::{ImageName, Role};
use crate::deployment::MountSource;
use crate::finding::{Confidence, Severity};
use crate::fleet::{Durability, Purpose, Store};
use crate::lint::fact::{called, identity};
use crate::lint::model::{Check, Client, Scene};
use crate::lint::report::Report;
use crate::lint::signer::{Backing, SHARE_ALONE};
use crate::lint::spot::Spot;
use serde::Deserialize;

/// What a card says of the files of a unit.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct VolatileData {
    /// What the files are for.
    purpose: Kept,
}

/// What files can be for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kept {
    /// The signing history of a validator unit that holds whole keys, or of a client behind a middleware.
    History,
    /// The database of a node of a distributed validator, with its signing history in it.
    DvtState,
    /// The database of a beacon node or an execution client that signs nothing.
    Data,
}

impl Check for VolatileData {
    fn check(&self, scene: &mut Scene<'_>) {
        for client in scene.clients() {
            let strange = self.purpose == Kept::Data && is_of_strangers(&client, scene);
            let open = strange || has_known_script(&client, scene);
            let lost = client.workload.stores.iter().find_map(|store| match &store.durability {
                // A script that is known for its switches can choose the folder, too, and so can whoever made the image.
                Durability::Volatile(_) if open && store.place == client.workload.unit.name.span => None,
                Durability::Volatile(why) if self.covers(&client, store) => Some((store, why)),
                _ => None,
            });
            let Some((store, why)) = lost else { continue };
            let backing = Backing::of(&client, scene.fleet());
            if self.purpose == Kept::History && matches!(backing, Backing::Signer) {
                continue;
            }
            let report = self.report(&client, store, why);
            scene.report(if self.purpose == Kept::History { weigh(report, &client, &backing) } else { report });
        }
    }
}

impl VolatileData {
    fn covers(&self, client: &Client<'_>, store: &Store) -> bool {
        match self.purpose {
            Kept::History => client.workload.is_validator() && store.purpose == Purpose::History && !is_node(client),
            Kept::DvtState => is_node(client) && store.purpose == Purpose::History,
            Kept::Data => has_database(client) && store.purpose == Purpose::Data,
        }
    }

    fn report(&self, client: &Client<'_>, store: &Store, why: &str) -> Report {
        let what = match self.purpose {
            Kept::History => "its signing history",
            Kept::DvtState => "its database, and with it its signing history,",
            Kept::Data => "its data",
        };
        let headline = format!("{} loses {what} in `{}`: {why}", called(client.workload), store.path);
        let name = &client.workload.unit.name;
        // What shows the hazard is the mount that forgets; where there is none, what is missing is missing at the unit.
        let mount = store.mount.and_then(|mount| client.workload.unit.mounts.get(mount));
        // All of a machine is no mount: there, the path itself shows it.
        let (mount, here) = match mount.filter(|mount| mount.target.value() == "/") {
            Some(_) => (None, Some(store.place)),
            None => (mount, None),
        };
        let place = mount.map_or_else(|| here.unwrap_or(name.span).into(), |mount| Spot::from(mount.place));
        let report = Report::on(client.workload, place, headline)
            .subject(identity(client.workload))
            .cause(format!("{} {why}", store.path));
        if [name.span, place.span].contains(&store.place) {
            report
        } else {
            report.related(store.place, "this decides where it lies")
        }
    }
}

/// Tells whether one of the start scripts that the catalogue knows stands before the client.
fn has_known_script(client: &Client<'_>, scene: &Scene<'_>) -> bool {
    let command = &client.workload.unit.command;
    let first = command.wrappers.iter().chain(command.words.iter().take(2)).filter_map(|word| word.known());
    let mut names = first.map(|script| script.rsplit('/').next().unwrap_or(script));
    names.any(|name| scene.catalogue().wrapper(name).is_some())
}

/// Tells whether a unit runs an image that the client's makers did not make, and has a volume for something.
fn is_of_strangers(client: &Client<'_>, scene: &Scene<'_>) -> bool {
    let page = scene.catalogue().client(&client.invocation.client);
    let (Some(page), Some(image)) = (page, client.workload.unit.image.as_ref()) else { return false };
    let repository = ImageName::parse(image.value()).repository;
    let name = image.value().get(repository.clone()).filter(|_| image.is_known_in(repository));
    let own = name.is_some_and(|name| page.images.iter().any(|known| known.repository == name));
    !own && client.workload.unit.mounts.iter().any(|mount| mount.source != MountSource::Anonymous)
}

fn is_node(client: &Client<'_>) -> bool {
    client.invocation.role == Role::Middleware
}

fn has_database(client: &Client<'_>) -> bool {
    !client.workload.is_validator() && matches!(client.invocation.role, Role::Beacon | Role::Execution)
}

/// Judges a lost history by what else keeps the unit from signing twice.
fn weigh(report: Report, client: &Client<'_>, backing: &Backing<'_>) -> Report {
    let mut report = report;
    if let Some(weakness) = backing.weakness() {
        report = report.because(weakness);
    }
    if let Some(culprit) = backing.culprit() {
        report = report.related(&culprit.unit.name, "its signer's protection fails here");
    }
    if matches!(backing, Backing::Unseen) {
        return report.severity(Severity::High).confidence(Confidence::Medium);
    }
    if client.workload.behind_dvt { report.severity(Severity::High).because(SHARE_ALONE) } else { report }
}
