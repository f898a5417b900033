//! The command line: commands, and the options that several of them share.

use super::{audit, check, completions, explain, graph, history, init, inventory, lsp, rules, runbook};
use clap::{Args, Command as Clap, CommandFactory, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Finds what can get Ethereum validators slashed, before it is deployed.
///
/// Reads the repository that validators are deployed from (compose files, client settings, keystores), builds one
/// model of the fleet and reports each hazard with every place that takes part. It never uses the network and never
/// runs anything of the tree.
#[derive(Debug, Parser)]
#[command(name = "stakelint", version, max_term_width = 100, after_help = EXIT_STATUS)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Answers the command line as clap reads it: `audit` takes the options of `check`, and two sides in place of paths.
pub fn command() -> Clap {
    let sides = |audit: Clap| {
        let audit = audit.mut_arg("paths", |paths| {
            let help = "Two folders or git revisions, or one of `BEFORE..AFTER`; a single side is compared with the current folder";
            paths.value_names(["BEFORE", "AFTER"]).num_args(1..=2).required_unless_present("ledger").conflicts_with("ledger").help(help)
        });
        audit.mut_arg("stdin_name", |name| name.hide(true))
    };
    Cli::command().mut_subcommand("audit", sides)
}

const EXIT_STATUS: &str = "\
Exit status:
  0  nothing at or above --fail-on, and all was checked
  1  findings at or above --fail-on
  2  the run itself failed: bad option, unreadable path, broken settings file
  3  no such finding, but something that should have been checked was not";

/// What stakelint can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Checks a tree.
    Check(Box<check::Whole>),
    /// Tells what a change does to keys and guards.
    ///
    /// Each side is a folder or a git revision; `A..B` compares two revisions, `A...B` the point where B left A with B, and
    /// one side alone is compared with the current folder. Nothing is checked out and nothing is run.
    Audit(Box<audit::Options>),
    /// Lists units, keys, and who owns which.
    Inventory(inventory::Options),
    /// Draws the fleet: hosts, what runs on them, who leans on whom, and where it is wrong.
    Graph(graph::Options),
    /// Writes the emergency plan of this very fleet, as Markdown.
    ///
    /// What to stop and how, in which order, and what has to hold before anything signs again: with the names of the units,
    /// hosts and files of the tree. It holds no secrets. Fill in the contacts, keep a copy off the infrastructure, and let
    /// `check` say when it no longer fits the fleet.
    Runbook(runbook::Options),
    /// Verifies signing histories (EIP-3076) and merges them.
    History(Box<history::Options>),
    /// Prints all there is to say about a rule.
    Explain(explain::Options),
    /// Writes a commented settings file, and with options a hook or a CI job; never over what is there.
    Init(init::Options),
    /// Serves an editor: diagnostics while you type, what a flag means, which ones there are, and edits.
    ///
    /// A language server on standard input and output, for any editor that speaks the Language Server Protocol.
    Lsp(lsp::Options),
    /// Prints completions for a shell.
    Completions(completions::Options),
    /// Prints the manual.
    Man,
    /// Lists the rules.
    Rules(rules::Options),
}

/// Where the settings come from.
#[derive(Debug, Clone, Args)]
pub struct SettingsOptions {
    /// The settings file; by default `stakelint.toml`, looked for upwards from the path
    #[arg(long, value_name = "FILE", help_heading = "Settings", conflicts_with = "no_config")]
    pub config: Option<PathBuf>,
    /// Look for no settings file
    #[arg(long, help_heading = "Settings")]
    pub no_config: bool,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

#[cfg(test)]
mod tests {
    use super::command;
    use clap::error::ErrorKind;
    use std::fs;
    use std::path::{Path, PathBuf};

    /// All texts that tell people what to type.
    fn texts() -> Vec<PathBuf> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let beside = ["README.md", "CHANGELOG.md", ".pre-commit-hooks.yaml", "action.yml", "templates", "src/cli/init"];
        let folders = ["docs"].into_iter().chain(beside).map(|path| here.join(path));
        let files = folders.flat_map(|path| walkdir::WalkDir::new(path).into_iter().filter_map(Result::ok));
        let named = |path: &PathBuf| path.extension().is_some_and(|end| end == "md" || end == "yml" || end == "yaml");
        files.map(walkdir::DirEntry::into_path).filter(named).collect()
    }

    /// Every `stakelint COMMAND …` of a text, up to where a shell, a sentence or a remark goes on.
    fn commands(text: &str) -> Vec<String> {
        let ends = ['`', '|', '>', '#', ';', '&', '\n', '\'', ']'];
        let joined = text.replace("\\\n", " ");
        let calls = joined.split("stakelint ").skip(1);
        calls.filter_map(|rest| rest.split(ends).next()).map(str::to_owned).collect()
    }

    #[test]
    fn every_command_that_a_text_names_is_understood() {
        let mut tried = 0;
        for path in texts() {
            let text = fs::read_to_string(&path).expect("is text");
            for line in commands(&text) {
                let words =
                    line.split_whitespace().map(|word| match word.trim_matches(|sign| "\"(),.".contains(sign)) {
                        "N" => "1",
                        "YYYY-MM-DD" => "2027-01-31",
                        word => word,
                    });
                let words: Vec<&str> = ["stakelint"].into_iter().chain(words).collect();
                let named = words.get(1).is_some_and(|name| command().find_subcommand(name).is_some());
                if !named || words.iter().all(|word| !word.starts_with("--")) {
                    continue;
                }
                tried += 1;
                let kind = command().try_get_matches_from(&words).err().map(|error| error.kind());
                let fine = [None, Some(ErrorKind::MissingRequiredArgument)].contains(&kind);
                assert!(fine, "{}: stakelint {line}: {kind:?}", path.display());
            }
        }
        assert!(tried > 30, "{tried} commands are named");
    }

    #[test]
    fn the_command_line_is_sound() {
        command().debug_assert();
    }
}
