//! `stakelint completions` and `stakelint man`: what packagers put beside the binary.

use super::{Failure, args, print};
use clap::Args;
use clap_complete::Shell;
use std::process::ExitCode;

/// The options of `completions`.
#[derive(Debug, Args)]
pub struct Options {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub shell: Shell,
}

/// Prints the completions of a shell.
///
/// # Errors
/// If standard output cannot be written.
pub fn run(options: &Options) -> Result<ExitCode, Failure> {
    let mut text = Vec::new();
    clap_complete::generate(options.shell, &mut args::command(), "stakelint", &mut text);
    print(|out| out.write_all(&text))?;
    Ok(ExitCode::SUCCESS)
}

/// Prints the manual: the page of the whole, and after it one for each command.
///
/// # Errors
/// If standard output cannot be written.
pub fn manual() -> Result<ExitCode, Failure> {
    let mut command = args::command();
    command.build();
    print(|out| {
        clap_mangen::Man::new(command.clone()).render(out)?;
        command.get_subcommands().try_for_each(|command| {
            let name = format!("stakelint-{}", command.get_name());
            clap_mangen::Man::new(command.clone()).title(name).render(out)
        })
    })?;
    Ok(ExitCode::SUCCESS)
}
