//! EIP-2335 keystores: the key that each holds, and what is wrong with it.

use super::model::Reading;
use crate::deployment::{KeyForm, KeyPlace, MalformedKey};
use crate::workspace::Workspace;

/// Takes the keys of all keystores.
pub(super) fn read(workspace: &Workspace, reading: &mut Reading) {
    for file in workspace.files() {
        let Some(keystore) = file.keystore() else { continue };
        if let Some(key) = &keystore.key {
            let place = KeyPlace { key: key.value, span: key.span, form: KeyForm::Keystore, enabled: true };
            reading.inventory.keys.push(place);
        }
        if let Some(problem) = &keystore.malformed {
            reading.inventory.malformed_keys.push(MalformedKey { span: problem.span, why: problem.message.clone() });
        }
    }
}
