//! What ConfigMaps and Secrets bring to the inventory: settings files, keystores, and entries in which secrets may stand.

use super::cluster::Cluster;
use super::data;
use super::model::{Datum, Object, Origin, Release};
use super::passwords;
use super::storage::holds_data;
use crate::deployment::reader::embedded;
use crate::deployment::reader::model::Reading;
use crate::deployment::reader::secret;
use crate::deployment::{Misplaced, SettingsFile, Variable, tree};
use crate::workspace::Workspace;

/// More entries of one release are not looked into.
const MOST: usize = 20_000;

/// Takes what the ConfigMaps and Secrets of a release hold.
pub(super) fn take(cluster: &Cluster<'_>, workspace: &Workspace, reading: &mut Reading) {
    let keystores = passwords::keystores(cluster);
    let mut left = MOST;
    for object in cluster.objects.iter().filter(|object| holds_data(object)) {
        let namespace = cluster.namespace(object).to_owned();
        let held = cluster.data.held(object);
        left = left.saturating_sub(held.all.len());
        if left == 0 {
            return;
        }
        let opened = passwords::pair(object, &namespace, &held.all, &keystores, workspace, reading);
        let mut named: Vec<Variable> = Vec::new();
        for datum in &held.all {
            let path = data::path_of(datum, object, &namespace, &cluster.release.host, workspace);
            let Some(text) = data::written(datum) else {
                misplaced((object, cluster.release), datum, workspace, reading);
                continue;
            };
            if opened.contains(&datum.key.value) {
                continue;
            }
            named.push(Variable { name: datum.key.clone().map(|key| bare(&key).to_owned()), value: text.clone() });
            if reading.embedded.insert(path.clone()) {
                embedded::take(&text, &path, reading);
                misplaced((object, cluster.release), datum, workspace, reading);
            }
        }
        // Entries under names are looked through like settings.
        let path = data::folder(object, &namespace, workspace);
        let first = named.first().map(|variable| variable.value.file());
        if let Some(file) = first.filter(|_| reading.embedded.insert(path.clone())) {
            reading.inventory.settings_files.push(SettingsFile { file, path, entries: named });
        }
    }
}

/// A key without what makes it a file's name (`wallet-password.txt`).
fn bare(key: &str) -> &str {
    let ends = [".txt", ".pass", ".hex", ".key"];
    ends.iter().find_map(|end| key.strip_suffix(end)).unwrap_or(key)
}

/// Notes an entry of a ConfigMap that belongs into a Secret.
fn misplaced((object, release): (&Object, &Release), datum: &Datum, workspace: &Workspace, reading: &mut Reading) {
    if !object.is("ConfigMap") {
        return;
    }
    let content = match &datum.origin {
        Origin::File(path) if workspace.find(path).is_some_and(|file| file.keystore().is_some()) => {
            Some((secret::Misplacing::Keystore, datum.key.span))
        }
        _ => data::content(datum, workspace).and_then(|text| secret::misplaced(bare(&datum.key.value), &text)),
    };
    let Some((what, span)) = content else { return };
    let path = workspace.file(object.name.span.file);
    reading.inventory.misplaced.push(Misplaced {
        span,
        what: what.words().to_owned(),
        name: datum.key.value.clone(),
        store: format!("the ConfigMap `{}`", object.name.value),
        store_place: object.kind.span,
        default: release.default,
        fixture: tree::is_fixture(&path.path),
        template: path.template || tree::is_template(&path.path),
    });
}
