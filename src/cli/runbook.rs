//! `stakelint runbook`: the emergency plan of this very fleet.

use super::check::today;
use super::tree::{TreeOptions, status};
use super::{Failure, print};
use crate::ethereum::PublicKey;
use crate::runbook::Order;
use clap::Args;
use jiff::civil::Date;
use std::path::PathBuf;
use std::process::ExitCode;

/// The options of `runbook`.
#[derive(Debug, Args)]
pub struct Options {
    /// The tree
    #[command(flatten)]
    pub tree: TreeOptions,
    /// One scenario with everything it needs, in place of the whole plan: `planned-move`, `host-lost` and the like
    #[arg(long, value_name = "NAME")]
    pub scenario: Option<String>,
    /// A key that moves, in a planned move; give it again for more [default: all keys of the unit]
    #[arg(long, value_name = "PUBKEY", requires = "from")]
    pub key: Vec<String>,
    /// The unit that the keys leave, as `host/unit`
    #[arg(long, value_name = "UNIT")]
    pub from: Option<String>,
    /// The unit that they go to
    #[arg(long, value_name = "UNIT")]
    pub to: Option<String>,
    /// The folder in which the tree lies on the hosts
    #[arg(long, value_name = "FOLDER")]
    pub checkout: Option<String>,
    /// Write the plan to a file that is not there yet
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// The day of the plan [default: today]
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub date: Option<Date>,
}

/// Prints the plan, or writes it to a file.
///
/// # Errors
/// If a path, the settings file or an option cannot be used, nothing in the tree can sign, or the file is there already.
pub fn run(options: &Options) -> Result<ExitCode, Failure> {
    let keys = options.key.iter().map(|text| {
        PublicKey::parse(text).map_err(|_| Failure::new("--key: a public key has `0x` and 96 hexadecimal digits"))
    });
    let keys = keys.collect::<Result<Vec<_>, _>>()?;
    let moving = options.from.is_some() || options.to.is_some();
    let order = Order {
        scenario: options.scenario.as_deref().or(moving.then_some("planned-move")),
        keys: &keys,
        from: options.from.as_deref(),
        to: options.to.as_deref(),
        checkout: options.checkout.as_deref(),
        today: options.date.unwrap_or_else(today),
    };
    let (settings, workspace) = options.tree.open()?;
    let plan = crate::runbook(&workspace, &settings, options.tree.network.as_deref(), &order).map_err(Failure::new)?;
    match &options.output {
        None => print(|out| out.write_all(plan.as_bytes()))?,
        Some(path) => write_new(path, &plan)?,
    }
    let gap = workspace.not_checked().iter().any(|entry| entry.gap);
    Ok(status(gap))
}

/// Writes a file, but never over what people may have filled in.
fn write_new(path: &std::path::Path, text: &str) -> Result<(), Failure> {
    let made =
        std::fs::File::create_new(path).and_then(|mut file| std::io::Write::write_all(&mut file, text.as_bytes()));
    made.map_err(|error| Failure::new(format!("{}: {error}", path.display())))
}
