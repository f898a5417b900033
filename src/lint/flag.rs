//! Flags as units are given them: each place once, with every unit that it reaches.

use super::model::{Client, Ground};
use super::spot::Spot;
use crate::catalogue::{Certainty, Client as Page, Flag, FlagKind, Verdict};
use crate::finding::Confidence;
use crate::invocation::{Carrier, FlagUse, Invocation};
use crate::source::Span;

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
    /// What the table says of it, of this role if that has it.
    pub entry: Option<&'a Flag>,
    /// What the client makes of it.
    pub verdict: Verdict<'a>,
}

/// Answers every flag whose name is known and is one, by the place where it is written: a script and an anchor serve many units.
pub fn given<'a>(ground: &Ground<'a>) -> Vec<Vec<Given<'a>>> {
    by_place(ground, |invocation| &invocation.flags)
}

/// Answers every variable that stands for a flag, by the place where it is written.
pub fn given_variables<'a>(ground: &Ground<'a>) -> Vec<Vec<Given<'a>>> {
    by_place(ground, |invocation| &invocation.variables)
}

fn by_place<'a>(ground: &Ground<'a>, uses: impl Fn(&'a Invocation) -> &'a Vec<FlagUse>) -> Vec<Vec<Given<'a>>> {
    let mut places: Vec<(Span, Given<'a>)> = Vec::new();
    for client in ground.clients() {
        let Some(page) = ground.catalogue.client(&client.invocation.client) else { continue };
        for flag in uses(client.invocation) {
            let (Some(name), Some(bare)) = (flag.name.known(), flag.bare()) else { continue };
            if is_name(bare) {
                let spot = Spot::from(&flag.name);
                let (known, asked) = (flag.known.as_deref(), client.invocation.asked());
                let entry = known.and_then(|known| page.entry(asked.role, known));
                let verdict = page.judge_entry(bare, known, entry, asked);
                let given = Given { client, page, flag, name, bare, entry, verdict };
                places.push((spot.origin.unwrap_or(spot.span), given));
            }
        }
    }
    // Most stand in this order already, so that a sort costs next to nothing.
    places.sort_by_key(|(place, _)| *place);
    let alike = places.chunk_by(|(one, _), (other, _)| one == other);
    alike.map(|units| units.iter().map(|(_, given)| *given).collect()).collect()
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

/// A flag was renamed no more often than this.
const RENAMED: usize = 4;

impl<'a> Given<'a> {
    /// Answers the name that the same flag has today: the release takes it, with the value as it is, and it is not given already.
    /// `flag` is what the table knows under the name as written.
    #[must_use]
    pub fn successor(&self, flag: &'a Flag) -> Option<&'a str> {
        let invocation = self.client.invocation;
        let plain = |flag: &Flag| self.flag.carrier != Carrier::File || flag.key.is_none();
        let by_variable = self.flag.carrier == Carrier::Environment;
        let written = by_variable || flag.name == self.bare || flag.aliases.iter().any(|alias| alias == self.bare);
        let mut old = Some(flag).filter(|flag| written && plain(flag))?;
        for _ in 0..RENAMED {
            let name = old.replaced_by.as_deref().filter(|_| old.renamed)?;
            let new = self
                .page
                .entry(invocation.role, name)
                .filter(|new| new.roles.contains(&invocation.role) && plain(new))?;
            match self.page.judge(name, Some(name), invocation.asked()) {
                Verdict::Taken => {
                    let mut uses = invocation.flags.iter().chain(&invocation.variables);
                    let given = uses.any(|given| given.known.as_deref() == Some(name));
                    let one = new.kind == FlagKind::List || !self.holds_several();
                    return (!given && one && !new.noop).then_some(name);
                }
                Verdict::Deprecated(..) | Verdict::Removed(..) => old = new,
                _ => return None,
            }
        }
        None
    }

    /// Answers the flag's new name as it is written here: that of a variable, where a variable carries it.
    #[must_use]
    pub fn respelled(&self, new: &str) -> Option<String> {
        let invocation = self.client.invocation;
        match self.flag.carrier {
            // A script that nobody sees may read it as well.
            Carrier::Environment if invocation.unseen.is_some() => None,
            Carrier::Environment => self.page.variable_of(invocation.role, new),
            Carrier::File | Carrier::Flag => Some(new.to_owned()),
        }
    }

    fn holds_several(&self) -> bool {
        self.flag.values.len() > 1 || self.flag.values.iter().any(|value| value.value().contains(','))
    }

    /// Calls the client with its release, where that is known: `Lighthouse 8.0.0`.
    #[must_use]
    pub fn release(&self) -> String {
        let name = &self.client.invocation.client_name;
        self.client.invocation.release().map_or_else(|| name.clone(), |version| format!("{name} {version}"))
    }
}
