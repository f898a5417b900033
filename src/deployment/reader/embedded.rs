//! Files that stand inside other files (an entry of a ConfigMap or Secret, a heredoc, a file that a task writes): what a text under
//! such a path brings to the inventory.

use super::definitions;
use super::interchange;
use super::key;
use super::model::Reading;
use super::settings_file;
use crate::deployment::{EmbeddedFile, KeyForm, KeyPlace, MalformedKey};
use crate::source::Text;
use crate::workspace::embedded_keystore;

/// Takes a text that lies under a path that is no file of the tree: a keystore, definitions, a signing history, a list
/// of public keys, or a client's settings.
pub(in crate::deployment) fn take(text: &Text, path: &str, reading: &mut Reading) {
    if let Some(keystore) = embedded_keystore(text) {
        remember(text, path, reading);
        if let Some(key) = keystore.key {
            let place = KeyPlace { key: key.value, span: key.span, form: KeyForm::Keystore, enabled: true };
            reading.inventory.keys.push(place);
        }
        if let Some(problem) = keystore.malformed {
            reading.inventory.malformed_keys.push(MalformedKey { span: problem.span, why: problem.message.clone() });
        }
        return;
    }
    if definitions::embedded(text, path, reading) || interchange::embedded(text, path, reading) {
        return remember(text, path, reading);
    }
    let listed = super::public_keys::listed(text);
    if !listed.is_empty() {
        remember(text, path, reading);
        for item in listed {
            key::note(&item, KeyForm::PublicKeyList, true, reading);
        }
        return;
    }
    if !path.ends_with(".sh") && !text.value().starts_with("#!") {
        reading.inventory.settings_files.extend(settings_file::embedded(text, path));
    }
}

fn remember(text: &Text, path: &str, reading: &mut Reading) {
    reading.inventory.embedded.push(EmbeddedFile { span: text.span(), path: path.to_owned() });
}
