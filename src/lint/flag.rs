//! Flags as units are given them: each place once, with every unit that it reaches.

use super::model::{Client, Scene};
use super::report::Spot;
use crate::catalogue::{Certainty, Client as Page};
use crate::finding::Confidence;
use crate::invocation::FlagUse;
use crate::source::Span;
use std::collections::BTreeMap;

/// A flag or a key of a settings file, and the unit that is given it.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    /// The unit.
    pub client: Client<'a>,
    /// What is known of its client.
    pub page: &'a Page,
    /// The flag as it was met.
    pub flag: &'a FlagUse,
    /// Its name as written, with dashes.
    pub name: &'a str,
    /// Its name as written, without dashes.
    pub bare: &'a str,
}

/// Answers every flag whose name is known and is one, by the place where it is written: a script and an anchor serve many units.
pub fn given<'a>(scene: &Scene<'a>) -> Vec<Vec<Given<'a>>> {
    let mut places: BTreeMap<Span, Vec<Given<'a>>> = BTreeMap::new();
    for client in scene.clients() {
        let Some(page) = scene.catalogue().client(&client.invocation.client) else { continue };
        for flag in &client.invocation.flags {
            let (Some(name), Some(bare)) = (flag.name.known(), flag.bare()) else { continue };
            if is_name(bare) {
                let spot = Spot::from(&flag.name);
                let given = Given { client, page, flag, name, bare };
                places.entry(spot.origin.unwrap_or(spot.span)).or_default().push(given);
            }
        }
    }
    places.into_values().collect()
}

/// What is not made of letters, digits and the usual signs is no flag's name, but a piece of something else.
fn is_name(bare: &str) -> bool {
    let letter = |sign: char| sign.is_ascii_alphanumeric() || "-_.[]".contains(sign);
    bare.starts_with(|first: char| first.is_ascii_alphabetic()) && bare.chars().all(letter)
}

impl From<Certainty> for Confidence {
    fn from(certainty: Certainty) -> Self {
        match certainty {
            Certainty::Sure => Self::High,
            Certainty::Likely => Self::Medium,
            Certainty::Guess => Self::Low,
        }
    }
}

impl Given<'_> {
    /// Calls the client with its release, where that is known: `Lighthouse 8.0.0`.
    #[must_use]
    pub fn release(&self) -> String {
        let name = &self.client.invocation.client_name;
        self.client.invocation.version.as_ref().map_or_else(|| name.clone(), |version| format!("{name} {version}"))
    }
}
