//! The catalogue: finds what is known by image, program, script or name, and reads a table when it is first asked for.

use super::advisory::{Advisory, Relay};
use super::client::{Binary, Client, Image};
use super::companion::Companion;
use super::image::without_hub;
use super::network::Network;
use super::pack::{Demands, Pack};
use super::setting::SettingEntry;
use super::shelf;
use super::version::Version;
use super::wrapper::Wrapper;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// Everything that is known about clients, wrappers, networks and settings.
#[derive(Debug)]
pub struct Catalogue {
    index: Index,
    clients: BTreeMap<String, OnceLock<Client>>,
    wrappers: BTreeMap<String, OnceLock<Wrapper>>,
    networks: OnceLock<Vec<Network>>,
    settings: OnceLock<Vec<SettingEntry>>,
    advisories: OnceLock<Vec<Advisory>>,
    relays: OnceLock<Vec<Relay>>,
    companions: OnceLock<Vec<Companion>>,
    demands: Demands,
    overrides: Overrides,
    own: OwnNames,
}

/// Which of the operator's own tables to read for an image, a program or a script.
#[derive(Debug, Default)]
struct OwnNames {
    images: BTreeMap<String, String>,
    binaries: BTreeMap<String, String>,
    scripts: BTreeMap<String, Vec<String>>,
    clients: BTreeSet<String>,
}

/// What the operator's settings file adds.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// Images of the operator's own, and the client (its id) that each runs.
    pub images: Vec<(String, Image)>,
    /// The release that every unit of a client (its id) is taken to run.
    pub assumed: BTreeMap<String, Version>,
    /// Pages of clients that stand for those that are baked in, or beside them.
    pub clients: Vec<Client>,
    /// Wrappers, alike.
    pub wrappers: Vec<Wrapper>,
}

/// Where to look first, made at build time: names, and the tables in which they stand.
#[derive(Debug, Deserialize)]
struct Index {
    #[serde(borrow)]
    images: BTreeMap<&'static str, &'static str>,
    #[serde(borrow)]
    binaries: BTreeMap<&'static str, &'static str>,
    #[serde(borrow)]
    scripts: BTreeMap<&'static str, Vec<&'static str>>,
    #[serde(borrow)]
    histories: BTreeMap<&'static str, Vec<&'static str>>,
    #[serde(borrow)]
    clients: Vec<&'static str>,
    #[serde(borrow)]
    wrappers: Vec<&'static str>,
}

impl Catalogue {
    /// Opens the catalogue that is baked in. Tables are read when they are first asked for.
    ///
    /// # Panics
    ///
    /// When the catalogue itself is broken, which its tests rule out.
    #[must_use]
    pub fn builtin() -> Self {
        let index: Index = match serde_json::from_str(shelf::index()) {
            Ok(index) => index,
            Err(error) => panic!("the index of the catalogue cannot be read: {error}"),
        };
        Self {
            clients: index.clients.iter().map(|id| ((*id).to_owned(), OnceLock::new())).collect(),
            wrappers: index.wrappers.iter().map(|id| ((*id).to_owned(), OnceLock::new())).collect(),
            index,
            networks: OnceLock::new(),
            settings: OnceLock::new(),
            advisories: OnceLock::new(),
            relays: OnceLock::new(),
            companions: OnceLock::new(),
            demands: Demands::default(),
            overrides: Overrides::default(),
            own: OwnNames::default(),
        }
    }

    /// Adds what the operator's settings file says.
    #[must_use]
    pub fn with(mut self, overrides: Overrides) -> Self {
        self.overrides.images.extend(overrides.images);
        self.overrides.assumed.extend(overrides.assumed);
        for client in overrides.clients {
            let images = client.images.iter().map(|image| (image.repository.clone(), client.id.clone()));
            self.own.images.extend(images);
            let binaries = client.binaries.iter().map(|binary| (binary.name.clone(), client.id.clone()));
            self.own.binaries.extend(binaries);
            self.own.clients.insert(client.id.clone());
            self.clients.insert(client.id.clone(), OnceLock::from(client));
        }
        for wrapper in overrides.wrappers {
            for script in &wrapper.scripts {
                self.own.scripts.entry(script.clone()).or_default().push(wrapper.id.clone());
            }
            self.wrappers.insert(wrapper.id.clone(), OnceLock::from(wrapper));
        }
        self
    }

    /// Holds the fleet to what the packs of these names demand; names of no pack say nothing.
    #[must_use]
    pub fn holding<'n>(mut self, packs: impl IntoIterator<Item = &'n str>) -> Self {
        let packs: Vec<Pack> = packs.into_iter().filter_map(Pack::named).collect();
        self.demands = Demands::of(&packs).0;
        self
    }

    /// Answers what the chosen packs demand.
    #[must_use]
    pub fn demands(&self) -> &Demands {
        &self.demands
    }

    /// Answers a client's page by its id.
    #[must_use]
    pub fn client(&self, id: &str) -> Option<&Client> {
        let (id, page) = self.clients.get_key_value(id)?;
        Some(page.get_or_init(|| {
            let client: Client = read(&format!("clients/{id}.toml"));
            Client { id: id.clone(), ..client }.named()
        }))
    }

    /// Answers the release that all units of a client are taken to run, if the operator asks so.
    #[must_use]
    pub fn assumed(&self, client: &str) -> Option<&Version> {
        self.overrides.assumed.get(client)
    }

    /// Answers the ids of all clients in order.
    pub fn clients(&self) -> impl Iterator<Item = &str> {
        self.clients.keys().map(String::as_str)
    }

    /// Answers the ids of the clients whose baked-in tables were read so far, in order.
    pub fn opened(&self) -> impl Iterator<Item = &str> {
        let opened = self.clients.iter().filter(|(id, page)| page.get().is_some() && !self.own.clients.contains(*id));
        opened.map(|(id, _)| id.as_str())
    }

    /// Finds the client that an image runs: its id, and what is known of the image.
    ///
    /// The repository can be spelled with Docker Hub's host, or stand behind a mirror's (`mirror.example/sigp/lighthouse`).
    #[must_use]
    pub fn by_image(&self, repository: &str) -> Option<(&str, &Image)> {
        let own = self.overrides.images.iter().find(|(_, image)| image.repository == repository);
        if let Some((client, image)) = own {
            return Some((client.as_str(), image));
        }
        let mut name = without_hub(repository);
        loop {
            if let Some(id) = own_or(&self.own.images, &self.index.images, name) {
                let image = self.client(id)?.images.iter().find(|image| image.repository == name)?;
                return Some((id, image));
            }
            name = name.split_once('/').map(|(_, rest)| rest).filter(|rest| rest.contains('/'))?;
        }
    }

    /// Finds the client that a program is, by its file name: the client's id, and what is known of the program.
    #[must_use]
    pub fn by_binary(&self, name: &str) -> Option<(&str, &Binary)> {
        let id = own_or(&self.own.binaries, &self.index.binaries, name)?;
        let binary = self.client(id)?.binaries.iter().find(|binary| binary.name == name)?;
        Some((id, binary))
    }

    /// Answers the names that clients give their signing histories, each with the ids of its clients; their tables stay closed.
    #[must_use]
    pub fn history_names(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let mut names: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (name, clients) in &self.index.histories {
            let baked = clients.iter().copied().filter(|id| !self.own.clients.contains(*id));
            names.entry(name).or_default().extend(baked);
        }
        for client in self.own.clients.iter().filter_map(|id| self.client(id)) {
            for path in client.roles.values().flat_map(|page| &page.history) {
                names.entry(path.rsplit(['/', '}']).next().unwrap_or_default()).or_default().insert(&client.id);
            }
        }
        names
    }

    /// Finds a wrapper by the file name of its script; of several, the first in order of their ids.
    #[must_use]
    pub fn wrapper(&self, script: &str) -> Option<&Wrapper> {
        self.wrappers(script).next()
    }

    /// Finds every wrapper that has a script of this file name: ask each for its case of the client at hand.
    pub fn wrappers(&self, script: &str) -> impl Iterator<Item = &Wrapper> {
        let own = self.own.scripts.get(script);
        let own = own.into_iter().flatten().map(String::as_str);
        let known = self.index.scripts.get(script).into_iter().flatten().copied();
        let others = known.filter(move |id| !self.overrides_wrapper(script, id));
        own.chain(others).filter_map(|id| self.wrapper_by_id(id))
    }

    fn overrides_wrapper(&self, script: &str, id: &str) -> bool {
        self.own.scripts.get(script).is_some_and(|own| own.iter().any(|other| other == id))
    }

    /// Answers a wrapper by its id ([`Image::wrapper`]).
    #[must_use]
    pub fn wrapper_by_id(&self, id: &str) -> Option<&Wrapper> {
        let (id, wrapper) = self.wrappers.get_key_value(id)?;
        Some(wrapper.get_or_init(|| Wrapper { id: id.clone(), ..read(&format!("wrappers/{id}.toml")) }))
    }

    /// Finds a network by its name or one of its aliases, whatever the case.
    #[must_use]
    pub fn network(&self, name: &str) -> Option<&Network> {
        let is = |other: &str| other.eq_ignore_ascii_case(name);
        self.networks().iter().find(|network| is(&network.name) || network.aliases.iter().any(|alias| is(alias)))
    }

    /// Answers the network that an image is made for, by its repository; most are made for any.
    #[must_use]
    pub fn network_of_image(&self, repository: &str) -> Option<&Network> {
        let bare = without_hub(repository);
        self.networks().iter().find(|network| network.images.iter().any(|start| bare.starts_with(start.as_str())))
    }

    /// Finds the network whose states a host hands out.
    #[must_use]
    pub fn network_of_checkpoint(&self, host: &str) -> Option<&Network> {
        let is = |known: &String| known.eq_ignore_ascii_case(host);
        self.networks().iter().find(|network| network.checkpoints.iter().any(is))
    }

    /// Answers all networks in order of name.
    #[must_use]
    pub fn networks(&self) -> &[Network] {
        self.networks.get_or_init(|| {
            let name = |path: &str| path.trim_start_matches("networks/").trim_end_matches(".toml").to_owned();
            shelf::below("networks").iter().map(|(path, _)| Network { name: name(path), ..read(path) }).collect()
        })
    }

    /// Answers the vocabulary in order of name.
    #[must_use]
    pub fn settings(&self) -> &[SettingEntry] {
        self.settings.get_or_init(|| read::<Vocabulary>("settings.toml").setting)
    }

    /// Answers the known faults of a client's releases.
    pub fn advisories(&self, client: &str) -> impl Iterator<Item = &Advisory> {
        let all = self.advisories.get_or_init(|| read::<Advisories>("advisories.toml").advisory);
        all.iter().filter(move |advisory| advisory.client == client)
    }

    /// Answers all known relays in order of network and host.
    #[must_use]
    pub fn relays(&self) -> &[Relay] {
        self.relays.get_or_init(|| read::<Relays>("relays.toml").relay)
    }

    /// Finds software that runs beside clients, by the repository of its image.
    #[must_use]
    pub fn companion(&self, repository: &str) -> Option<&Companion> {
        let all = self.companions.get_or_init(|| read::<Companions>("companions.toml").companion);
        let name = without_hub(repository);
        all.iter().find(|companion| companion.images.iter().any(|image| image == name))
    }
}

#[derive(Deserialize)]
struct Companions {
    companion: Vec<Companion>,
}

/// Finds a name among the operator's own, else among those that are baked in.
fn own_or<'m>(own: &'m BTreeMap<String, String>, index: &BTreeMap<&str, &'m str>, name: &str) -> Option<&'m str> {
    own.get(name).map(String::as_str).or_else(|| index.get(name).copied())
}

#[derive(Deserialize)]
struct Advisories {
    advisory: Vec<Advisory>,
}

#[derive(Deserialize)]
struct Relays {
    relay: Vec<Relay>,
}

#[derive(Deserialize)]
struct Vocabulary {
    setting: Vec<SettingEntry>,
}

/// Reads a file of the shelf. One that is missing or does not fit is a fault of ours, which the tests find.
fn read<T: DeserializeOwned>(path: &str) -> T {
    match serde_json::from_str(shelf::volume(path).unwrap_or("null")) {
        Ok(value) => value,
        Err(error) => panic!("rules/{path} does not fit its model: {error}"),
    }
}
