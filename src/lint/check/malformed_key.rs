//! What should be a validator's public key is one.

use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
use serde::Deserialize;

/// The check has no parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct MalformedKey {}

impl Check for MalformedKey {
    fn check(&self, scene: &mut Scene<'_>) {
        let fleet = scene.fleet();
        for malformed in &fleet.inventory.malformed_keys {
            let headline = format!("this is no validator public key: {}", malformed.why);
            // Place and reason tell it apart; the text may hold anything.
            let subject = format!("{} {}", malformed.span.file.0, malformed.span.start);
            scene.report(Report::at(malformed.span, headline).label("should be a public key").subject(subject));
        }
    }
}
