//! Reads a settings file; everything that cannot be meant is said at once.

use super::model::{Allow, Environment, KeptInventory, Level, RuleSetting, Settings, SettingsProblem};
use super::own_table;
use super::table::{Problems, Value, kind_of};
use super::words::{PERSONAS, STAGES, gates, levels};
use crate::catalogue::Overrides;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use toml::de::{DeTable, DeValue};

impl Settings {
    /// Reads the text of a settings file that lies at `path`.
    ///
    /// # Errors
    /// Every problem of the file, in order of place; of broken TOML the first only, since the others follow from it.
    pub fn parse(text: &str, path: &Path) -> Result<Self, Vec<SettingsProblem>> {
        let (root, errors) = DeTable::parse_recoverable(text);
        if let Some(error) = errors.first() {
            let span = error.span().unwrap_or(0..0);
            return Err(vec![SettingsProblem { span, message: error.message().to_owned() }]);
        }
        let mut problems = Problems::default();
        let settings = read(root.get_ref(), path, &mut problems);
        if problems.0.is_empty() {
            return Ok(settings);
        }
        problems.0.sort_by_key(|problem| problem.span.start);
        Err(problems.0)
    }
}

fn read(root: &DeTable<'_>, path: &Path, problems: &mut Problems) -> Settings {
    problems.unknown_keys("", root);
    let fail_on = problems.string(root, "fail-on");
    let persona = problems.string(root, "persona");
    let exclude = problems.strings(root, "exclude");
    Settings {
        path: Some(path.to_owned()),
        fail_on: fail_on.and_then(|(word, place)| problems.word(&word, place, &gates())),
        persona: persona.and_then(|(word, place)| problems.word(&word, place, &PERSONAS)),
        packs: problems.strings(root, "packs"),
        exclude: exclude.into_iter().filter_map(|(text, place)| problems.glob(&text, place)).collect(),
        rules: rules(root, problems),
        environments: each(root, "environment", problems, environment),
        allows: each(root, "allow", problems, allow),
        inventories: each(root, "inventory", problems, |table, place, problems| {
            inventory(table, place, path, problems)
        }),
        plan: plan(root, problems),
        salt: None,
        tables: own_table::inline(root, problems),
        table_files: own_table::files(root, path, problems),
        overrides: Overrides::default(),
    }
}

/// Reads the tables of `[[key]]`.
fn each<T>(
    root: &DeTable<'_>,
    key: &str,
    problems: &mut Problems,
    mut read: impl FnMut(&DeTable<'_>, Range<usize>, &mut Problems) -> Option<T>,
) -> Vec<T> {
    let tables = problems.tables(root, key);
    tables.into_iter().filter_map(|(table, place)| read(table, place, problems)).collect()
}

fn rules(root: &DeTable<'_>, problems: &mut Problems) -> BTreeMap<String, RuleSetting> {
    let Some(value) = root.get("rules") else { return BTreeMap::new() };
    let Some(table) = value.get_ref().as_table() else {
        problems.add(value.span(), format!("`rules` is a table, not {}", kind_of(value)));
        return BTreeMap::new();
    };
    table
        .iter()
        .filter_map(|(rule, value)| {
            let (level, unsuppressible) = rule_setting(value, problems)?;
            Some((rule.get_ref().to_string(), RuleSetting { level, unsuppressible, place: rule.span() }))
        })
        .collect()
}

/// `"low"`, `"off"`, or a table with `severity` and `unsuppressible`.
fn rule_setting(value: &Value<'_>, problems: &mut Problems) -> Option<(Option<Level>, bool)> {
    let words = levels();
    match value.get_ref() {
        DeValue::String(word) => problems.word(word, value.span(), &words).map(|level| (Some(level), false)),
        DeValue::Table(table) => {
            problems.unknown_keys("rules", table);
            let level = problems.string(table, "severity");
            let level = level.and_then(|(word, place)| problems.word(&word, place, &words));
            let unsuppressible = table.get("unsuppressible").is_some_and(|value| {
                value.get_ref().as_bool().unwrap_or_else(|| {
                    problems.add(value.span(), "`unsuppressible` is true or false");
                    false
                })
            });
            Some((level, unsuppressible))
        }
        _ => {
            problems.add(value.span(), format!("a rule has a severity or \"off\", not {}", kind_of(value)));
            None
        }
    }
}

fn environment(table: &DeTable<'_>, place: Range<usize>, problems: &mut Problems) -> Option<Environment> {
    let path = problems.needed(table, "path", &place);
    let mut word = |key| problems.string(table, key).map(|(text, _)| text);
    let (network, host) = (word("network"), word("host"));
    let stage = problems.string(table, "stage").and_then(|(word, place)| problems.word(&word, place, &STAGES));
    let rules = rules(table, problems);
    if let Some(rule) = rules.values().find(|rule| rule.unsuppressible) {
        problems.add(rule.place.clone(), "what no comment can silence is said in `[rules]`, of the whole tree");
    }
    let (path, span) = path?;
    Some(Environment { path: problems.glob(&path, span)?, network, host, stage, rules, place })
}

fn allow(table: &DeTable<'_>, place: Range<usize>, problems: &mut Problems) -> Option<Allow> {
    let rule = problems.needed(table, "rule", &place);
    let reason = problems.needed(table, "reason", &place);
    let path = problems.string(table, "path").map(|(text, span)| problems.glob(&text, span));
    let until = table.get("until").map(|value| date(value, problems));
    let ((rule, place), (reason, _)) = (rule?, reason?);
    // A path or day that cannot be read must not widen what is allowed.
    let path = path.map_or(Some(None), |glob| glob.map(Some))?;
    let until = until.map_or(Some(None), |day| day.map(Some))?;
    Some(Allow { rule, path, reason, until, place })
}

/// Reads a day, with or without quotes.
fn date(value: &Value<'_>, problems: &mut Problems) -> Option<Date> {
    let text = match value.get_ref() {
        DeValue::Datetime(day) => day.to_string(),
        DeValue::String(text) => text.to_string(),
        _ => String::new(),
    };
    let day = if text.len() == "2027-03-01".len() { text.parse().ok() } else { None };
    if day.is_none() {
        problems.add(value.span(), "`until` is a day, as \"2027-03-01\"");
    }
    day
}

fn inventory(
    table: &DeTable<'_>,
    place: Range<usize>,
    settings: &Path,
    problems: &mut Problems,
) -> Option<KeptInventory> {
    let (file, place) = problems.needed(table, "file", &place)?;
    Some(KeptInventory { file: settings.parent().unwrap_or(Path::new("")).join(file), place, keys: Vec::new() })
}

fn plan(root: &DeTable<'_>, problems: &mut Problems) -> Option<String> {
    let value = root.get("plan")?;
    let Some(table) = value.get_ref().as_table() else {
        problems.add(value.span(), format!("`plan` is a table, not {}", kind_of(value)));
        return None;
    };
    problems.unknown_keys("plan", table);
    let (path, place) = problems.needed(table, "path", &value.span())?;
    let below = path.trim_start_matches("./");
    if below.starts_with('/') || below.split('/').any(|part| part == "..") {
        problems.add(place, "the plan lies below the folder of the settings file");
        return None;
    }
    Some(below.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Persona, Severity};

    fn problems(text: &str) -> Vec<(String, String)> {
        let problems = Settings::parse(text, Path::new("stakelint.toml")).expect_err("has problems");
        problems.into_iter().map(|problem| (text[problem.span].to_owned(), problem.message)).collect()
    }

    #[test]
    fn everything_that_can_be_said_is_read() {
        let text = r#"
            fail-on = "never"
            persona = "auditor"
            packs = ["lido"]
            exclude = ["vendor/**"]
            inventory = [{ file = "../other/keys.ndjson" }]
            plan = { path = "./docs/worst-day.md" }
            [rules]
            unpinned-image = "off"
            duplicate-key = { severity = "high", unsuppressible = true }
            [[environment]]
            path = "prod/**"
            network = "mainnet"
            [[environment]]
            path = "prod/b"
            host = "b"
            rules = { unpinned-image = "low", wiring = "off" }
            [[allow]]
            rule = "x"
            path = "hosts/dvt-*/**"
            reason = "behind Charon"
            until = 2027-03-01
        "#;
        let settings = Settings::parse(text, Path::new("ops/stakelint.toml")).expect("is sound");
        assert_eq!((settings.fail_on, settings.persona), (Some(Level::Off), Some(Persona::Auditor)));
        assert_eq!(settings.packs[0].0, "lido");
        assert!(settings.excludes("vendor/x.yml") && !settings.excludes("x.yml"));
        assert_eq!(settings.rules["unpinned-image"].level, Some(Level::Off));
        assert!(settings.rules["duplicate-key"].unsuppressible);
        assert_eq!(settings.environments_of("prod/b/x.yml").count(), 2);
        let there: Vec<_> = settings.environments[1].rules.values().map(|rule| rule.level).collect();
        assert_eq!(there, [Some(Level::At(Severity::Low)), Some(Level::Off)]);
        assert_eq!(settings.allows[0].until, Some(Date::constant(2027, 3, 1)));
        assert_eq!(&text[settings.allows[0].place.clone()], "\"x\"");
        assert_eq!(settings.plan.as_deref(), Some("docs/worst-day.md"));
        assert_eq!(settings.inventories[0].file, Path::new("ops/../other/keys.ndjson"));
    }

    #[test]
    fn unknown_keys_are_errors_with_the_nearest_name() {
        let found = problems(
            "failon = \"low\"\n[rules]\nx = { severty = \"low\" }\n[[allow]]\nrule=\"a\"\nreason=\"b\"\nzzz=1\n",
        );
        assert_eq!(found[0], ("failon".into(), "unknown key `failon`; did you mean `fail-on`?".into()));
        assert_eq!(found[1], ("severty".into(), "unknown key `severty`; did you mean `severity`?".into()));
        assert_eq!(found[2], ("zzz".into(), "unknown key `zzz`".into()));
    }

    #[test]
    fn an_allowance_needs_a_reason_and_a_real_day() {
        let found = problems("[[allow]]\nrule = \"a\"\nuntil = \"2027-02-30\"\n");
        let messages: Vec<&str> = found.iter().map(|(_, message)| message.as_str()).collect();
        assert_eq!(messages, ["`reason` is missing", "`until` is a day, as \"2027-03-01\""]);
        assert_eq!(problems("[[allow]]\nrule = \"a\"\nreason = \" \"\n")[0].1, "`reason` is empty");
    }

    #[test]
    fn values_of_the_wrong_kind_are_named() {
        assert_eq!(
            problems("fail-on = \"hgh\"")[0].1,
            "`hgh` is none of critical, high, medium, low, info, never; did you mean `high`?"
        );
        assert_eq!(problems("packs = \"lido\"")[0].1, "`packs` is a list of strings, not a string");
        assert_eq!(problems("[environment]\npath = \"a\"")[0].1, "write `[[environment]]`: there can be several");
        assert_eq!(problems("[rules]\na = 3")[0].1, "a rule has a severity or \"off\", not an integer");
        assert_eq!(problems("exclude = [\"a[\"]")[0].0, "\"a[\"");
        assert_eq!(problems("plan = \"a.md\"")[0].1, "`plan` is a table, not a string");
        assert_eq!(problems("[plan]\npath = \"../a.md\"")[0].1, "the plan lies below the folder of the settings file");
        assert_eq!(problems("a = [\nb = 1\n").len(), 1);
    }
}
