//! What stops a run before it begins.

use std::path::PathBuf;

use super::Format;

/// Why there is nothing to read.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// Neither a file, nor a folder, nor a pattern that fits one.
    #[error("{input}: no such file or folder; check the path, or put a pattern such as 'news/*.txt' in quotes")]
    NotFound {
        /// As given.
        input: String,
    },
    /// A folder, or one below it, cannot be listed.
    #[error("{}: the folder cannot be read; check its permissions", path.display())]
    UnreadableFolder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A pattern that is not one.
    #[error("{pattern}: not a valid pattern; '*' fits any name, '**' any folders, '[ab]' one of the letters")]
    BadPattern {
        /// As given.
        pattern: String,
        /// Where it goes wrong.
        #[source]
        source: glob::PatternError,
    },
    /// The inputs exist and hold no file of a known format.
    #[error("{inputs}: no article found; known formats are {known}", known = Format::EXTENSIONS)]
    NothingFound {
        /// All inputs.
        inputs: String,
    },
}

/// Why a file of month names cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum MonthsError {
    /// Not TOML, or not lists of lists of names.
    #[error("the month names are not valid: {0}")]
    Syntax(#[from] toml::de::Error),
    /// A year has twelve months.
    #[error("the month names of '{language}' are {count} lists; twelve are needed, January first")]
    Count {
        /// Key of the language.
        language: String,
        /// Lists found.
        count: usize,
    },
    /// One word for two months.
    #[error("the month name '{name}' of '{language}' already names another month")]
    Ambiguous {
        /// Key of the language.
        language: String,
        /// The word.
        name: String,
    },
}
