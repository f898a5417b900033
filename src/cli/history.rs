//! `stakelint history`: signing histories (EIP-3076), verified and merged.

use super::check::today;
use super::report::{ReportOptions, Reports};
use super::{Failure, print, say};
use crate::catalogue::{Catalogue, Network};
use crate::ethereum::PublicKey;
use crate::finding::{Cards, Outcome, Policy};
use crate::history::{self, Flaw, History};
use crate::lint::Examination;
use crate::report::Context;
use crate::source::{FileId, LineIndex, Sources, Spanned};
use crate::workspace::NamedFiles;
use clap::Args;
use rayon::prelude::*;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The options of `history`.
#[derive(Debug, Args)]
pub struct Options {
    /// Interchange files, or the records that Teku keeps (`slashprotection/*.yml`); contradictions are looked for over all of them
    /// together
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// The network that they have to be of; otherwise they have to agree with one another
    #[arg(long, value_name = "NAME", help_heading = "Expectations")]
    pub network: Option<String>,
    /// The keys that they have to speak of: one a line, or JSON (an inventory, deposit data, an answer of the key manager)
    #[arg(long, value_name = "FILE", help_heading = "Expectations")]
    pub keys: Option<PathBuf>,
    /// The epoch of the import: a history that ends long before it lacks what was signed since
    #[arg(long, value_name = "N", help_heading = "Expectations")]
    pub epoch: Option<u64>,
    /// By how many epochs a history may end before --epoch; 225 are a day on mainnet
    #[arg(long, value_name = "EPOCHS", default_value_t = 225, requires = "epoch", help_heading = "Expectations")]
    pub max_age: u64,
    /// Write one minimal history of all keys to standard output, the highest of everything that was signed; the report then goes
    /// to standard error
    #[arg(long)]
    pub print_merged: bool,
    /// How to report
    #[command(flatten)]
    pub report: ReportOptions,
}

/// Verifies the histories.
///
/// # Errors
/// If an option or a file cannot be used, or a report cannot be written.
pub fn run(options: &Options) -> Result<ExitCode, Failure> {
    let reports = Reports::new(&options.report)?;
    let catalogue = Catalogue::builtin();
    let network = options.network.as_deref().map(|name| network(name, &catalogue)).transpose()?;
    let mut files = NamedFiles::new(&options.files);
    let keys = options.keys.as_deref().map(|path| keys(path, &mut files)).transpose()?;
    let histories = read(options, &mut files)?;
    let rulebook = crate::rulebook();
    let cards = rulebook.cards();
    let examination = Examination {
        histories: &histories,
        sources: &files,
        catalogue: &catalogue,
        network,
        keys: keys.as_deref(),
        epoch: options.epoch.map(|epoch| (epoch, options.max_age)),
    };
    let mut outcome = crate::history(&examination, rulebook, &policy(options));
    outcome.notices.extend(unknown_network(&histories, network, &catalogue));
    name_bytes(&mut outcome, &files);
    let merged = options.print_merged.then(|| mergeable(&histories));
    report(&reports, &outcome, &cards, &files, merged.is_some())?;
    let code = ExitCode::from(outcome.status().code());
    match merged {
        None => Ok(code),
        Some(Ok(genesis)) => {
            let all: Vec<&History> = histories.iter().collect();
            print(|out| history::write_minimal(genesis, &history::marks(&all), out)).map(|()| code)
        }
        Some(Err(why)) => {
            say(&format!("nothing was merged: {why}"));
            // Whoever waits for the merged file must not go on without it, whatever the gate.
            Ok(if outcome.status().code() == 0 { ExitCode::from(3) } else { code })
        }
    }
}

fn report(
    reports: &Reports<'_>,
    outcome: &Outcome,
    cards: &Cards,
    files: &NamedFiles,
    beside: bool,
) -> Result<(), Failure> {
    let context = Context::new(files, cards);
    if beside { reports.write_beside(outcome, &context) } else { reports.write(outcome, &context) }
}

fn network<'c>(name: &str, catalogue: &'c Catalogue) -> Result<&'c Network, Failure> {
    catalogue.network(name).ok_or_else(|| {
        let known: Vec<&str> = catalogue.networks().iter().map(|network| network.name.as_str()).collect();
        Failure::new(format!("there is no network `{name}`; there are {}", known.join(", ")))
    })
}

fn keys(path: &Path, files: &mut NamedFiles) -> Result<Vec<Spanned<PublicKey>>, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| Failure::new(format!("{}: {error}", path.display())))?;
    let file = files.add_closed(path);
    history::read_keys(file, &text).map_err(|(span, why)| {
        let at = LineIndex::new(&text).position(&text, span.start);
        Failure::new(format!("{}:{}:{}: {why}", path.display(), at.line, at.column))
    })
}

/// Reads all files, side by side; one that is no history at all may hold anything, and is not quoted.
fn read(options: &Options, files: &mut NamedFiles) -> Result<Vec<History>, Failure> {
    let ids = (0..options.files.len() as u32).into_par_iter().map(FileId);
    let read = |id: FileId| {
        let failed = |error: std::io::Error| Failure::new(format!("{}: {error}", files.path(id)));
        let file = files.open(id).map_err(failed)?;
        Ok(if is_record(files.path(id)) {
            record(id, files.path(id), file).map_err(failed)?
        } else {
            history::read(id, file)
        })
    };
    let histories: Vec<History> = ids.map(read).collect::<Result<_, Failure>>()?;
    let strange = |history: &&History| [Flaw::Torn, Flaw::Shape].iter().any(|flaw| history.flaws.contains_key(flaw));
    histories.iter().filter(strange).for_each(|history| files.close(history.file));
    Ok(histories)
}

/// A client that keeps a record a key writes YAML; interchange files are JSON.
fn is_record(path: &str) -> bool {
    path.ends_with(".yml") || path.ends_with(".yaml")
}

/// Reads the record of one key, or says of anything else that it is no history.
fn record(id: FileId, path: &str, file: File) -> std::io::Result<History> {
    const LONGEST: u64 = 1 << 20;
    let mut bytes = Vec::new();
    file.take(LONGEST).read_to_end(&mut bytes)?;
    let name = path.rsplit('/').next().unwrap_or(path);
    let found = std::str::from_utf8(&bytes).ok().and_then(|text| history::read_record_text(id, name, text));
    Ok(found.unwrap_or_else(|| history::read(id, bytes.as_slice())))
}

fn policy(options: &Options) -> Policy {
    let mut policy = Policy::new(today());
    if let Some(gate) = options.report.fail_on {
        policy.fail_on = gate.severity();
    }
    policy.persona = options.report.persona.map(super::report::Reader::persona).unwrap_or_default();
    policy
}

/// Says of which networks nothing could be compared.
fn unknown_network(histories: &[History], network: Option<&Network>, catalogue: &Catalogue) -> Option<String> {
    if let Some(network) = network {
        let has_root = network.genesis_validators_root.is_some();
        return (!has_root)
            .then(|| format!("`{}` has no genesis root that stays: networks were not compared", network.name));
    }
    let roots: Vec<_> =
        histories.iter().filter_map(|history| Some(history.genesis.as_ref()?.value.to_string())).collect();
    let known = |root: &String| {
        catalogue.networks().iter().any(|network| network.genesis_validators_root.as_ref() == Some(root))
    };
    roots
        .iter()
        .any(|root| !known(root))
        .then(|| "the genesis validators root is of no network that is known; --network NAME compares".to_owned())
}

/// Where a file is too long to be quoted, the places of its records are named as bytes.
fn name_bytes(outcome: &mut Outcome, files: &NamedFiles) {
    for label in outcome.findings.iter_mut().flat_map(|finding| &mut finding.labels) {
        if !files.is_quotable(label.span.file) {
            label.text = format!("{} (byte {})", label.text, label.span.start).trim_start().to_owned();
        }
    }
}

/// Answers the root of all histories, or why they cannot be merged into one.
fn mergeable(histories: &[History]) -> Result<history::GenesisRoot, String> {
    if histories.iter().any(History::is_incomplete) {
        return Err("a file could not be read as a whole, and the merged history would lack what it says".to_owned());
    }
    // A file that protects nothing is imported without a word.
    if histories.iter().all(|history| history.entries.is_empty()) {
        return Err("no file names a key".to_owned());
    }
    let roots: std::collections::BTreeSet<_> =
        histories.iter().map(|history| history.genesis.as_ref().map(|root| root.value)).collect();
    match roots.into_iter().collect::<Vec<_>>().as_slice() {
        [Some(root)] => Ok(*root),
        [None] => Err("no file names its network".to_owned()),
        _ => Err("the files are of different networks".to_owned()),
    }
}
