//! `stakelint rules`: all rules, or those of a group.

use super::{Failure, policy, print};
use crate::finding::{Card, Persona};
use clap::Args;
use std::io::{self, Write};
use std::process::ExitCode;

/// The options of `rules`.
#[derive(Debug, Args)]
pub struct Options {
    /// Only the rules of this group
    #[arg(value_name = "GROUP")]
    pub group: Option<String>,
    /// `human` or `json`
    #[arg(long, value_name = "FORMAT", default_value = "human", value_parser = ["human", "json"])]
    pub format: String,
}

/// Prints the rules.
///
/// # Errors
/// If there is no such group.
pub fn run(options: &Options) -> Result<ExitCode, Failure> {
    let cards = crate::rulebook().cards();
    if let Some(name) = &options.group {
        policy::known(name, &cards).map_err(Failure::new)?;
    }
    let wanted = |card: &&Card| options.group.as_ref().is_none_or(|name| *name == card.group || *name == card.id);
    let mut chosen: Vec<&Card> = cards.values().filter(wanted).collect();
    chosen.sort_by_key(|card| (&card.group, std::cmp::Reverse(card.severity), &card.id));
    if options.format == "json" {
        print(|out| {
            serde_json::to_writer_pretty(&mut *out, &chosen).map_err(io::Error::from).and_then(|()| writeln!(out))
        })?;
    } else {
        print(|out| write(&chosen, out))?;
    }
    Ok(ExitCode::SUCCESS)
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
