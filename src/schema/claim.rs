//! The unit that is judged: a sentence that bears on a target.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Span;

/// How a target is present in a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Presence {
    /// By an alias, a derived word, or a person who acts for it.
    Named,
    /// By a pronoun or description that continues an earlier mention.
    Carried,
}

/// Whether the main assertion is somebody's speech.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Speech {
    /// The author's own words.
    None,
    /// Between quotation marks.
    Direct,
    /// Reported ("volgens X", "X zegt dat …").
    Indirect,
}

/// Who holds a position, or utters a sentence. Written as `author`, `unnamed` or the name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Holder {
    /// The writer of the article.
    Author,
    /// An anonymous source.
    Unnamed,
    /// The fullest name that the article gives; joint holders are joined with " & ".
    Named(String),
}

impl Holder {
    /// The class that aggregates are split by: `author` or `quoted`.
    #[must_use]
    pub fn class(&self) -> &'static str {
        if *self == Self::Author { "author" } else { "quoted" }
    }
}

impl From<&str> for Holder {
    fn from(text: &str) -> Self {
        match text {
            "author" => Self::Author,
            "unnamed" => Self::Unnamed,
            name => Self::Named(name.to_owned()),
        }
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Author => "author",
            Self::Unnamed => "unnamed",
            Self::Named(name) => name,
        })
    }
}

impl Serialize for Holder {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Holder {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| text.as_str().into())
    }
}

/// A sentence that bears on a target, and whose position it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Index of the sentence in its document.
    pub sentence: usize,
    /// Id of the target (`russia`, `west`, or another study's).
    pub target: String,
    /// Named or carried.
    pub presence: Presence,
    /// The words that bring the target in, in bytes of the document's text.
    pub mention: Span,
    /// Who holds the position, should the sentence take one; a neutral claim's holder is its voice.
    pub holder: Holder,
    /// Who utters the main assertion.
    pub voice: Holder,
    /// How it is uttered.
    pub speech: Speech,
}
