//! Coded (sentence, target) pairs: the JSONL of `data/labels`, read for training and evaluation.

mod check;

pub use check::{Problem, check};

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::schema::{BlockKind, Holder, Language, Presence, Span, Stance};
use crate::tag::Pair;

/// What an annotator decided: a stance, or that the pair is not relevant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Code {
    /// As [`Stance::Against`].
    Against,
    /// As [`Stance::Neutral`].
    Neutral,
    /// As [`Stance::Favor`].
    Favor,
    /// The sentence does not bear on the target.
    None,
}

impl Code {
    /// The stance of a relevant pair.
    #[must_use]
    pub fn stance(self) -> Option<Stance> {
        match self {
            Self::Against => Some(Stance::Against),
            Self::Neutral => Some(Stance::Neutral),
            Self::Favor => Some(Stance::Favor),
            Self::None => None,
        }
    }
}

/// What a row is for; articles never cross.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Split {
    /// To learn from.
    Train,
    /// To choose the checkpoint, temperatures and thresholds by.
    Dev,
    /// To score, never to learn or choose from.
    Test,
}

/// One row of a label file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabelRow {
    /// Unique: article, sentence and target.
    pub id: String,
    /// Id of the article.
    pub article: String,
    /// Language of the sentence.
    pub language: Language,
    /// Number of the sentence in its article, from 0.
    #[serde(default)]
    pub sentence: usize,
    /// Number of its paragraph.
    #[serde(default)]
    pub paragraph: usize,
    /// Title, lead or body.
    #[serde(default = "body")]
    pub block: BlockKind,
    /// The sentence.
    pub text: String,
    /// The sentence before it, or empty.
    #[serde(default)]
    pub previous: String,
    /// Id of the target; in public data sets the entity's own words.
    pub target: String,
    /// The resolved code; `null` in a file still to be filled in.
    pub label: Option<Code>,
    /// Named or carried, where relevant.
    #[serde(default)]
    pub presence: Option<Presence>,
    /// The words that bring the target in, as they stand in `text`.
    #[serde(default)]
    pub mention: Option<String>,
    /// Who holds the position.
    #[serde(default)]
    pub holder: Option<Holder>,
    /// Who utters the main assertion.
    #[serde(default)]
    pub voice: Option<Holder>,
    /// Each annotator's own code.
    #[serde(default)]
    pub annotators: BTreeMap<String, Code>,
    /// Hard-case tags.
    #[serde(default)]
    pub tags: Vec<String>,
    /// What the row is for.
    pub split: Split,
    /// Probability with which a random sample drew this row's article, where it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inclusion: Option<f64>,
}

fn body() -> BlockKind {
    BlockKind::Body
}

impl LabelRow {
    /// What a tagger sees of the row. `name` is the target's name in the row's language.
    #[must_use]
    pub fn pair(&self, name: &str) -> Pair {
        let mention = self.mention.as_deref().and_then(|mention| locate(&self.text, mention));
        Pair {
            text: self.text.clone(),
            previous: self.previous.clone(),
            mention: mention.unwrap_or(Span::new(0, 0)),
            target: name.to_owned(),
            language: self.language,
        }
    }
}

/// Where the mention stands: a whole word before the beginning of one, that before the end of one, the first before the
/// next ("Rus" is not found in "Wit-Russische" where a "Rus" follows).
fn locate(text: &str, mention: &str) -> Option<Span> {
    let inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let rank = |span: &Span| {
        (inside(text[..span.start].chars().next_back()), inside(text[span.end..].chars().next()), span.start)
    };
    text.match_indices(mention).map(|(start, found)| Span::new(start, start + found.len())).min_by_key(rank)
}

/// Why label files cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LabelError {
    /// A file cannot be read.
    #[error("labels {path}: {source}\n  give a JSONL file, or a folder of them, as data/README.md describes", path = path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Rows are malformed or contradict each other; every problem is listed.
    #[error("{} in the labels:\n{}\n  correct these rows", count(problems.len()), list(problems))]
    Invalid {
        /// All of them, in one pass.
        problems: Vec<Problem>,
    },
}

fn count(n: usize) -> String {
    if n == 1 { "1 problem".into() } else { format!("{n} problems") }
}

fn list(problems: &[Problem]) -> String {
    const SHOWN: usize = 20;
    let mut lines: Vec<String> = problems.iter().take(SHOWN).map(|problem| format!("  {problem}")).collect();
    if problems.len() > SHOWN {
        lines.push(format!("  … and {} more", problems.len() - SHOWN));
    }
    lines.join("\n")
}

/// Reads one file, or every `.jsonl` directly inside a folder, sorted by name, and checks the rows together.
///
/// # Errors
/// [`LabelError`], with all problems of all files in one pass.
pub fn read(paths: &[PathBuf]) -> Result<Vec<LabelRow>, LabelError> {
    Ok(read_each(paths)?.into_iter().flatten().collect())
}

/// As [`read`], with the rows of each path by themselves. They are checked together: a leak can run across files.
///
/// # Errors
/// As [`read`].
pub fn read_each(paths: &[PathBuf]) -> Result<Vec<Vec<LabelRow>>, LabelError> {
    let (mut rows, mut ends, mut problems) = (Vec::new(), Vec::new(), Vec::new());
    for path in paths {
        for file in files(path)? {
            read_file(&file, &mut rows, &mut problems)?;
        }
        ends.push(rows.len());
    }
    problems.extend(check(&rows));
    if !problems.is_empty() {
        problems.sort();
        return Err(LabelError::Invalid { problems });
    }
    let mut rows = rows.into_iter().map(|(_, row)| row);
    let mut start = 0;
    Ok(ends.into_iter().map(|end| rows.by_ref().take(end - std::mem::replace(&mut start, end)).collect()).collect())
}

/// The label files that a path stands for.
///
/// # Errors
/// [`LabelError::Unreadable`].
pub fn files(path: &Path) -> Result<Vec<PathBuf>, LabelError> {
    let unreadable = |source| LabelError::Unreadable { path: path.to_owned(), source };
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in path.read_dir().map_err(unreadable)? {
        let file = entry.map_err(unreadable)?.path();
        if file.extension().is_some_and(|extension| extension == "jsonl") {
            files.push(file);
        }
    }
    files.sort();
    Ok(files)
}

type Located = (String, LabelRow);

fn read_file(path: &Path, rows: &mut Vec<Located>, problems: &mut Vec<Problem>) -> Result<(), LabelError> {
    let unreadable = |source| LabelError::Unreadable { path: path.to_owned(), source };
    let reader = BufReader::new(File::open(path).map_err(unreadable)?);
    for (number, line) in (1..).zip(reader.lines()) {
        let place = format!("{}:{number}", path.display());
        let line = line.map_err(unreadable)?;
        if line.trim().is_empty() {
            continue;
        }
        match serde_json::from_str(&line) {
            Ok(row) => rows.push((place, row)),
            Err(error) => problems.push(Problem::malformed(place, &error.to_string())),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mention_is_found_as_a_word_first() {
        let of = |text: &str, mention: &str| locate(text, mention).map(|span| span.start);
        assert_eq!(of("De Wit-Russische Rus", "Rus"), Some(17));
        assert_eq!(of("zegt ze", "ze"), Some(5));
        assert_eq!(of("onPoetin Poetins Poetin", "Poetin"), Some(17));
        assert_eq!(of("onPoetin Poetins", "Poetin"), Some(9));
        assert_eq!(of("anti-Poetins", "Poetin"), Some(5));
        assert_eq!(of("Minsk", "Moskou"), None);
    }
}
