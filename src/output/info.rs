//! `run.toml`: what a run was, so that it can be repeated and checked.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::config::Config;

/// `run.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunInfo {
    /// Version of the program.
    pub version: String,
    /// The command that made it, from the folder where it was given.
    #[serde(default)]
    pub command: String,
    /// Id of the tagger: name and content hash.
    pub model: String,
    /// blake3 hash of the targets file.
    pub targets: String,
    /// What was read and what became of it.
    pub counts: Tally,
    /// Display name of each target.
    pub target_names: BTreeMap<String, String>,
    /// The configuration, defaults filled in.
    pub config: Config,
    /// blake3 hash of each input file.
    pub inputs: Vec<InputHash>,
}

/// Totals of a run; accepted + repaired + rejected = read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Articles found.
    pub read: usize,
    /// Analysed as they were.
    pub accepted: usize,
    /// Analysed after repairs.
    pub repaired: usize,
    /// Not analysed.
    pub rejected: usize,
    /// Without a date.
    pub undated: usize,
    /// That repeat an earlier article.
    pub duplicates: usize,
    /// Sentences of analysed blocks.
    pub sentences: usize,
    /// Claims.
    pub claims: usize,
}

/// An input file and its content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputHash {
    /// File, or `-`.
    pub path: String,
    /// blake3, hexadecimal.
    pub blake3: String,
}
