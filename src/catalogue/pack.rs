//! Packs: what a protocol or a kind of operator demands of a fleet, as dated data.

use super::shelf;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A pack of demands: `rules/packs/<name>.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Pack {
    /// Its name: the name of its file.
    #[serde(skip)]
    pub name: String,
    /// What it is called for people.
    pub title: String,
    /// Whom it is for, in a sentence.
    pub says: String,
    /// The day on which its sources were read.
    pub made: String,
    /// Where two packs disagree, the one with the higher number decides.
    pub precedence: i64,
    /// Where its demands are written down.
    pub sources: Vec<String>,
    /// Who may receive the fees of blocks, by network.
    #[serde(default)]
    pub fee_recipient: BTreeMap<String, Recipients>,
    /// Which relays are used, by network.
    #[serde(default)]
    pub relays: BTreeMap<String, RelayRule>,
    /// How bids of builders are weighed.
    #[serde(default)]
    pub builder: Builder,
    /// Keys with fee recipients of several owners must not share a unit: why, in a sentence.
    #[serde(default)]
    pub no_commingling: Option<String>,
    /// Severities of rules, or `off`, unless the operator's own settings say otherwise.
    #[serde(default)]
    pub rules: BTreeMap<String, String>,
}

/// Who may receive the fees of blocks.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Recipients {
    /// The addresses.
    pub addresses: Vec<String>,
    /// What they are called: "the Lido execution-layer rewards vault".
    pub called: String,
}

/// Which relays are used.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RelayRule {
    /// Hosts of the only relays that may be used; empty where any may be.
    #[serde(default)]
    pub allowed: Vec<String>,
    /// Hosts of relays of which one at least must be used.
    #[serde(default)]
    pub some_of: Vec<String>,
}

/// How bids of builders are weighed.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Builder {
    /// The least boost factor, in per cent.
    #[serde(default)]
    pub least_boost: Option<f64>,
    /// The greatest boost factor, in per cent.
    #[serde(default)]
    pub most_boost: Option<f64>,
    /// The greatest least bid, in ether.
    #[serde(default)]
    pub most_minimum_bid: Option<f64>,
}

/// A demand, and the pack that makes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Demand<T> {
    /// What is demanded.
    pub of: T,
    /// The title of the pack.
    pub by: String,
}

/// What all chosen packs demand together.
#[derive(Debug, Clone, Default)]
pub struct Demands {
    /// Who may receive the fees of blocks, by network.
    pub fee_recipient: BTreeMap<String, Demand<Recipients>>,
    /// Which relays are used, by network.
    pub relays: BTreeMap<String, Demand<RelayRule>>,
    /// The least boost factor, in per cent.
    pub least_boost: Option<Demand<f64>>,
    /// The greatest boost factor, in per cent.
    pub most_boost: Option<Demand<f64>>,
    /// The greatest least bid, in ether.
    pub most_minimum_bid: Option<Demand<f64>>,
    /// Why keys of several owners must not share a unit.
    pub no_commingling: Option<Demand<String>>,
    /// Severities of rules, or `off`.
    pub rules: BTreeMap<String, Demand<String>>,
}

/// Two packs that disagree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// What about: "the fee recipient on `mainnet`".
    pub about: String,
    /// The name of the pack that decides.
    pub decides: String,
    /// The name of the pack that is not heard.
    pub unheard: String,
}

impl Pack {
    /// Answers the names of all packs in order.
    pub fn names() -> impl Iterator<Item = &'static str> {
        shelf::below("packs").iter().filter_map(|(path, _)| path.strip_prefix("packs/")?.strip_suffix(".toml"))
    }

    /// Answers the pack of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let json = shelf::volume(&format!("packs/{name}.toml"))?;
        let pack: Self = serde_json::from_str(json).ok()?;
        Some(Self { name: name.to_owned(), ..pack })
    }
}

/// Joins demands pack by pack, the deciding one first.
struct Joining<'p> {
    /// The name of the pack that decided each demand, by what it is about.
    decided: BTreeMap<String, &'p str>,
    conflicts: Vec<Conflict>,
}

impl Demands {
    /// Joins the demands of several packs, and answers with them where two disagree: the one of higher precedence decides, and of
    /// equals the one named first.
    #[must_use]
    pub fn of(packs: &[Pack]) -> (Self, Vec<Conflict>) {
        let mut order: Vec<&Pack> = packs.iter().collect();
        order.sort_by_key(|pack| -pack.precedence);
        order.dedup_by(|one, other| one.name == other.name);
        let mut demands = Self::default();
        let mut joining = Joining { decided: BTreeMap::new(), conflicts: Vec::new() };
        for pack in order {
            joining.table(&mut demands.fee_recipient, &pack.fee_recipient, pack, "the fee recipient on");
            joining.table(&mut demands.relays, &pack.relays, pack, "the relays on");
            joining.table(&mut demands.rules, &pack.rules, pack, "the severity of");
            let builder = &pack.builder;
            joining.one(&mut demands.least_boost, builder.least_boost.as_ref(), pack, "the least boost factor");
            joining.one(&mut demands.most_boost, builder.most_boost.as_ref(), pack, "the greatest boost factor");
            joining.one(&mut demands.most_minimum_bid, builder.most_minimum_bid.as_ref(), pack, "the least bid");
            if let Some(why) = pack.no_commingling.as_ref().filter(|_| demands.no_commingling.is_none()) {
                demands.no_commingling = Some(Demand { of: why.clone(), by: pack.title.clone() });
            }
        }
        (demands, joining.conflicts)
    }
}

impl<'p> Joining<'p> {
    fn table<T: Clone + PartialEq>(
        &mut self,
        known: &mut BTreeMap<String, Demand<T>>,
        new: &BTreeMap<String, T>,
        pack: &'p Pack,
        about: &str,
    ) {
        for (name, value) in new {
            let mut slot = known.remove(name);
            self.one(&mut slot, Some(value), pack, &format!("{about} `{name}`"));
            known.extend(slot.map(|demand| (name.clone(), demand)));
        }
    }

    fn one<T: Clone + PartialEq>(
        &mut self,
        known: &mut Option<Demand<T>>,
        new: Option<&T>,
        pack: &'p Pack,
        about: &str,
    ) {
        let Some(new) = new else { return };
        match known {
            None => {
                self.decided.insert(about.to_owned(), &pack.name);
                *known = Some(Demand { of: new.clone(), by: pack.title.clone() });
            }
            Some(decided) if decided.of != *new => self.conflicts.push(Conflict {
                about: about.to_owned(),
                decides: self.decided.get(about).copied().unwrap_or_default().to_owned(),
                unheard: pack.name.clone(),
            }),
            Some(_) => {}
        }
    }
}

impl std::fmt::Display for Conflict {
    /// Says the conflict in a sentence.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { about, decides, unheard } = self;
        write!(formatter, "the packs `{decides}` and `{unheard}` disagree about {about}: `{decides}` decides")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ethereum::Address;

    fn pack(name: &str, precedence: i64, more: &str) -> Pack {
        let json = format!(
            r#"{{"title":"{name}","says":"s","made":"2026-11-25","precedence":{precedence},"sources":["https://a"],{more}}}"#
        );
        Pack { name: name.into(), ..serde_json::from_str(&json).expect("is a pack") }
    }

    #[test]
    fn the_higher_precedence_decides_and_the_other_is_named() {
        let one = pack("one", 10, r#""builder":{"most-minimum-bid":0.05},"rules":{"a":"low"}"#);
        let two = pack("two", 20, r#""builder":{"most-minimum-bid":0.07},"rules":{"a":"low","b":"off"}"#);
        let (demands, conflicts) = Demands::of(&[one, two]);
        assert_eq!(demands.most_minimum_bid, Some(Demand { of: 0.07, by: "two".into() }));
        assert_eq!(demands.rules.len(), 2);
        let said: Vec<String> = conflicts.iter().map(ToString::to_string).collect();
        assert_eq!(said, ["the packs `two` and `one` disagree about the least bid: `two` decides"]);
    }

    #[test]
    fn every_pack_of_the_shelf_is_sound() {
        let names: Vec<&str> = Pack::names().collect();
        assert!(names.contains(&"lido") && names.len() >= 6);
        for name in names {
            let pack = Pack::named(name).unwrap_or_else(|| panic!("{name} does not fit its model"));
            assert!(pack.sources.iter().all(|source| source.starts_with("https://")), "{name}");
            assert!(pack.made.parse::<jiff::civil::Date>().is_ok(), "{name}");
            let addresses = pack.fee_recipient.values().flat_map(|recipients| &recipients.addresses);
            assert!(addresses.into_iter().all(|address| Address::parse(address).is_ok()), "{name}");
            let levels = ["critical", "high", "medium", "low", "info", "off"];
            assert!(pack.rules.values().all(|level| levels.contains(&level.as_str())), "{name}");
        }
    }
}
