//! One file per verb: library calls and printing, nothing else.

mod check;
mod evaluate;
mod inspect;
mod report;
mod run;
mod sample;
mod setup;
mod train;

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context as _;
use clap::CommandFactory;

use crate::attribute::{LexiconError, TargetsError};
use crate::cli::{Cli, Command};
use crate::config::{self, ConfigError};
use crate::evaluate::EvaluateError;
use crate::ingest::IngestError;
use crate::labels::LabelError;
use crate::output::OutputError;
use crate::tag::TagError;
use crate::train::TrainError;

/// Set by the first Ctrl-C.
static STOP: AtomicBool = AtomicBool::new(false);

/// Stopped by the user.
#[derive(Debug, thiserror::Error)]
#[error("stopped; nothing was written")]
pub struct Stopped;

/// Runs the verb and returns the exit status.
///
/// # Errors
/// [`exit_status`] says with which status to end.
pub fn run(cli: Cli) -> anyhow::Result<u8> {
    ctrlc::set_handler(|| {
        if STOP.swap(true, Ordering::SeqCst) {
            std::process::exit(130);
        }
    })
    .context("cannot listen for Ctrl-C")?;
    match cli.command {
        Command::Run(args) => run::run(&args),
        Command::Inspect(args) => inspect::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Train(args) => train::run(&args),
        Command::Evaluate(args) => evaluate::run(&args),
        Command::Sample(args) => sample::run(&args),
        Command::Report(args) => report::run(&args),
        Command::Config => {
            print(config::DOCUMENTED)?;
            Ok(0)
        }
        Command::Completions { shell } => {
            let mut out = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "standpunt", &mut out);
            print(&String::from_utf8_lossy(&out))?;
            Ok(0)
        }
    }
}

/// Whether the user asked to stop.
fn stopped() -> bool {
    STOP.load(Ordering::SeqCst)
}

/// Writes to standard output. A reader that has gone away is no error.
fn print(text: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(OutputError::Unwritable { path: "standard output".into(), source: error }.into())
        }
        _ => Ok(()),
    }
}

/// An error with its causes, each said once: many errors quote theirs.
#[must_use]
pub fn message(error: &anyhow::Error) -> String {
    error.chain().map(ToString::to_string).fold(String::new(), |text, cause| match text.as_str() {
        "" => cause,
        said if said.contains(&cause) => text,
        _ => format!("{text}: {cause}"),
    })
}

/// The exit status of an error: 2 usage, 4 input, 5 model, 6 output, 130 stopped, 1 a bug.
#[must_use]
pub fn exit_status(error: &anyhow::Error) -> u8 {
    let is = |test: fn(&(dyn std::error::Error + 'static)) -> bool| error.chain().any(test);
    if let Some(error) = error.downcast_ref() {
        match error {
            TrainError::Labels(_) | TrainError::TooFew { .. } | TrainError::NoDev => 4,
            TrainError::OtherPlan { .. } => 6,
            TrainError::Model(_) => 5,
            TrainError::Output(_) => 6,
            TrainError::Torch(_) => 1,
        }
    } else if is(|e| e.is::<ConfigError>() || e.is::<TargetsError>() || e.is::<LexiconError>()) {
        2
    } else if is(|e| matches!(e.downcast_ref(), Some(OutputError::NotARun { .. })))
        || is(|e| e.is::<IngestError>() || e.is::<LabelError>() || e.is::<EvaluateError>())
    {
        4
    } else if is(|e| e.is::<TagError>()) {
        5
    } else if is(|e| e.is::<OutputError>()) {
        6
    } else if is(|e| e.is::<Stopped>()) {
        130
    } else {
        1
    }
}
