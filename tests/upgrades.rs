//! Every client's own flags are taken, and a slip, a flag that is gone and a flag of another role are found.

use stakelint::catalogue::{
    Carriers, Catalogue, Client, ConfigFile, ConfigFormat, Durations, Flag, FlagKind, Image, KeyRule, Role, Standing,
    ValueType, Version,
};
use stakelint::config::Settings;
use stakelint::finding::{Confidence, Finding};
use stakelint::fleet;
use stakelint::lint::{Ground, Rulebook, run};
use stakelint::rulebook;
use stakelint::workspace::Workspace;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// The rules that judge flags.
const RULES: [&str; 7] = [
    "deprecated-flag",
    "flag-of-another-role",
    "flag-too-new",
    "malformed-value",
    "removed-flag",
    "repeated-flag",
    "unknown-flag",
];

/// How often each client is tried in each role.
const ROUNDS: usize = 12;
/// How many flags stand in one line.
const IN_A_LINE: usize = 16;

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    /// Starts from a text, so that each client has numbers of its own.
    fn of(text: &str) -> Self {
        Self(
            text.bytes()
                .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)),
        )
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let places: Vec<usize> = (0..=last).collect();
            let place = self.pick(&places).copied().unwrap_or(last);
            items.swap(last, place);
        }
    }

    fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let count = u64::try_from(items.len()).ok().filter(|count| *count > 0)?;
        items.get(usize::try_from((self.0 >> 33) % count).ok()?)
    }
}

/// A way to start a client in a role, and its newest release.
struct Start<'c> {
    client: &'c Client,
    role: Role,
    image: &'c Image,
    words: Vec<String>,
    newest: Version,
}

impl<'c> Start<'c> {
    fn of(client: &'c Client, role: Role) -> Option<Self> {
        let newest = Version::parse(&client.newest)?;
        let with = |wanted: Option<Role>| {
            let fits = |image: &&Image| image.wrapper.is_none() && image.role == wanted;
            client.images.iter().find(fits)
        };
        let image = with(Some(role)).or_else(|| with(None))?;
        let program = client.binaries.iter().find(|binary| binary.role.is_none_or(|own| own == role) && !binary.common);
        let mut words: Vec<String> = match image.program {
            Some(_) => Vec::new(),
            None => vec![program?.name.clone()],
        };
        let command = client.commands.iter().find(|command| command.role == role);
        words.extend(command.and_then(|command| command.names.first()).cloned());
        Some(Self { client, role, image, words, newest })
    }

    /// Answers the flags of the command line that stand so in the newest release.
    fn flags(&self, standing: Standing) -> Vec<&'c Flag> {
        let fits = |flag: &&Flag| {
            flag.roles.contains(&self.role) && flag.carriers == Carriers::Any && flag.standing(&self.newest) == standing
        };
        self.client.flags.iter().filter(fits).collect()
    }

    fn findings(&self, flags: &[String], rules: &Rulebook, catalogue: &Catalogue) -> Vec<Finding> {
        self.findings_in(&self.client.newest, flags, rules, catalogue)
    }

    fn findings_in(&self, release: &str, flags: &[String], rules: &Rulebook, catalogue: &Catalogue) -> Vec<Finding> {
        let mut text = format!("services:\n  unit:\n    image: {}:{release}\n", self.image.repository);
        text.push_str("    command:\n");
        for word in self.words.iter().flat_map(|words| words.split(' ')).chain(flags.iter().map(String::as_str)) {
            let _ = writeln!(text, "      - '{word}'");
        }
        let tree = Workspace::of(&[("compose.yml", &text)]);
        let fleet = fleet::survey(&tree, catalogue, &Settings::default(), None);
        let known = fleet.workloads.iter().filter_map(|workload| workload.invocation.as_ref());
        assert!(known.into_iter().any(|found| found.role == self.role), "not recognised:\n{text}");
        run(&Ground { fleet: &fleet, before: None, catalogue, today: jiff::civil::date(2026, 11, 25) }, rules)
    }
}

fn written(client: &Client, flag: &Flag) -> String {
    spelled(client, flag, &flag.name)
}

fn spelled(client: &Client, flag: &Flag, name: &str) -> String {
    let sign = client.command_line.joins.first().copied().unwrap_or('=');
    match flag.kind {
        FlagKind::Switch => format!("--{name}"),
        FlagKind::Value | FlagKind::List => format!("--{name}{sign}{}", value(client, flag)),
    }
}

/// Makes a value that the flag takes.
fn value(client: &Client, flag: &Flag) -> String {
    if let Some(choice) = flag.choices.first() {
        return choice.clone();
    }
    match flag.value_type {
        ValueType::Bool => "true".into(),
        ValueType::Int | ValueType::Float => "1".into(),
        ValueType::Port => "9000".into(),
        ValueType::Ip | ValueType::Host => "127.0.0.1".into(),
        ValueType::HostPort => "127.0.0.1:9000".into(),
        ValueType::Address => format!("0x{}", "ab".repeat(20)),
        ValueType::Pubkey => format!("0x{}", "ab".repeat(48)),
        ValueType::Hex => "0xab".into(),
        ValueType::Url => "http://localhost:9000".into(),
        ValueType::Duration if client.command_line.durations == Some(Durations::Number) => "1".into(),
        ValueType::Duration => "1s".into(),
        ValueType::PathPair => "/a:/b".into(),
        ValueType::String | ValueType::Path | ValueType::Enum => "/x".into(),
    }
}

/// Changes one letter in the middle of a name, so that no flag is called so.
fn slip(client: &Client, name: &str) -> Option<String> {
    let middle = name.len() / 2;
    let letters = ['q', 'z', 'x', 'j'];
    letters.into_iter().find_map(|letter| {
        let start = name.get(..middle)?;
        let other = format!("{start}{letter}{}", name.get(middle + 1..)?);
        let is_word = name.len() > 6 && name.is_ascii() && other != name;
        (is_word && client.flag_of_any_role(&other).is_none()).then_some(other)
    })
}

fn starts(catalogue: &Catalogue) -> Vec<Start<'_>> {
    let roles = [Role::Validator, Role::Beacon, Role::Execution, Role::Signer, Role::Relay, Role::Middleware];
    let clients = catalogue.clients().filter_map(|id| catalogue.client(id));
    clients
        .flat_map(|client| {
            roles.into_iter().filter(|role| client.lists(*role)).filter_map(|role| Start::of(client, role))
        })
        .collect()
}

/// Says of each way to start a client what a line of flags comes to, where that is not what it should be.
fn disagreements(mut judge: impl FnMut(&Start<'_>, &Rulebook, &Catalogue, &mut Dice) -> Option<String>) -> String {
    let catalogue = Catalogue::builtin();
    let rules = rulebook().only(|card| RULES.contains(&card.id.as_str()));
    let mut wrong = String::new();
    for start in starts(&catalogue) {
        let mut dice = Dice::of(&format!("{} {:?}", start.client.id, start.role));
        for _ in 0..ROUNDS {
            if let Some(sentence) = judge(&start, &rules, &catalogue, &mut dice) {
                let _ = writeln!(wrong, "{} {:?}: {sentence}", start.client.id, start.role);
            }
        }
    }
    wrong
}

fn heard(findings: &[Finding]) -> String {
    findings
        .iter()
        .map(|one| format!("{} {:?}: {}", one.rule, one.confidence, one.headline))
        .collect::<Vec<_>>()
        .join("; ")
}

/// Where the table has gaps, what it lacks is a guess; else it is sure.
fn fits(confidence: Confidence, client: &Client) -> bool {
    confidence == if client.complete { Confidence::High } else { Confidence::Low }
}

#[test]
fn every_client_is_started_in_every_role_that_has_flags() {
    let catalogue = Catalogue::builtin();
    let started: BTreeSet<(&str, Role)> =
        starts(&catalogue).iter().map(|start| (start.client.id.as_str(), start.role)).collect();
    let clients: Vec<&Client> = catalogue.clients().filter_map(|id| catalogue.client(id)).collect();
    let roles = |client: &Client| client.roles.keys().copied().collect::<Vec<Role>>();
    let all: BTreeSet<(&str, Role)> =
        clients.iter().flat_map(|client| roles(client).into_iter().map(|role| (client.id.as_str(), role))).collect();
    assert_eq!(all.difference(&started).filter(|(_, role)| *role != Role::Tool).collect::<Vec<_>>(), Vec::<&_>::new());
    assert!(clients.len() >= 20, "a table is lost");
}

/// Every flag of the table once, in lines of flags that chance has brought together.
#[test]
fn flags_of_the_table_are_taken() {
    let catalogue = Catalogue::builtin();
    let rules = rulebook().only(|card| RULES.contains(&card.id.as_str()));
    let (mut wrong, mut tried) = (String::new(), 0);
    for start in starts(&catalogue) {
        let mut dice = Dice::of(&format!("{} {:?}", start.client.id, start.role));
        let mut names = BTreeSet::new();
        let mut flags = start.flags(Standing::Current);
        flags.retain(|flag| !flag.noop && flag.value.is_none() && names.insert(&flag.name));
        dice.shuffle(&mut flags);
        tried += flags.len();
        for line in flags.chunks(IN_A_LINE) {
            let line: Vec<String> = line.iter().map(|flag| written(start.client, flag)).collect();
            let found = start.findings(&line, &rules, &catalogue);
            if !found.is_empty() {
                let _ = writeln!(wrong, "{} {:?}: {line:?}: {}", start.client.id, start.role, heard(&found));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
    assert!(tried > 3000, "only {tried} flags were tried");
}

#[test]
fn a_slip_of_one_letter_is_found() {
    let wrong = disagreements(|start, rules, catalogue, dice| {
        let current = start.flags(Standing::Current);
        let slips = current.iter().filter_map(|flag| Some((*flag, slip(start.client, &flag.name)?)));
        let slips: Vec<(&Flag, String)> = slips.collect();
        // A client that lives by its settings file has no line to slip on.
        let Some((flag, name)) = dice.pick(&slips).cloned() else {
            return (!current.is_empty()).then(|| "no flag is long enough".into());
        };
        let found = start.findings(&[spelled(start.client, flag, &name)], rules, catalogue);
        let as_unknown = |one: &&Finding| one.rule == "unknown-flag";
        let right = found.iter().filter(as_unknown).any(|one| fits(one.confidence, start.client));
        (!right).then(|| format!("--{name}: {}", heard(&found)))
    });
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn a_release_that_the_table_does_not_hold_yet_may_have_any_flag() {
    let wrong = disagreements(|start, rules, catalogue, _| {
        let Some((major, _)) = start.client.newest.split_once('.') else { return Some("no number".into()) };
        let next = format!("{}.0.0", major.parse::<u64>().unwrap_or_default() + 1);
        let flag = ["--zzzz-quite-another-thing".to_owned()];
        let found = start.findings_in(&next, &flag, rules, catalogue);
        let up_to = format!("up to {}", start.client.newest);
        let guess = |one: &Finding| one.confidence == Confidence::Low && one.headline.contains(&up_to);
        (!found.iter().all(guess)).then(|| format!("{next}: {}", heard(&found)))
    });
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn a_flag_that_is_gone_is_found() {
    let wrong = disagreements(|start, rules, catalogue, dice| {
        let gone = start.flags(Standing::Removed);
        let flag = dice.pick(&gone)?;
        let found = start.findings(&[written(start.client, flag)], rules, catalogue);
        let right = found.iter().any(|one| one.rule == "removed-flag" && one.confidence >= Confidence::Medium);
        (!right).then(|| format!("--{}: {}", flag.name, heard(&found)))
    });
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn a_flag_of_another_role_is_found() {
    let wrong = disagreements(|start, rules, catalogue, dice| {
        let foreign = |flag: &&Flag| {
            flag.carriers == Carriers::Any
                && !flag.roles.contains(&Role::Tool)
                && start.client.flag(start.role, &flag.name).is_none()
        };
        let others: Vec<&Flag> = start.client.flags.iter().filter(foreign).collect();
        let flag = dice.pick(&others)?;
        let found = start.findings(&[written(start.client, flag)], rules, catalogue);
        let as_foreign = |one: &&Finding| one.rule == "flag-of-another-role";
        let right = found.iter().filter(as_foreign).any(|one| fits(one.confidence, start.client));
        (!right).then(|| format!("--{}: {}", flag.name, heard(&found)))
    });
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn only_tables_of_clients_that_are_met_are_read() {
    let text = "services:
  bn:
    image: sigp/lighthouse:v8.3.3
    command: lighthouse bn --network mainnet --http --disable-deposit-contract-sync
  vc:
    image: sigp/lighthouse:v8.3.3
    command: lighthouse vc --network mainnet --beacon-nodes http://bn:5052 --sugested-fee-recipient 0x0
";
    let catalogue = Catalogue::builtin();
    let tree = Workspace::of(&[("compose.yml", text)]);
    let fleet = fleet::survey(&tree, &catalogue, &Settings::default(), None);
    let ground = Ground { fleet: &fleet, before: None, catalogue: &catalogue, today: jiff::civil::date(2026, 11, 25) };
    let found = run(&ground, &rulebook());
    assert!(found.iter().any(|one| one.rule == "unknown-flag"), "{}", heard(&found));
    assert_eq!(catalogue.opened().collect::<Vec<_>>(), ["lighthouse"]);
}

/// Looks at a client that finds these keys in its settings file.
fn settings_findings(start: &Start<'_>, keys: &[String], rules: &Rulebook, catalogue: &Catalogue) -> Vec<Finding> {
    let Some(config) = start.client.config_files.iter().find(|file| file.flag.is_some()) else { return Vec::new() };
    let ending = if config.format == ConfigFormat::Toml { "toml" } else { "yml" };
    let fallback = format!("settings.{ending}");
    let name = config.names.first().unwrap_or(&fallback);
    let named = if config.folder { "/settings".to_owned() } else { format!("/settings/{name}") };
    let mut compose = format!("services:\n  unit:\n    image: {}:{}\n", start.image.repository, start.client.newest);
    compose.push_str("    volumes: ['./settings:/settings']\n");
    if let Some(variable) = &config.variable {
        let _ = writeln!(compose, "    environment: {{ {variable}: {named} }}");
    }
    let words = start.words.iter().flat_map(|words| words.split(' ')).map(str::to_owned);
    let flag = config.flag.iter().filter(|_| config.variable.is_none()).map(|flag| format!("--{flag}={named}"));
    let line: Vec<String> = words.chain(flag).map(|word| format!("'{word}'")).collect();
    let _ = writeln!(compose, "    command: [{}]", line.join(", "));
    let sign = if ending == "toml" { " = " } else { ": " };
    let text = keys.iter().fold(String::new(), |text, key| text + &key.replacen('=', sign, 1) + "\n");
    let path = format!("settings/{name}");
    let tree = Workspace::of(&[("compose.yml", &compose), (&path, &text)]);
    let fleet = fleet::survey(&tree, catalogue, &Settings::default(), None);
    let read = fleet.workloads.iter().filter_map(|workload| workload.invocation.as_ref());
    assert!(read.into_iter().any(|found| !found.flags.is_empty()), "the file is not read:\n{compose}\n{text}");
    run(&Ground { fleet: &fleet, before: None, catalogue, today: jiff::civil::date(2026, 11, 25) }, rules)
}

/// The keys that a client takes in its settings file and nowhere else, none of them the start of another.
fn own_keys<'c>(start: &Start<'c>) -> Vec<&'c Flag> {
    let fits = |flag: &&Flag| {
        flag.roles.contains(&start.role)
            && flag.carriers == Carriers::File
            && flag.standing(&start.newest) == Standing::Current
            && !flag.name.contains("[]")
    };
    let keys: Vec<&Flag> = start.client.flags.iter().filter(fits).collect();
    let begins = |flag: &Flag| keys.iter().any(|other| other.name.starts_with(&format!("{}.", flag.name)));
    keys.iter().copied().filter(|flag| !begins(flag)).collect()
}

fn entry(client: &Client, flag: &Flag, name: &str) -> String {
    let value = if flag.kind == FlagKind::Switch { "true".into() } else { value(client, flag) };
    match flag.value_type {
        ValueType::Bool | ValueType::Int | ValueType::Float | ValueType::Port => format!("{name}={value}"),
        _ => format!("{name}='{value}'"),
    }
}

#[test]
fn keys_of_settings_files_are_taken_and_a_slip_of_one_letter_is_found() {
    let mut tried = BTreeSet::new();
    let wrong = disagreements(|start, rules, catalogue, dice| {
        let keys = own_keys(start);
        // Where only some keys of a file are known, a slip looks like any other key.
        let judged = |file: &ConfigFile| file.flag.is_some() && file.keys != KeyRule::Own;
        let has_file = start.client.config_files.iter().find(|file| file.flag.is_some()).is_some_and(judged);
        if keys.is_empty() || !has_file {
            return None;
        }
        tried.insert(start.client.id.clone());
        let chosen: BTreeMap<&str, &Flag> =
            (0..8).filter_map(|_| dice.pick(&keys)).map(|flag| (flag.name.as_str(), *flag)).collect();
        let lines: Vec<String> = chosen.values().map(|flag| entry(start.client, flag, &flag.name)).collect();
        let found = settings_findings(start, &lines, rules, catalogue);
        if !found.is_empty() {
            return Some(format!("{lines:?}: {}", heard(&found)));
        }
        let families = &start.client.command_line.families;
        let slips = keys.iter().filter(|flag| !families.iter().any(|family| flag.name.starts_with(family.as_str())));
        let slips: Vec<(&Flag, String)> =
            slips.filter_map(|flag| Some((*flag, slip(start.client, &flag.name)?))).collect();
        let (flag, name) = dice.pick(&slips).cloned()?;
        let found = settings_findings(start, &[entry(start.client, flag, &name)], rules, catalogue);
        let heard_of = found.iter().any(|one| one.rule == "unknown-flag");
        let sure = found.iter().any(|one| one.rule == "unknown-flag" && one.confidence > Confidence::Low);
        let right = if start.client.complete { heard_of } else { !sure };
        (!right).then(|| format!("{name}: {}", heard(&found)))
    });
    assert!(wrong.is_empty(), "\n{wrong}");
    assert!(["commit-boost", "dirk", "vouch"].iter().all(|id| tried.contains(*id)), "{tried:?}");
}
