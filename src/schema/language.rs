//! The eight languages.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A language that `standpunt` has rules and lexicons for; written as its ISO 639-1 code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Dutch.
    Nl,
    /// English.
    En,
    /// German.
    De,
    /// French.
    Fr,
    /// Russian.
    Ru,
    /// Ukrainian.
    Uk,
    /// Polish.
    Pl,
    /// Belarusian.
    Be,
}

impl Language {
    /// All of them, Dutch first.
    pub const ALL: [Language; 8] = [Self::Nl, Self::En, Self::De, Self::Fr, Self::Ru, Self::Uk, Self::Pl, Self::Be];

    /// ISO 639-1 code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Nl => "nl",
            Self::En => "en",
            Self::De => "de",
            Self::Fr => "fr",
            Self::Ru => "ru",
            Self::Uk => "uk",
            Self::Pl => "pl",
            Self::Be => "be",
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl FromStr for Language {
    type Err = String;

    fn from_str(code: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|language| language.code() == code)
            .ok_or_else(|| format!("unknown language '{code}'; one of {}", Self::ALL.map(Self::code).join(", ")))
    }
}
