//! The configuration file: every field has a default, unknown fields are refused, and every run keeps the result.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::aggregate::{Granularity, Weighting};
use crate::schema::Language;
use crate::tag::Precision;

/// The configuration file with every field and its default, explained.
pub const DOCUMENTED: &str = include_str!("config.toml");

/// What a run does, apart from its inputs. `standpunt config` prints this file with its defaults.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Model folder, or `lexicon` for the cue-word baseline. None is the embedded model.
    pub model: Option<PathBuf>,
    /// Targets file; none is the embedded `data/targets.toml`.
    pub targets: Option<PathBuf>,
    /// Speech lexicon for attribution; none is the embedded `data/speech.toml`.
    pub speech: Option<PathBuf>,
    /// Language of all articles; none detects it per article.
    pub language: Option<Language>,
    /// Arithmetic of the model: `auto`, `f32` or `bf16`.
    pub precision: Precision,
    /// Scoring threads; 0 is one a core.
    pub threads: usize,
    /// Most padded tokens in one batch.
    pub batch_tokens: usize,
    /// How finely time is cut.
    pub period: Granularity,
    /// Whether copies of one text count once or each.
    pub duplicates: Weighting,
    /// Bootstrap resamples.
    pub replicates: usize,
    /// Seed of the bootstrap.
    pub seed: u64,
    /// CSV and JSONL columns.
    pub columns: crate::ingest::Columns,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            model: None,
            targets: None,
            speech: None,
            language: None,
            precision: Precision::Auto,
            threads: 0,
            batch_tokens: 2048,
            period: Granularity::Month,
            duplicates: Weighting::Once,
            replicates: 1000,
            seed: 1,
            columns: crate::ingest::Columns::default(),
        }
    }
}

/// Why a configuration file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// It cannot be read.
    #[error("config {path}: {source}", path = path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It is not what it should be.
    #[error("config {path}: {cause}\n  `standpunt config` prints every field with its default", path = path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// Line, field and cause.
        cause: String,
    },
}

impl Config {
    /// Reads a file; fields that it lacks keep their defaults.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })?;
        toml::from_str(&text).map_err(|error| ConfigError::Invalid { path: path.to_owned(), cause: error.to_string() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_file_is_the_default() {
        assert_eq!(toml::from_str::<Config>(DOCUMENTED).unwrap(), Config::default());
        // Every field is told of, set or not.
        let set = toml::Table::try_from(Config {
            model: Some("m".into()),
            targets: Some("t".into()),
            speech: Some("s".into()),
            language: Some(Language::Nl),
            ..Config::default()
        })
        .unwrap();
        for field in set.keys() {
            assert!(
                DOCUMENTED.contains(&format!("{field} = ")) || DOCUMENTED.contains(&format!("[{field}]")),
                "{field}"
            );
        }
    }
}
