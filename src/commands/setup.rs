//! From what was typed to what it means: configuration, rules and taggers.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::Context as _;

use crate::attribute::{EMBEDDED_TARGETS, Lexicon as Speech, Targets};
use crate::clean::CleanRules;
use crate::cli::Analysis;
use crate::config::{Config, ConfigError};
use crate::ingest::IngestOptions;
use crate::pipeline::{Judge, Rules};
use crate::tag::{Lexicon, Tagger, Thresholds, Transformer, TransformerOptions};

/// The model that comes with the program.
const EMBEDDED_MODEL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/models/standpunt-mini");

/// The name that stands for the cue-word baseline.
const LEXICON: &str = "lexicon";

/// The configuration file under what was typed.
pub fn config(args: &Analysis) -> Result<Config, ConfigError> {
    let mut config = args.config.as_deref().map(Config::read).transpose()?.unwrap_or_default();
    let Analysis { config: _, model, targets, language, precision, threads } = args.clone();
    config.model = model.or(config.model);
    config.targets = targets.or(config.targets);
    config.language = language.or(config.language);
    config.precision = precision.unwrap_or(config.precision);
    config.threads = threads.unwrap_or(config.threads);
    Ok(config)
}

fn read(path: &Path) -> Result<String, ConfigError> {
    fs::read_to_string(path).map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })
}

/// How inputs are read.
pub fn ingest(config: &Config) -> IngestOptions {
    IngestOptions { columns: config.columns.clone(), ..IngestOptions::new(jiff::Zoned::now().date()) }
}

/// The targets file, embedded or given.
pub fn targets_text(path: Option<&Path>) -> Result<String, ConfigError> {
    path.map_or_else(|| Ok(EMBEDDED_TARGETS.to_owned()), read)
}

/// Targets, embedded or from a file.
pub fn targets(path: Option<&Path>) -> anyhow::Result<Targets> {
    let name = path.map_or_else(|| "embedded".into(), |path| path.display().to_string());
    Targets::parse(&targets_text(path)?).with_context(|| format!("targets {name}"))
}

/// The rules of the steps before tagging.
pub fn rules(config: &Config) -> anyhow::Result<Rules> {
    let speech = config.speech.as_deref().map(|path| anyhow::Ok(Speech::parse(&read(path)?)?)).transpose()?;
    Ok(Rules {
        clean: CleanRules::default(),
        targets: targets(config.targets.as_deref())?,
        speech: speech.unwrap_or_else(Speech::embedded),
        language: config.language,
    })
}

/// The taggers, one a thread.
pub fn judge(config: &Config) -> anyhow::Result<Judge> {
    let count = match config.threads {
        0 => thread::available_parallelism().map_or(1, usize::from),
        threads => threads,
    };
    if config.model.as_deref() == Some(Path::new(LEXICON)) {
        let taggers = (0..count).map(|_| anyhow::Ok(Box::new(Lexicon::embedded()?) as Box<dyn Tagger>));
        return Ok(Judge { taggers: taggers.collect::<anyhow::Result<_>>()?, thresholds: Thresholds::default() });
    }
    let folder = config.model.clone().unwrap_or_else(|| PathBuf::from(EMBEDDED_MODEL));
    let options = TransformerOptions { precision: config.precision, batch_tokens: config.batch_tokens };
    let first = Transformer::load(&folder, options)?;
    let thresholds = first.bundle().threshold.clone();
    let mut taggers: Vec<Box<dyn Tagger>> = Vec::with_capacity(count);
    for _ in 1..count {
        taggers.push(Box::new(first.replicate()?));
    }
    taggers.push(Box::new(first));
    Ok(Judge { taggers, thresholds })
}
