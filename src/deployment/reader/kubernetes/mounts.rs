//! What a container mounts: volumes of its pod, or a part of one.

use super::storage::{Ground, Volume, below};
use super::variables::{expand, map};
use crate::deployment::value::Value;
use crate::deployment::{Mount, MountSource, Variable};
use crate::source::Text;

/// Answers what a container mounts.
pub(super) fn mounts(container: &Value, env: &[Variable], ground: &Ground<'_>) -> Vec<Mount> {
    let items = container.get("volumeMounts").map_or(&[] as &[Value], Value::list);
    items.iter().flat_map(|item| mount(item, env, ground)).collect()
}

fn mount(item: &Value, env: &[Variable], ground: &Ground<'_>) -> Vec<Mount> {
    let (Some(name), Some(target)) = (item.text_of("name"), item.text_of("mountPath")) else { return Vec::new() };
    let unknown = || Mount::new(MountSource::Unknown(name.value().to_owned()), target.clone(), item.place);
    let Some(volume) = name.known().and_then(|name| ground.volume(name)) else { return vec![unknown()] };
    let read_only = volume.read_only || item.get("readOnly").is_some_and(Value::is_true);
    let part = part(item, env);
    let made = |source: MountSource, target: Text| Mount {
        read_only,
        per_instance: volume.per_instance || part.as_ref().is_some_and(|part| part.1),
        shared: volume.shared,
        deleted_with_workload: volume.deleted,
        ..Mount::new(source, target, item.place)
    };
    match part.as_ref().map(|(path, _)| path.as_str()) {
        Some(path) => vec![made(source_of_part(&volume, path), target.clone())],
        None => {
            let whole = made(volume.source.clone(), target.clone());
            let files = volume.files.iter().map(|(path, source)| made(source.clone(), inside(target, path)));
            std::iter::once(whole).chain(files).collect()
        }
    }
}

/// The part of a volume that is mounted, and whether it is another one for each pod.
fn part(item: &Value, env: &[Variable]) -> Option<(String, bool)> {
    if let Some(path) = item.text_of("subPath") {
        return Some((path.value().to_owned(), false));
    }
    let path = item.text_of("subPathExpr")?;
    let filled = expand(path, &map(env), true);
    Some((path.value().to_owned(), !filled.is_known()))
}

fn source_of_part(volume: &Volume, path: &str) -> MountSource {
    let file = volume.files.iter().find(|(name, _)| name == path).map(|(_, source)| source.clone());
    file.unwrap_or_else(|| below(&volume.source, path))
}

fn inside(target: &Text, path: &str) -> Text {
    let mut inside = target.clone();
    let slash = if target.value().ends_with('/') { "" } else { "/" };
    inside.push_inexact(&format!("{slash}{path}"), target.span());
    inside
}
