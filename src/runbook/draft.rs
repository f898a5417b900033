//! A draft: the posts of a fleet and everything that a page can be filled with.

use super::freeze::{self, Halted};
use super::model::{Matter, Order, Refusal};
use super::post::{Place, Post};
use crate::catalogue::Catalogue;
use crate::config::Allow;
use crate::ethereum::PublicKey;
use crate::fleet::{Fleet, count};
use crate::source::{FileId, Sources};
use crate::workspace::Past;
use std::collections::{BTreeMap, BTreeSet};

/// What a plan is written from.
pub struct Draft<'d> {
    /// The fleet.
    pub fleet: &'d Fleet,
    /// The files of the tree.
    pub sources: &'d dyn Sources,
    /// What is known of networks.
    pub catalogue: &'d Catalogue,
    /// What the operator allows in the settings.
    pub allows: &'d [Allow],
    /// What the files were before, where git knows.
    pub past: Option<&'d Past<'d>>,
    /// What was asked for.
    pub order: &'d Order<'d>,
    /// The units that can sign, in order of name.
    pub posts: Vec<Post<'d>>,
    /// What has to be halted, in order.
    pub halted: Vec<Halted>,
    /// A page stands alone: it holds what it would refer to in a whole plan.
    pub alone: bool,
    /// The lists that Ansible finds hosts in.
    lists: Lists<'d>,
}

/// Hosts as the lists of Ansible have them.
#[derive(Default)]
struct Lists<'d> {
    /// The file that names a host first.
    files: BTreeMap<&'d str, FileId>,
    /// The first group that holds just these hosts.
    groups: BTreeMap<BTreeSet<&'d str>, &'d str>,
}

impl<'d> Lists<'d> {
    fn of(fleet: &'d Fleet) -> Self {
        let mut lists = Self::default();
        let mut groups: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for listed in &fleet.inventory.hosts {
            lists.files.entry(&listed.name).or_insert(listed.place.file);
            for group in listed.groups.iter().filter(|group| group.value != "all") {
                groups.entry(&group.value).or_default().insert(&listed.name);
            }
        }
        groups.into_iter().for_each(|(name, members)| _ = lists.groups.entry(members).or_insert(name));
        lists
    }
}

impl<'d> Draft<'d> {
    /// Collects the posts of a fleet, and what acts on them by itself.
    ///
    /// # Errors
    /// If nothing can sign.
    pub fn new(matter: &Matter<'d>, order: &'d Order<'d>) -> Result<Self, Refusal> {
        let Matter { fleet, sources, catalogue, allows, past } = *matter;
        let mut owned = fleet.owned_keys();
        let roster = fleet.roster();
        let post = |id| Post::new(id, fleet, sources, catalogue, owned.remove(&id).unwrap_or_default());
        let mut posts: Vec<Post<'d>> = roster.into_iter().filter_map(post).collect();
        // The containers of one pod, and the alternatives of one project, can have one name: the one with keys stands for them.
        posts.sort_by(|one, other| (&one.name, other.keys.len()).cmp(&(&other.name, one.keys.len())));
        posts.dedup_by(|one, other| one.name == other.name && one.place == other.place && one.path == other.path);
        if posts.is_empty() {
            return Err(Refusal::NothingSigns);
        }
        let halted = freeze::find(fleet, sources, catalogue, &posts);
        let (alone, lists) = (order.scenario.is_some(), Lists::of(fleet));
        Ok(Self { fleet, sources, catalogue, allows, past, order, posts, halted, alone, lists })
    }

    /// Answers the posts that a start of the tree can bring up, signers apart from those that ask them.
    pub fn live(&self, signers: bool) -> Vec<&Post<'d>> {
        self.posts.iter().filter(|post| post.workload.is_hot() && post.is_signer() == signers).collect()
    }

    /// Answers how many keys the posts own, each once, and those that are owned by their numbers.
    pub fn keys(&self) -> u64 {
        owned(self.posts.iter())
    }

    /// Answers the networks of the posts.
    pub fn networks(&self) -> Vec<&str> {
        self.posts.iter().map(Post::network).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Answers the places where commands are given, with the posts of each.
    pub fn places<'p>(&self, posts: &[&'p Post<'d>]) -> BTreeMap<Place, Vec<&'p Post<'d>>> {
        let mut places: BTreeMap<Place, Vec<&Post<'d>>> = BTreeMap::new();
        posts.iter().for_each(|post| places.entry(post.place.clone()).or_default().push(post));
        places
    }

    /// Answers the file of the list that Ansible finds a host in.
    pub fn listed(&self, host: &str) -> Option<&'d str> {
        self.lists.files.get(host).map(|file| self.sources.path(*file))
    }

    /// Answers how Ansible calls a set of hosts: by a group that holds just these, else one by one.
    pub fn pattern(&self, hosts: &[&str]) -> String {
        let wanted: BTreeSet<&str> = hosts.iter().copied().collect();
        let group = self.lists.groups.get(&wanted).filter(|_| wanted.len() > 1);
        group.map_or_else(|| hosts.join(":"), |name| (*name).to_owned())
    }
}

/// Answers how many keys some posts own, each once, and those that are owned by their numbers.
pub fn owned<'p, 'f: 'p>(posts: impl Iterator<Item = &'p Post<'f>>) -> u64 {
    let (mut keys, mut numbers) = (BTreeSet::<&PublicKey>::new(), 0_u64);
    for post in posts {
        keys.extend(&post.keys);
        numbers = numbers.saturating_add(if post.keys.is_empty() { count(&post.numbers) } else { 0 });
    }
    numbers.saturating_add(keys.len() as u64)
}
