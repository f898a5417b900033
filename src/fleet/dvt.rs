//! Nodes of distributed validators: which cluster each belongs to, what makes it that node, and who stands behind it.

use super::dial::endpoint;
use super::location::locate;
use super::model::{Api, Dial, Location, Seal, Seat, Target, Workload};
use crate::catalogue::{Catalogue, Role};
use crate::deployment::{ClusterForm, Inventory};
use crate::invocation::{Answer, Invocation};
use crate::source::Span;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Settings that name the file of a node's own secret.
const SECRET_FILES: [&str; 2] = ["dvt.private-key-file", "dvt.operator-key-file"];

/// Tells whether an endpoint leads to the middleware of a distributed validator; nothing if that cannot be known.
#[must_use]
pub fn is_middleware(dial: &Dial, workloads: &[Workload], catalogue: &Catalogue) -> Option<bool> {
    let named = |host: &str| catalogue.client(host).is_some_and(|page| page.roles.contains_key(&Role::Middleware));
    let parts = |host: &str| host.split(['.', '-']).any(named);
    let host = || dial.url.known().and_then(endpoint).map(|found| found.host.to_owned());
    match &dial.target {
        Target::Workload(id) => {
            let role = workloads[*id].invocation.as_ref().map(|client| client.role);
            role.map(|role| role == Role::Middleware).or(Some(false))
        }
        // A middleware that the tree does not show still goes by its name (`http://charon:3600`).
        Target::Missing(host) => Some(named(host)),
        Target::Outside => Some(host().is_some_and(|host| parts(&host))),
        Target::Unknown => host().filter(|host| parts(host)).map(|_| true),
    }
}

/// Lists the nodes of distributed validators.
#[must_use]
pub fn seats(workloads: &[Workload], inventory: &Inventory) -> Vec<Seat> {
    let nodes = workloads.iter().enumerate();
    let nodes = nodes.filter_map(|(id, workload)| Some((id, workload, workload.invocation.as_ref()?)));
    let nodes = nodes.filter(|(_, _, client)| client.role == Role::Middleware);
    nodes
        .map(|(id, workload, client)| Seat {
            workload: id,
            cluster: lock(workload, client, inventory),
            identity: seal(workload, client, inventory),
        })
        .collect()
}

fn lock(workload: &Workload, client: &Invocation, inventory: &Inventory) -> Option<usize> {
    let (path, _) = path(client, "dvt.lock-file")?;
    let place = locate(&workload.unit, &path).outside.filter(|place| place.base == "tree")?;
    let is_it = |cluster: &crate::deployment::Cluster| cluster.form == ClusterForm::Lock && cluster.path == place.path;
    inventory.clusters.iter().position(is_it)
}

fn seal(workload: &Workload, client: &Invocation, inventory: &Inventory) -> Option<Seal> {
    let nothing = |place: Span| Seal { place, outside: None, file: None, digest: None, keeper: None };
    if let Some(setting) = client.set("dvt.operator-key") {
        let digest = setting.known().filter(|key| !key.is_empty()).map(digest);
        return digest.map(|digest| Seal { digest: Some(digest), ..nothing(setting.place) });
    }
    if let Some((path, place)) = SECRET_FILES.iter().find_map(|name| path(client, name)) {
        let placing = locate(&workload.unit, &path);
        let mount = placing.mount.and_then(|mount| workload.unit.mounts.get(mount)).map(|mount| mount.place);
        let identity = placing.outside.as_ref().and_then(|place| identity(place, inventory));
        let (file, digest) = identity.unzip();
        let place = place.or(mount).unwrap_or(workload.unit.name.span);
        return Some(Seal { place, outside: placing.outside, file, digest, keeper: None });
    }
    let signer = workload.dials.iter().find(|dial| dial.api == Api::Signer)?;
    let Target::Workload(keeper) = signer.target else { return None };
    Some(Seal { keeper: Some(keeper), ..nothing(signer.url.span()) })
}

fn identity(place: &Location, inventory: &Inventory) -> Option<(Span, u64)> {
    let of_tree = inventory.identities.iter().find(|identity| place.base == "tree" && identity.path == place.path);
    of_tree.map(|identity| (identity.span, identity.digest))
}

/// A path that a setting or its default names, and the place of the setting; a relative one starts where the client works.
fn path(client: &Invocation, name: &str) -> Option<(String, Option<Span>)> {
    let (path, place) = match client.setting(name) {
        Answer::Set(setting) => (setting.known()?, Some(setting.place)),
        Answer::Default(default) => (default?, None),
        Answer::Unknown => return None,
    };
    if path.starts_with('/') {
        return Some((path.to_owned(), place));
    }
    let home = client.page.data_dir.as_deref()?.rsplit_once('/')?.0;
    Some((format!("{home}/{}", path.trim_start_matches("./")), place))
}

fn digest(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.trim().hash(&mut hasher);
    hasher.finish()
}
