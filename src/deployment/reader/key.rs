//! Public keys as manifests and lists write them: well formed, or worth a word.

use super::model::Reading;
use crate::deployment::{KeyForm, KeyPlace, MalformedKey};
use crate::ethereum::PublicKey;
use crate::source::{Spanned, Text};

/// So many keys of a run are tried on the curve; it takes 0.1 ms each.
const MOST_TRIED: usize = 4_000;

/// Reads a text that is to be a public key, and notes it under `form`; one that is none is noted as such. A hole is neither.
pub(super) fn note(text: &Text, form: KeyForm, enabled: bool, reading: &mut Reading) -> Option<Spanned<PublicKey>> {
    let written = text.known()?;
    let start = written.len() - written.trim_start().len();
    let word = written.trim();
    match PublicKey::parse(word) {
        Ok(key) => {
            let end = start + word.len();
            let span = text.span_of(end - 96..end);
            reading.inventory.keys.push(KeyPlace { key, span, form, enabled });
            // Deposit data, histories and clusters are written by programs.
            let by_hand = !matches!(form, KeyForm::DepositData | KeyForm::Interchange | KeyForm::Distributed);
            reading.tried += usize::from(by_hand);
            let checked = if by_hand && reading.tried <= MOST_TRIED { key.check() } else { key.check_flags() };
            if let Err(why) = checked {
                reading.inventory.malformed_keys.push(MalformedKey { span, why });
            }
            Some(Spanned { value: key, span, origin: text.origin() })
        }
        Err(why) => {
            reading.inventory.malformed_keys.push(MalformedKey { span: text.span(), why });
            None
        }
    }
}
