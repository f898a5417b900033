//! `stakelint inventory`: who owns which key, and which units there are.

use super::foreign::salt;
use super::tree::{TreeOptions, status};
use super::{Failure, print};
use crate::catalogue::{Catalogue, Role};
use crate::fleet::{self, Fleet};
use crate::report::{KeyStyle, shown_key, write_json, write_json_line};
use crate::source::{FileId, LineIndex, Sources, Span};
use crate::workspace::Workspace;
use clap::Args;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Arc;

/// The version of the schema; it changes when a member changes its meaning.
const SCHEMA: &str = "stakelint-inventory/1";

/// The options of `inventory`.
#[derive(Debug, Args)]
pub struct Options {
    /// The tree
    #[command(flatten)]
    pub tree: TreeOptions,
    /// `table` for people; `json`, `ndjson` (one key a line, for `[[inventory]]` of another tree) or `csv`
    #[arg(long, value_name = "FORMAT", default_value = "table", value_parser = ["table", "json", "ndjson", "csv"])]
    pub format: String,
    /// Write a digest in place of each public key: the same key and salt give the same digest, and nobody learns the key; `env`
    /// takes the salt from `STAKELINT_SALT`
    #[arg(long, value_name = "SALT", value_parser = salt)]
    pub redact: Option<String>,
}

/// A unit of the fleet.
#[derive(Debug, Serialize)]
struct UnitRecord<'f> {
    id: String,
    host: &'f str,
    role: Option<Role>,
    client: Option<&'f str>,
    version: Option<String>,
    image: Option<&'f str>,
    network: Option<&'f str>,
    keys: Vec<String>,
    path: &'f str,
    line: u32,
}

/// A key, and everybody who owns it.
#[derive(Debug, Serialize)]
struct KeyRecord {
    pubkey: String,
    owners: Vec<String>,
}

/// Keys that somebody owns by their numbers in a list.
#[derive(Debug, Serialize)]
struct RangeRecord<'f> {
    /// Names the list: the network whose keys are numbered, or the file that numbers them.
    list: &'f str,
    start: u64,
    /// The number after the last.
    end: u64,
    owner: String,
    process: &'static str,
    path: &'f str,
    line: u32,
}

/// The same as a line by itself.
#[derive(Debug, Serialize)]
struct RangeLine<'f> {
    range: Numbers<'f>,
    owners: [&'f str; 1],
}

#[derive(Debug, Serialize)]
struct Numbers<'f> {
    list: &'f str,
    start: u64,
    end: u64,
}

/// A signing history that lies in the tree.
#[derive(Debug, Serialize)]
struct HistoryRecord<'f> {
    path: &'f str,
    /// `database`, `records` of a client, or `interchange`.
    kind: &'static str,
    /// The clients that name theirs so.
    clients: &'f [String],
    /// The units that work on it.
    units: Vec<String>,
    /// How many keys it speaks of; nothing for a database, which stays closed.
    keys: Option<usize>,
}

/// All of it.
#[derive(Debug, Serialize)]
struct Inventory<'f> {
    schema: &'static str,
    units: Vec<UnitRecord<'f>>,
    keys: Vec<KeyRecord>,
    ranges: Vec<RangeRecord<'f>>,
    histories: Vec<HistoryRecord<'f>>,
}

/// Prints the inventory.
///
/// # Errors
/// If a path or the settings file cannot be used.
pub fn run(options: &Options) -> Result<ExitCode, Failure> {
    let (settings, workspace) = options.tree.open()?;
    let catalogue = Catalogue::builtin().with(settings.overrides.clone());
    let fleet = fleet::survey(&workspace, &catalogue, &settings, options.tree.network.as_deref());
    let style = options.redact.as_deref().map_or(KeyStyle::Full, KeyStyle::Hashed);
    let inventory = inventory(&fleet, &workspace, style);
    print(|out| match options.format.as_str() {
        "json" => write_json(out, &inventory),
        "ndjson" => {
            inventory.keys.iter().try_for_each(|key| write_json_line(out, key))?;
            inventory.ranges.iter().try_for_each(|range| write_json_line(out, &range.line()))
        }
        "csv" => csv(&inventory, out),
        _ => table(&inventory, out),
    })?;
    let gap = workspace.not_checked().iter().any(|entry| entry.gap);
    Ok(status(gap))
}

fn inventory<'f>(fleet: &'f Fleet, workspace: &'f Workspace, style: KeyStyle<'_>) -> Inventory<'f> {
    let mut held: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    let mut keys = Vec::new();
    for key in fleet.keys() {
        let owners = fleet.owners(key);
        let pubkey = shown_key(&key.key.to_string(), style).into_owned();
        for (owner, _) in &owners {
            if let fleet::Owner::Workload(id) = owner {
                held.entry(*id).or_default().push(pubkey.clone());
            }
        }
        let owners: Vec<String> = owners.iter().map(|(owner, _)| fleet.owner_name(owner)).collect();
        if !owners.is_empty() {
            keys.push(KeyRecord { pubkey, owners });
        }
    }
    let mut lines = Lines { workspace, files: BTreeMap::new() };
    let units = fleet.workloads.iter().enumerate().map(|(id, workload)| {
        let unit = &workload.unit;
        let client = workload.invocation.as_ref();
        UnitRecord {
            id: workload.name(),
            host: &unit.host,
            role: client.map(|client| client.role),
            client: client.map(|client| client.client.as_str()),
            version: client.and_then(|client| client.version.as_ref()).map(ToString::to_string),
            image: unit.image.as_ref().map(crate::source::Text::value),
            network: workload.network.as_ref().map(|network| network.value.as_str()),
            keys: held.remove(&id).unwrap_or_default(),
            path: workspace.path(unit.name.span.file),
            line: lines.of(unit.name.span),
        }
    });
    let units = units.collect();
    Inventory { schema: SCHEMA, units, keys, ranges: ranges(fleet, &mut lines), histories: histories(fleet) }
}

/// Counts the lines of files, once each.
struct Lines<'w> {
    workspace: &'w Workspace,
    files: BTreeMap<FileId, (LineIndex, Arc<str>)>,
}

impl Lines<'_> {
    /// Answers the line that a span begins on; lines count from 1.
    fn of(&mut self, span: Span) -> u32 {
        let (index, text) = self.files.entry(span.file).or_insert_with(|| {
            let text = self.workspace.text(span.file).unwrap_or_default();
            (LineIndex::new(&text), text)
        });
        index.position(text, span.start).line
    }
}

/// Lists the ranges of layouts, inventories and flags, in order of list and number.
fn ranges<'f>(fleet: &'f Fleet, lines: &mut Lines<'f>) -> Vec<RangeRecord<'f>> {
    let record = |(list, range): (&'f str, &'f fleet::HeldRange)| RangeRecord {
        list,
        start: range.start,
        end: range.end,
        owner: range.home().short(),
        process: range.process.word(),
        path: lines.workspace.path(range.span.file),
        line: lines.of(range.span),
    };
    let mut ranges: Vec<RangeRecord<'f>> = fleet::listed(fleet).into_iter().map(record).collect();
    ranges.sort_by(|one, other| {
        let order = |range: &RangeRecord<'f>| (range.start, range.end);
        one.list.cmp(other.list).then_with(|| order(one).cmp(&order(other))).then_with(|| one.owner.cmp(&other.owner))
    });
    ranges
}

impl RangeRecord<'_> {
    fn line(&self) -> RangeLine<'_> {
        let Self { list, start, end, owner, .. } = self;
        RangeLine { range: Numbers { list, start: *start, end: *end }, owners: [owner] }
    }

    /// Says it in one word, as `--key` of a ledger has it: `hoodi:0-1999`.
    fn word(&self) -> String {
        format!("{}:{}-{}", self.list, self.start, self.end.saturating_sub(1))
    }
}

/// Lists the signing histories of the tree, in order of path.
fn histories(fleet: &Fleet) -> Vec<HistoryRecord<'_>> {
    let inventory = &fleet.inventory;
    let readable = inventory.interchanges.iter().filter(|file| !file.fixture);
    let spoken: BTreeMap<&str, (bool, usize)> = readable
        .map(|file| {
            let keys: BTreeSet<_> = file.history.entries.iter().map(|entry| entry.key.value).collect();
            (file.path.as_str(), (file.kept, keys.len()))
        })
        .collect();
    let named = inventory.histories.iter().filter(|place| !crate::deployment::is_test_data(&place.path));
    let named: BTreeMap<&str, &[String]> = named.map(|place| (place.path.as_str(), place.clients.as_slice())).collect();
    let paths: BTreeSet<&str> = spoken.keys().chain(named.keys()).copied().collect();
    let record = |path: &'_ str| {
        let found = spoken.get(path);
        let kind = match found {
            Some((true, _)) => "records",
            Some((false, _)) => "interchange",
            None => "database",
        };
        let units = fleet.working_on(path).map(|id| fleet.name(id)).collect();
        (kind, units, found.map(|(_, keys)| *keys))
    };
    paths
        .into_iter()
        .map(|path| {
            let (kind, units, keys) = record(path);
            HistoryRecord { path, kind, clients: named.get(path).copied().unwrap_or_default(), units, keys }
        })
        .collect()
}

fn csv(inventory: &Inventory<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "pubkey,owner")?;
    for key in &inventory.keys {
        for owner in &key.owners {
            writeln!(out, "{},{}", key.pubkey, cell(owner))?;
        }
    }
    inventory.ranges.iter().try_for_each(|range| writeln!(out, "{},{}", cell(&range.word()), cell(&range.owner)))
}

/// Quotes a cell of a CSV table as RFC 4180 has it; a cell never begins like a formula, nor commands a terminal (JSON keeps all letters).
fn cell(text: &str) -> String {
    let text = crate::report::one_line(text);
    // Some programs pass over white space before a sign, and take the wide form of it for the same.
    let is_formula = text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    let text = if is_formula { format!("'{text}") } else { text.into_owned() };
    if text.contains([',', '"']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// Columns are no wider; what is longer stands out.
const WIDEST: usize = 80;

fn table(inventory: &Inventory<'_>, out: &mut dyn Write) -> io::Result<()> {
    let head = ["unit", "role", "client", "network", "keys"].map(str::to_owned);
    let rows = inventory.units.iter().map(|unit| {
        let role =
            unit.role.and_then(|role| serde_json::to_value(role).ok()).and_then(|role| Some(role.as_str()?.to_owned()));
        let client = match (unit.client, &unit.version) {
            (Some(client), Some(version)) => format!("{client} {version}"),
            (client, _) => client.unwrap_or("-").to_owned(),
        };
        [
            unit.id.clone(),
            role.unwrap_or("-".into()),
            client,
            unit.network.unwrap_or("-").to_owned(),
            unit.keys.len().to_string(),
        ]
    });
    let rows: Vec<[String; 5]> = std::iter::once(head).chain(rows).collect();
    let widest =
        |column: usize| rows.iter().map(|row| unicode_width::UnicodeWidthStr::width(row[column].as_str())).max();
    // A name that somebody has made to be long makes no other row as long.
    let widths: Vec<usize> = (0..5).map(|column| widest(column).unwrap_or_default().min(WIDEST)).collect();
    for row in &rows {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(text, width)| format!("{text:<width$}")).collect();
        writeln!(out, "{}", crate::report::one_line(cells.join("  ").trim_end()))?;
    }
    let shared = inventory.keys.iter().filter(|key| key.owners.len() > 1).count();
    writeln!(
        out,
        "\n{} units, {} keys with an owner, {shared} of them with more than one",
        inventory.units.len(),
        inventory.keys.len()
    )?;
    for range in &inventory.ranges {
        let line = format!("keys {}, of {} `{}`", range.word(), range.process, range.owner);
        writeln!(out, "{}", crate::report::one_line(&line))?;
    }
    inventory.histories.iter().try_for_each(|history| writeln!(out, "{}", crate::report::one_line(&told(history))))
}

/// Says of a history what it is and whose.
fn told(history: &HistoryRecord<'_>) -> String {
    let keys = match history.keys {
        Some(1) => ", 1 key".to_owned(),
        Some(keys) => format!(", {keys} keys"),
        None => String::new(),
    };
    let units = if history.units.is_empty() { String::new() } else { format!(", of {}", history.units.join(" and ")) };
    format!("signing history ({}{keys}): {}{units}", history.kind, history.path)
}
