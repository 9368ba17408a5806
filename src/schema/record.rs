//! One output row.

use serde::{Deserialize, Serialize};

use super::{BlockKind, Field, Holder, Label, Language, Presence, Probabilities, Span, Speech};

/// One row of `records.jsonl`: a claim, its label, and everything needed to check it by eye.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StanceRecord {
    /// Id of the article.
    pub article: String,
    /// Outlet, where known.
    pub outlet: Option<String>,
    /// Date as finely as known (`2022`, `2022-02`, `2022-02-24`); none is "undated".
    pub date: Option<String>,
    /// The first article of its cluster of duplicates; the article's own id where it stands alone.
    pub cluster: String,
    /// Number of the sentence in its article, from 0.
    pub sentence: usize,
    /// The sentence.
    pub text: String,
    /// Its bytes in the source file, or in the field where the file has no such bytes.
    pub span: Span,
    /// What `span` counts in.
    pub field: Field,
    /// Title, lead or body.
    pub block: BlockKind,
    /// Language of the article.
    pub language: Language,
    /// Id of the target.
    pub target: String,
    /// The words that bring the target in.
    pub mention: String,
    /// Named or carried.
    pub presence: Presence,
    /// Who holds the position.
    pub holder: Holder,
    /// Who utters the sentence.
    pub voice: Holder,
    /// Direct, indirect or none.
    pub speech: Speech,
    /// The label.
    pub label: Label,
    /// Calibrated probabilities.
    pub probabilities: Probabilities,
    /// Id of the model.
    pub model: String,
}

/// One row of `texts.jsonl`: an article as it was analysed, so that every number can be read back in context.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ArticleText {
    /// Id of the article.
    pub article: String,
    /// Its title, where one was found.
    pub title: Option<String>,
    /// Outlet, where known.
    pub outlet: Option<String>,
    /// Date as finely as known; none is "undated".
    pub date: Option<String>,
    /// Language.
    pub language: Language,
    /// File, or `-`.
    pub path: String,
    /// The first article of its cluster of duplicates; its own id where it stands alone.
    pub cluster: String,
    /// Every sentence of an analysed block, in order; [`StanceRecord::sentence`] counts these.
    pub sentences: Vec<SentenceText>,
}

/// A sentence of an [`ArticleText`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SentenceText {
    /// The sentence.
    pub text: String,
    /// Its bytes in the source file or field, as [`StanceRecord::span`].
    pub span: Span,
    /// What `span` counts in.
    pub field: Field,
    /// Title, lead or body.
    pub block: BlockKind,
    /// Number of its paragraph.
    pub paragraph: usize,
}
