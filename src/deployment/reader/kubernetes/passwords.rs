//! Keystores of Secrets, and the entries beside them that hold their passwords.

use super::cluster::Cluster;
use super::data;
use super::model::{Datum, Object};
use super::storage::holds_data;
use crate::deployment::reader::model::Reading;
use crate::deployment::reader::secret;
use crate::deployment::{KeystorePassword, tree};
use crate::ethereum::PublicKey;
use crate::source::Span;
use crate::workspace::{Workspace, embedded_keystore};
use std::collections::{BTreeMap, BTreeSet};

/// Longer entries are no passwords.
const LONGEST: usize = 300;

/// A keystore of a release.
pub(super) struct Known {
    /// The object that it lies in.
    object: Span,
    key: Option<PublicKey>,
    place: Span,
}

/// The keystores of a release by namespace and by their names without ending.
pub(super) type Keystores = BTreeMap<(String, String), Vec<Known>>;

/// Collects the keystores that stand in the ConfigMaps and Secrets of a release.
pub(super) fn keystores(cluster: &Cluster<'_>) -> Keystores {
    let mut found = Keystores::new();
    for object in cluster.objects.iter().filter(|object| holds_data(object)) {
        for datum in &cluster.data.held(object).all {
            let Some(text) = data::written(datum) else { continue };
            let Some(keystore) = embedded_keystore(&text) else { continue };
            let stem = tree::stem(&datum.key.value).to_owned();
            let place = keystore.key.as_ref().map_or(text.span(), |key| key.span);
            let key = keystore.key.map(|key| key.value);
            let known = Known { object: object.name.span, key, place };
            found.entry((cluster.namespace(object).to_owned(), stem)).or_default().push(known);
        }
    }
    found
}

/// Notes the entries of an object that open keystores, and answers their keys.
pub(super) fn pair(
    object: &Object,
    namespace: &str,
    entries: &[Datum],
    keystores: &Keystores,
    workspace: &Workspace,
    reading: &mut Reading,
) -> BTreeSet<String> {
    let mut opened = BTreeSet::new();
    if keystores.is_empty() {
        return opened;
    }
    let fixture = tree::is_fixture(&workspace.file(object.name.span.file).path);
    for datum in entries {
        let Some(text) = data::written(datum) else { continue };
        let line = text.trim();
        let value = line.value();
        let document = value.starts_with(['{', '[']);
        if document
            || value.len() > LONGEST
            || value.contains('\n')
            || PublicKey::parse(value).is_ok()
            || !secret::is_clear(&line)
        {
            continue;
        }
        for known in opens(&datum.key.value, object, namespace, keystores) {
            opened.insert(datum.key.value.clone());
            let (keystore, key, password) = (known.place, known.key, line.span());
            reading.inventory.keystore_passwords.push(KeystorePassword { keystore, key, password, fixture });
        }
    }
    opened
}

/// The keystores that an entry opens: those of its own name, or, if it is called a password, all beside it.
fn opens<'k>(key: &str, object: &Object, namespace: &str, keystores: &'k Keystores) -> Vec<&'k Known> {
    let same = keystores.get(&(namespace.to_owned(), tree::stem(key).to_owned()));
    if let Some(same) = same {
        return same.iter().collect();
    }
    let name = key.to_ascii_lowercase();
    if !name.contains("password") && !name.contains("passphrase") {
        return Vec::new();
    }
    let of_namespace = keystores.iter().filter(|((known, _), _)| known == namespace);
    of_namespace.flat_map(|(_, known)| known).filter(|known| known.object == object.name.span).collect()
}
