//! `stakelint rules`: all rules, or those of a group.

use super::args::SettingsOptions;
use super::{Failure, policy, print, settings};
use crate::catalogue::{Catalogue, Client, Flag};
use crate::config::Settings;
use crate::finding::{Card, Persona};
use crate::report::{rule_index, write_json};
use clap::Args;
use serde::Serialize;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

/// The options of `rules`.
#[derive(Debug, Args)]
pub struct Options {
    /// Only the rules of this group
    #[arg(value_name = "GROUP")]
    pub group: Option<String>,
    /// `human`, `json`, or `markdown` for a wiki
    #[arg(long, value_name = "FORMAT", default_value = "human", value_parser = ["human", "json", "markdown"])]
    pub format: String,
    /// The tables of clients in place of the rules: newest release, the day they were made, number of flags, and what the
    /// settings file adds to them
    #[arg(long, conflicts_with = "group")]
    pub catalogue: bool,
    /// The settings file
    #[command(flatten)]
    pub settings: SettingsOptions,
}

/// What a client's table comes to.
#[derive(Debug, Serialize)]
struct Table<'c> {
    client: &'c str,
    name: &'c str,
    oldest: &'c str,
    newest: &'c str,
    made: &'c str,
    flags: usize,
    complete: bool,
    /// What the operator's own table makes of it; nothing where there is none.
    own: Option<OwnFlags<'c>>,
}

/// The flags that an operator's own table adds or says otherwise.
#[derive(Debug, Serialize)]
struct OwnFlags<'c> {
    added: Vec<&'c str>,
    changed: Vec<&'c str>,
}

/// Prints the rules.
///
/// # Errors
/// If there is no such group.
pub fn run(options: &Options) -> Result<ExitCode, Failure> {
    let cards = crate::rulebook().cards();
    if options.catalogue {
        let settings = settings::load(&options.settings, Path::new("."), &cards)?;
        return tables(&options.format, &settings);
    }
    if let Some(name) = &options.group {
        policy::known(name, &cards).map_err(Failure::new)?;
    }
    let wanted = |card: &&Card| options.group.as_ref().is_none_or(|name| *name == card.group || *name == card.id);
    let mut chosen: Vec<&Card> = cards.values().filter(wanted).collect();
    if options.format == "markdown" {
        let chosen = chosen.into_iter().map(|card| (card.id.clone(), card.clone())).collect();
        print(|out| out.write_all(rule_index(&chosen).as_bytes()))?;
        return Ok(ExitCode::SUCCESS);
    }
    chosen.sort_by_key(|card| (&card.group, std::cmp::Reverse(card.severity), &card.id));
    if options.format == "json" {
        print(|out| write_json(out, &chosen))?;
    } else {
        print(|out| write(&chosen, out))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints what is known of each client.
fn tables(format: &str, settings: &Settings) -> Result<ExitCode, Failure> {
    let baked = Catalogue::builtin();
    let catalogue = Catalogue::builtin().with(settings.overrides.clone());
    let table = |id| {
        let client = catalogue.client(id)?;
        let Client { name, oldest, newest, made, flags, complete, .. } = client;
        let laid = settings.overrides.clients.iter().any(|own| own.id == id);
        let own = laid.then(|| own_flags(client, baked.client(id)));
        Some(Table { client: id, name, oldest, newest, made, flags: flags.len(), complete: *complete, own })
    };
    let tables: Vec<Table<'_>> = catalogue.clients().filter_map(table).collect();
    if format == "json" {
        print(|out| write_json(out, &tables))?;
    } else {
        print(|out| write_tables(&tables, out))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Compares a table that an operator's own is laid over with the one that is baked in.
fn own_flags<'c>(client: &'c Client, baked: Option<&Client>) -> OwnFlags<'c> {
    let known: &[Flag] = baked.map_or(&[], |baked| &baked.flags);
    let mut own = OwnFlags { added: Vec::new(), changed: Vec::new() };
    for flag in &client.flags {
        let mut entries = known.iter().filter(|known| known.name == flag.name).peekable();
        if entries.peek().is_none() {
            own.added.push(&flag.name);
        } else if !entries.any(|known| format!("{known:?}") == format!("{flag:?}")) {
            own.changed.push(&flag.name);
        }
    }
    own
}

fn write_tables(tables: &[Table<'_>], out: &mut dyn Write) -> io::Result<()> {
    let widest = |of: fn(&Table<'_>) -> usize| tables.iter().map(of).max().unwrap_or_default();
    let (name, newest) = (widest(|table| table.name.len()), widest(|table| table.newest.len()));
    for table in tables {
        let whole = if table.complete { "" } else { ", some may be missing" };
        let Table { name: client, newest: release, made, flags, .. } = table;
        let own = table.own.as_ref().map_or_else(String::new, |own| {
            let flags = |what: &str, names: &[&str]| match names {
                [] => String::new(),
                names => format!("; {what} {}", names.join(", ")),
            };
            format!("; a table of your own{}{}", flags("adds", &own.added), flags("changes", &own.changed))
        });
        writeln!(out, "{client:name$}  up to {release:newest$}  made {made}  {flags:3} flags{whole}{own}")?;
    }
    Ok(())
}

fn write(cards: &[&Card], out: &mut dyn Write) -> io::Result<()> {
    let widest = cards.iter().map(|card| card.id.len()).max().unwrap_or_default();
    let mut group = "";
    for card in cards {
        if card.group != group {
            let gap = if group.is_empty() { "" } else { "\n" };
            group = &card.group;
            writeln!(out, "{gap}{group}")?;
        }
        let persona = match card.persona {
            Persona::Regular => "",
            Persona::Pedantic => " (persona pedantic)",
            Persona::Auditor => " (persona auditor)",
        };
        let id = &card.id;
        writeln!(out, "  {id:widest$}  {:8}  {}{persona}", card.severity.word(), card.title)?;
    }
    Ok(())
}
