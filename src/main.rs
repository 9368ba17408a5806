//! Parses, runs, and maps the error to an exit status.

use std::process::ExitCode;

use clap::Parser;
use standpunt::cli::Cli;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match standpunt::commands::run(cli) {
        Ok(status) => ExitCode::from(status),
        Err(error) => {
            eprintln!("error: {}", standpunt::commands::message(&error));
            ExitCode::from(standpunt::commands::exit_status(&error))
        }
    }
}
