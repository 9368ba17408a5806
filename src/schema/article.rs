//! An article as received.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Language, OffsetMap};

/// An article as received, decoded but otherwise untouched.
#[derive(Clone, Debug, PartialEq)]
pub struct Article {
    /// Unique within a run: the given id, else the file name (and row).
    pub id: String,
    /// Outlet, where known.
    pub outlet: Option<String>,
    /// When it was published; `None` is reported as "undated".
    pub date: Option<PublicationDate>,
    /// The language given with it, which overrides detection.
    pub language: Option<Language>,
    /// The title, where the format keeps it apart from the text.
    pub title: Option<String>,
    /// The text, in UTF-8; a plain-text file's title is its first line and stands here.
    pub body: String,
    /// Where it came from.
    pub origin: Origin,
}

/// Where an article came from, and how its text leads back to the bytes there.
#[derive(Clone, Debug, PartialEq)]
pub struct Origin {
    /// File as given, or `-` for standard input.
    pub path: String,
    /// Line or row of a file with many articles, from 1.
    pub record: Option<u64>,
    /// Encoding the file was read in (`utf-8`, `utf-16le`, `windows-1251`, …).
    pub encoding: String,
    /// From byte offsets of `body` to bytes of the file. For JSONL, CSV and HTML, where no such bytes exist, onto
    /// the body itself.
    pub offsets: OffsetMap,
    /// Whether `offsets` reaches the file's bytes.
    pub exact: bool,
}

/// How finely a date is known; coarser is less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DatePrecision {
    /// Only the year.
    Year,
    /// Year and month.
    Month,
    /// The day.
    Day,
}

/// Where a date was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DateOrigin {
    /// A ` date YYYY-MM-DD` line at the start of the text.
    Marker,
    /// Front matter, a JSON field, a CSV column or an HTML meta element.
    Field,
    /// The file's name.
    Filename,
}

/// A publication date with its precision; parts finer than the precision are 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicationDate {
    /// First day of the period that the date names.
    pub first_day: jiff::civil::Date,
    /// How finely it is known.
    pub precision: DatePrecision,
    /// Where it was found.
    pub origin: DateOrigin,
}

impl fmt::Display for PublicationDate {
    /// `2022`, `2022-02` or `2022-02-24`, as fine as known.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = self.first_day;
        match self.precision {
            DatePrecision::Year => write!(f, "{:04}", date.year()),
            DatePrecision::Month => write!(f, "{:04}-{:02}", date.year(), date.month()),
            DatePrecision::Day => write!(f, "{date}"),
        }
    }
}
