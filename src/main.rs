//! The command `stakelint`.

fn main() -> std::process::ExitCode {
    stakelint::cli::run()
}
