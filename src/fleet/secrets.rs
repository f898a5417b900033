//! Where the secrets of a tree stand, so that no report quotes them.

use super::model::Fleet;
use crate::source::Span;

impl Fleet {
    /// Answers the places of secrets that readers have found: all but what is a placeholder, or known to everybody.
    pub fn secret_places(&self) -> impl Iterator<Item = Span> {
        let inventory = &self.inventory;
        let open = inventory.secrets.iter().filter(|secret| !secret.placeholder && !secret.known);
        let open = open.map(|secret| secret.span).chain(inventory.misplaced.iter().map(|misplaced| misplaced.span));
        open.chain(inventory.keystore_passwords.iter().map(|pair| pair.password))
    }
}
