//! Packs: which ones are chosen, what they say of rules, and what the operator should know about them.

use super::Failure;
use crate::catalogue::{Demands, Pack};
use crate::config::Settings;
use crate::finding::{Cards, Severity};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// After so many days, the data of a pack should be compared with its sources.
const FRESH_DAYS: i32 = 270;

/// Puts the packs of the command line before those of the settings file.
///
/// # Errors
/// If there is no such pack; the nearest name is offered.
pub fn choose(names: &[String], settings: &mut Settings) -> Result<(), Failure> {
    for name in names {
        known(name).map_err(Failure::new)?;
    }
    settings.packs.splice(0..0, names.iter().map(|name| (name.clone(), 0..0)));
    Ok(())
}

/// Tells whether a name is a pack's.
///
/// # Errors
/// A sentence with the names that there are.
pub fn known(name: &str) -> Result<(), String> {
    if Pack::names().any(|known| known == name) {
        return Ok(());
    }
    let names: Vec<&str> = Pack::names().collect();
    Err(format!("there is no pack `{name}`; there are {}", names.join(", ")))
}

fn chosen(settings: &Settings) -> Vec<Pack> {
    settings.packs.iter().filter_map(|(name, _)| Pack::named(name)).collect()
}

/// Answers what the operator should know: packs that disagree, and packs whose data is old.
#[must_use]
pub fn remarks(settings: &Settings, today: Date) -> Vec<String> {
    let packs = chosen(settings);
    let (_, conflicts) = Demands::of(&packs);
    let old = packs.iter().filter_map(|pack| {
        let made: Date = pack.made.parse().ok()?;
        let days = made.until(today).ok()?.get_days();
        let source = pack.sources.first()?;
        let says = format!("the data of pack `{}` is of {made}: compare it with {source}", pack.name);
        (days > FRESH_DAYS).then_some(says)
    });
    conflicts.iter().map(ToString::to_string).chain(old).collect()
}

/// Adds the severities that packs give to rules, where the settings file says nothing of the rule or its group.
pub fn set_levels(settings: &Settings, cards: &Cards, levels: &mut BTreeMap<String, Option<Severity>>) {
    let said = levels.clone();
    let (demands, _) = Demands::of(&chosen(settings));
    for (rule, demand) in demands.rules {
        let group = cards.get(&rule).map(|card| card.group.as_str());
        if said.contains_key(&rule) || group.is_some_and(|group| said.contains_key(group)) {
            continue;
        }
        let level = match demand.of.as_str() {
            "critical" => Some(Severity::Critical),
            "high" => Some(Severity::High),
            "medium" => Some(Severity::Medium),
            "low" => Some(Severity::Low),
            "info" => Some(Severity::Info),
            _ => None,
        };
        levels.insert(rule, level);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(packs: &[&str]) -> Settings {
        let mut settings = Settings::default();
        let names: Vec<String> = packs.iter().map(|name| (*name).to_owned()).collect();
        assert!(choose(&names, &mut settings).is_ok());
        settings
    }

    #[test]
    fn packs_name_rules_that_there_are() {
        let cards = crate::rulebook().cards();
        for name in Pack::names() {
            let mut levels = BTreeMap::new();
            set_levels(&settings(&[name]), &cards, &mut levels);
            assert!(levels.keys().all(|rule| cards.contains_key(rule)), "{name}: {levels:?}");
        }
    }

    #[test]
    fn what_the_operator_says_of_a_rule_or_group_stands() {
        let cards = crate::rulebook().cards();
        let mut levels =
            BTreeMap::from([("wiring".to_owned(), None), ("auto-updated".to_owned(), Some(Severity::Low))]);
        set_levels(&settings(&["professional"]), &cards, &mut levels);
        assert_eq!(levels.get("auto-updated"), Some(&Some(Severity::Low)));
        assert!(!levels.contains_key("single-beacon-node"));
        assert_eq!(levels.get("metrics-disabled"), Some(&Some(Severity::Medium)));
    }

    #[test]
    fn conflicts_and_old_data_are_told() {
        let today = jiff::civil::date(2026, 11, 30);
        let said = remarks(&settings(&["solo", "professional"]), today).join("\n");
        assert!(
            said.contains("`professional` and `solo` disagree about the severity of `single-client-fleet`"),
            "{said}"
        );
        assert!(remarks(&settings(&["lido"]), today).is_empty());
        assert!(remarks(&settings(&["lido"]), jiff::civil::date(2028, 1, 1))[0].contains("2026-11-25"));
    }
}
