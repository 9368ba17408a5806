//! What became of every input.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Something that was not as it should be and was put right; the article is analysed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repair {
    /// A fixed word for counting: `encoding`, `date_future`, `date_impossible`, `control_characters`, `duplicate_id`, ….
    pub kind: String,
    /// What was found and what was done.
    pub detail: String,
}

/// An input that could not be analysed, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    /// File, or `-`.
    pub path: String,
    /// Line or row, from 1, where the file holds many articles.
    pub record: Option<u64>,
    /// A fixed word for counting: `unreadable`, `empty`, `bad_json`, ….
    pub kind: String,
    /// The cause and the remedy.
    pub detail: String,
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.record {
            Some(record) => write!(f, "{}:{record}: {}", self.path, self.detail),
            None => write!(f, "{}: {}", self.path, self.detail),
        }
    }
}

/// What became of one input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Analysed as it was.
    Accepted,
    /// Analysed after repairs.
    Repaired,
    /// Not analysed.
    Rejected,
}

/// One row of the ledger: accepted + repaired + rejected = read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerEntry {
    /// The article, unless rejected before it had an id.
    pub article: Option<String>,
    /// File, or `-`.
    pub path: String,
    /// Line or row, from 1.
    pub record: Option<u64>,
    /// What became of it.
    pub status: Status,
    /// What was repaired, or why it was rejected.
    pub notes: Vec<Repair>,
    /// Encoding it was read in.
    pub encoding: Option<String>,
    /// Its language, where analysed.
    pub language: Option<String>,
    /// Its date as known, or none.
    pub date: Option<String>,
    /// The first article of its cluster of (near) duplicates, where it is not that itself.
    pub duplicate_of: Option<String>,
}
