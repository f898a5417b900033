//! What a known start script makes of the unit's variables before it starts the client.

use super::arguments::Argument;
use super::environment::is_empty;
use super::grammar;
use super::meaning::respelled;
use super::model::{Carrier, Setting};
use super::settle::{AS_FLAG, Assignment, BY_WRAPPER};
use super::word::split_words;
use crate::catalogue::{Client, Found, Role, Takes, WrapperCase, WrapperVariable};
use crate::deployment::{Unit, Variable};
use crate::source::{Span, Text};

/// A script that starts the client.
#[derive(Debug, Clone)]
pub(super) struct Script<'c> {
    /// Its file name.
    pub name: String,
    /// Where the unit names it, else the unit's own place.
    pub place: Span,
    /// What it does, if the catalogue knows.
    pub case: Option<&'c WrapperCase>,
}

/// What a script adds to the command line.
#[derive(Debug, Default)]
pub(super) struct Added<'c> {
    /// Settings that its own switches and variables decide.
    pub assignments: Vec<Assignment>,
    /// Flags that variables hold in raw form.
    pub arguments: Vec<Argument<Found<'c>>>,
    /// A variable of raw flags that nobody sees.
    pub hole: Option<Span>,
}

/// Follows a script through its table.
pub(super) fn follow<'c>(client: &'c Client, role: Role, unit: &Unit, script: &Script<'c>) -> Added<'c> {
    let mut added = Added::default();
    let Some(case) = script.case else { return added };
    added.assignments.extend(case.always.iter().map(|given| {
        let value = Text::literal(&given.value, script.place);
        Assignment { quiet: true, ..assignment(&given.setting, value, script.place, &script.name, BY_WRAPPER) }
    }));
    added.assignments.extend(case.unknown.iter().map(|setting| {
        let value = hole(&script.name, script.place);
        Assignment { quiet: true, ..assignment(setting, value, script.place, &script.name, BY_WRAPPER) }
    }));
    for entry in &case.variables {
        let heeded = entry.is_heeded(|name| find(unit, name).map(|variable| variable.value.known()));
        if heeded == Some(false) {
            continue;
        }
        let variable = find(unit, &entry.name);
        match entry.takes {
            Takes::Flags => raw_flags(client, role, variable, &mut added),
            Takes::Value | Takes::Choice => {
                let decided = decision(entry, variable, unit.name.span);
                added
                    .assignments
                    .extend(decided.map(|decided| if heeded.is_some() { decided } else { unsure(decided) }));
            }
        }
    }
    added
}

fn find<'u>(unit: &'u Unit, name: &str) -> Option<&'u Variable> {
    unit.env.iter().rev().find(|variable| variable.name.value == name)
}

/// Makes a text of which nobody knows what it will be.
fn hole(written: &str, place: Span) -> Text {
    let mut text = Text::empty(place);
    text.push_hole(written, place);
    text
}

/// Forgets a value that holds only if a variable is set that nobody sees.
fn unsure(assignment: Assignment) -> Assignment {
    let value = hole(assignment.setting.value.value(), assignment.setting.place);
    Assignment { setting: Setting { value, ..assignment.setting }, ..assignment }
}

/// Answers the settings of which the script's table tells all there is to tell.
pub(super) fn answered(case: &WrapperCase) -> Vec<String> {
    let always = case.always.iter().map(|given| given.setting.clone()).chain(case.unknown.iter().cloned());
    let mut all: Vec<String> = always
        .chain(case.unknown.iter().cloned())
        .chain(case.variables.iter().filter_map(|entry| entry.setting.clone()))
        .collect();
    all.sort();
    all.dedup();
    all
}

fn decision(entry: &WrapperVariable, variable: Option<&Variable>, missing: Span) -> Option<Assignment> {
    let setting = entry.setting.as_deref()?;
    let Some(variable) = variable else {
        let value = Text::literal(&entry.decides(None)?, missing);
        let assignment = assignment(setting, value, missing, &entry.name, AS_FLAG);
        return Some(Assignment { quiet: true, list: entry.adds, ..assignment });
    };
    let value = match variable.value.known() {
        Some(known) => {
            let decided = entry.decides(Some(known))?;
            if decided == known { variable.value.clone() } else { respelled(&variable.value, &decided) }
        }
        None => variable.value.clone(),
    };
    let place = if value.span().is_empty() { variable.name.span } else { value.span() };
    Some(Assignment { list: entry.adds, ..assignment(setting, value, place, &entry.name, AS_FLAG) })
}

fn raw_flags<'c>(client: &'c Client, role: Role, variable: Option<&Variable>, added: &mut Added<'c>) {
    let Some(value) = variable.map(|variable| &variable.value).filter(|value| !is_empty(value)) else { return };
    let line = grammar::read(client, Some(role), &split_words(value));
    added.arguments.extend(line.arguments);
    added.hole = added.hole.or(line.hole);
}

fn assignment(setting: &str, value: Text, place: Span, spelling: &str, strength: u8) -> Assignment {
    let (name, spelling) = (setting.to_owned(), spelling.to_owned());
    let setting = Setting { name, value, more: Vec::new(), carrier: Carrier::Environment, place, spelling };
    Assignment { setting, strength, list: false, quiet: false }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;
    use crate::invocation::sample::unit;

    const CASE: &str = r#"{
        "client": "lighthouse", "role": "validator", "open": true,
        "always": [{"setting": "validator.init-history", "value": "true"}],
        "variable": [
            {"name": "DOPPELGANGER", "takes": "choice", "setting": "validator.doppelganger-protection",
             "when": ["true"], "value": "true", "otherwise": "false"},
            {"name": "FEE_RECIPIENT", "takes": "value", "setting": "validator.fee-recipient"},
            {"name": "BUILDER", "takes": "value", "setting": "validator.builder", "needs": {"MEV": ["true"]}},
            {"name": "EXTRAS", "takes": "flags"}
        ]
    }"#;

    fn followed(variables: &[&str]) -> (Vec<String>, Vec<String>, bool) {
        let case: WrapperCase = serde_json::from_str(CASE).expect("a case");
        let catalogue = Catalogue::builtin();
        let lighthouse = catalogue.client("lighthouse").expect("a client");
        let unit = unit("", "start.sh lighthouse vc", variables);
        let script = Script { name: "start.sh".into(), place: unit.name.span, case: Some(&case) };
        let added = follow(lighthouse, Role::Validator, &unit, &script);
        let setting = |one: &Assignment| format!("{}={}", one.setting.name, one.setting.value.value());
        let flag = |one: &Argument<Found<'_>>| format!("{} {}", one.name.value(), one.values.len());
        (
            added.assignments.iter().map(setting).collect(),
            added.arguments.iter().map(flag).collect(),
            added.hole.is_some(),
        )
    }

    #[test]
    fn variables_decide_what_the_table_says() {
        let (settings, flags, _) =
            followed(&["DOPPELGANGER=true", "FEE_RECIPIENT=0xab", "EXTRAS=--http --graffiti 'my words'"]);
        let init = "validator.init-history=true".to_owned();
        assert_eq!(
            settings,
            [init.clone(), "validator.doppelganger-protection=true".into(), "validator.fee-recipient=0xab".into()]
        );
        assert_eq!(flags, ["--http 0", "--graffiti 1"]);
        let (settings, ..) = followed(&["FEE_RECIPIENT="]);
        assert_eq!(settings, [init, "validator.doppelganger-protection=false".into()]);
    }

    #[test]
    fn a_variable_can_need_another() {
        let builder = |variables: &[&str]| followed(variables).0.get(2).cloned();
        assert_eq!(builder(&["BUILDER=true", "MEV=true"]).as_deref(), Some("validator.builder=true"));
        assert_eq!(builder(&["BUILDER=true", "MEV=no"]), None);
        assert_eq!(builder(&["BUILDER=true"]), None);
    }

    #[test]
    fn a_variable_that_nobody_sees_leaves_its_setting_unknown() {
        let (settings, _, hole) = followed(&["DOPPELGANGER=${D}", "EXTRAS=${E}"]);
        assert_eq!(settings[1], "validator.doppelganger-protection=${D}");
        assert!(hole);
    }
}
