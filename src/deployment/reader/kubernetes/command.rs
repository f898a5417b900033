//! The command line of a container: its command and arguments, variables filled in, shells and scripts followed.

use super::cluster::Cluster;
use super::data;
use super::model::Datum;
use super::variables::{expand, map};
use crate::deployment::start::{Surroundings, follow_embedded};
use crate::deployment::tree;
use crate::deployment::value::Value;
use crate::deployment::{Command, Held, MountSource, Open, Unit, normalise};
use crate::source::Text;
use crate::workspace::{SourceFile, Workspace};

/// Joins command and arguments as Kubernetes does.
pub(super) fn read(container: &Value, env: &[crate::deployment::Variable], env_open: bool) -> Command {
    let known = map(env);
    let part = |key: &str| -> Option<Vec<Text>> {
        let value = container.get(key).filter(|value| !value.is_null())?;
        let items = value.list();
        (!items.is_empty())
            .then(|| items.iter().filter_map(Value::text).map(|text| expand(text, &known, env_open)).collect())
    };
    let (command, arguments) = (part("command"), part("args"));
    let place = |key: &str| container.get(key).filter(|value| !value.is_null()).map(|value| value.place);
    let place = match (place("command"), place("args")) {
        (Some(first), Some(last)) => Some(first.to(last)),
        (first, last) => first.or(last),
    };
    let entrypoint = command.is_some();
    let words: Vec<Text> = [command, arguments].into_iter().flatten().flatten().collect();
    let open = words.is_empty().then_some(Open::Image);
    Command { words, entrypoint, place, open, ..Command::default() }
}

/// Follows shells, and scripts that lie in mounted ConfigMaps, Secrets and files of the tree.
pub(super) fn follow_scripts(unit: &mut Unit, namespace: &str, cluster: &Cluster<'_>, workspace: &Workspace) {
    let mut command = std::mem::take(&mut unit.command);
    let mut env = std::mem::take(&mut unit.env);
    {
        let unit = &*unit;
        let find = |path: &str| file(unit, path, workspace);
        let embedded = |path: &str| script(unit, path, namespace, cluster, workspace);
        let surroundings = Surroundings { env_open: unit.env_open, find: &find };
        follow_embedded(&mut command, &mut env, &surroundings, &embedded);
    }
    unit.command = command;
    unit.env = env;
}

fn source(unit: &Unit, path: &str) -> Option<String> {
    let path = normalise(path)?;
    let Held::By(at, length) = unit.held(&path) else { return None };
    let mount = unit.mounts.get(at)?;
    let rest = path.get(length..)?.trim_start_matches('/');
    match &mount.source {
        MountSource::Tree(source) if rest.is_empty() => Some(source.clone()),
        MountSource::Tree(source) => Some(format!("{source}/{rest}")),
        _ => None,
    }
}

fn file<'w>(unit: &Unit, path: &str, workspace: &'w Workspace) -> Option<&'w SourceFile> {
    workspace.find(&tree::join("", &source(unit, path)?)?)
}

/// Answers the script that an entry of a ConfigMap or Secret holds.
fn script(unit: &Unit, path: &str, namespace: &str, cluster: &Cluster<'_>, workspace: &Workspace) -> Option<Text> {
    let source = source(unit, path)?;
    source.contains("//").then_some(())?;
    let fits = |own: &str| own == namespace || own.is_empty() || namespace.is_empty();
    let all = || {
        let objects = ["ConfigMap", "Secret"].iter().flat_map(|kind| cluster.of_kind(kind));
        let entries = objects.flat_map(|object| {
            let (own, held) = (cluster.namespace(object), cluster.data.held(object));
            let path = |datum: &Datum| data::path_of(datum, object, own, &cluster.release.host, workspace);
            held.all.iter().map(|datum| (path(datum), own.to_owned(), datum.clone())).collect::<Vec<_>>()
        });
        entries.collect()
    };
    data::content(cluster.data.at(&source, fits, all)?, workspace)
}
