//! The tables of commands: what supervisors, clients and automations are told.

use crate::catalogue::shelf;
use crate::deployment::{Supervisor, Unit};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use std::sync::LazyLock;

/// How a supervisor is told what.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Way {
    supervisor: String,
    /// The kinds of resources that it is for; any, if none is named.
    #[serde(default)]
    kinds: Vec<String>,
    /// Its commands name files of the tree.
    #[serde(default)]
    pub tree: bool,
    /// What its commands are given to, where that is no host.
    #[serde(default)]
    pub at: Option<String>,
    /// How one sees that it is the right one.
    #[serde(default)]
    pub reach: String,
    /// Stops a unit and keeps it stopped.
    pub stop: Vec<String>,
    /// Shows that it is down.
    pub check: Vec<String>,
    /// Starts it again.
    pub start: Vec<String>,
    /// Starts a container again that must not be made anew, since it holds its history itself.
    #[serde(default)]
    pub start_kept: Vec<String>,
    /// Runs one command with the files of the unit.
    #[serde(default)]
    pub run: Option<String>,
    /// The same for a unit that starts a container.
    #[serde(default)]
    pub run_in_container: Option<String>,
    /// The same with another image beside the container, which lacks the program.
    #[serde(default)]
    pub run_beside: Option<String>,
    /// The folder under which that command sees the operator's own.
    #[serde(default)]
    pub export: String,
    /// Takes a history out of a stopped container that holds it on no volume.
    #[serde(default)]
    pub copy: Option<String>,
    /// Saves what it has logged.
    #[serde(default)]
    pub logs: Option<String>,
    #[serde(rename = "source")]
    _source: IgnoredAny,
}

/// What a client's own command line does with histories and exits.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ClientPage {
    id: String,
    /// Its program.
    #[serde(default)]
    pub program: String,
    /// Where the program lies in the official image, where that is on no path.
    #[serde(default)]
    pub program_path: Option<String>,
    /// An image of the client that lacks the program.
    #[serde(default)]
    pub image_without: Option<String>,
    /// The image that stands for it, under the same tag.
    #[serde(default)]
    pub image_with: Option<String>,
    /// Options of the unit that its other commands need, too.
    #[serde(default)]
    pub carried: Vec<String>,
    /// The arguments that export the history.
    #[serde(default)]
    pub export: Option<String>,
    /// The name that the exported file gets, where that cannot be chosen.
    #[serde(default)]
    pub made: Option<String>,
    /// The arguments that import a history.
    #[serde(default)]
    pub import: Option<String>,
    /// How an exit is asked for.
    #[serde(default)]
    pub exit: Option<String>,
    /// What has to be known besides.
    #[serde(default)]
    pub note: Option<String>,
    /// Why there is no such command.
    #[serde(default)]
    pub none: Option<String>,
    /// Where it is documented.
    #[serde(default)]
    pub source: Option<String>,
    #[serde(default, rename = "code")]
    _code: IgnoredAny,
}

/// How a kind of automation is halted.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Halt {
    id: String,
    /// What it does, to read on from its name.
    pub says: String,
    /// Where it is at work: `cluster`, `host`, `forge`.
    #[serde(rename = "where")]
    pub place: String,
    /// It makes other deliveries.
    #[serde(default)]
    pub makes: bool,
    /// Halts it.
    pub freeze: Vec<String>,
    /// Lets it go on.
    pub thaw: Vec<String>,
    /// The namespace of a resource that names none.
    #[serde(default)]
    pub namespace: String,
    #[serde(rename = "source")]
    _source: IgnoredAny,
}

#[derive(Debug, Default, Deserialize)]
struct Ways {
    way: Vec<Way>,
}

#[derive(Debug, Default, Deserialize)]
struct Clients {
    client: Vec<ClientPage>,
}

#[derive(Debug, Default, Deserialize)]
struct Halts {
    automation: Vec<Halt>,
}

fn load<T: DeserializeOwned + Default>(path: &str) -> T {
    shelf::volume(path).and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

static WAYS: LazyLock<Ways> = LazyLock::new(|| load("supervisors.toml"));
static CLIENTS: LazyLock<Clients> = LazyLock::new(|| load("client-commands.toml"));
static HALTS: LazyLock<Halts> = LazyLock::new(|| load("automations.toml"));

/// Answers how a unit's supervisor is told what.
pub fn way(unit: &Unit) -> Option<&'static Way> {
    let name = match unit.supervisor {
        Supervisor::Compose => "compose",
        Supervisor::Docker => "docker",
        Supervisor::Kubernetes => "kubernetes",
        Supervisor::Systemd => "systemd",
        Supervisor::Scheduler => "scheduler",
        Supervisor::Script => "script",
    };
    let fits = |way: &&Way| way.supervisor == name && (way.kinds.is_empty() || way.kinds.contains(&unit.handle.kind));
    WAYS.way.iter().find(fits)
}

/// Answers what a client's own command line does.
pub fn client(id: &str) -> Option<&'static ClientPage> {
    CLIENTS.client.iter().find(|page| page.id == id)
}

/// Answers how a kind of automation is halted.
pub fn halt(id: &str) -> Option<&'static Halt> {
    HALTS.automation.iter().find(|halt| halt.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;

    #[test]
    fn the_tables_fit_their_models_and_name_clients_that_there_are() {
        assert!(WAYS.way.len() > 9 && HALTS.automation.len() > 9);
        let catalogue = Catalogue::builtin();
        assert!(!CLIENTS.client.is_empty() && CLIENTS.client.iter().all(|page| catalogue.client(&page.id).is_some()));
    }

    #[test]
    fn every_command_says_what_it_was_held_against() {
        let known = |page: &ClientPage| page.export.is_none() || page.source.is_some();
        assert!(CLIENTS.client.iter().all(known));
        let text = shelf::volume("client-commands.toml").expect("is there");
        assert_eq!(text.matches("\"export\":").count(), text.matches("\"code\":").count());
    }

    #[test]
    fn nothing_deletes_a_history_or_a_pod_by_force() {
        let commands = WAYS.way.iter().flat_map(|way| way.stop.iter().chain(&way.start));
        for command in commands.chain(HALTS.automation.iter().flat_map(|halt| &halt.freeze)) {
            let words = ["down -v", "--force --grace", "--grace-period=0", "rm -rf", "docker rm"];
            assert!(!words.iter().any(|word| command.contains(word)), "{command}");
        }
    }
}
