//! From an article as received to its cleaned text and blocks.
//!
//! 1. [`normalise`]: line breaks become `\n`, invisible characters go, hard-wrapped lines are joined; every byte of the
//!    result leads back to the source.
//! 2. Each line is a paragraph; credits, bylines, source lists and page furniture are known by sure signs from a word
//!    list ([`CleanRules`]).
//! 3. What repeats a sentence of the text is a pull quote; what is short and stands over a paragraph is a title or a
//!    heading; the rest is body.
//!
//! Where a rule is in doubt the paragraph is body: analysing a caption costs less than losing a paragraph.

mod classify;
mod credits;
mod normalise;
mod pull_quote;
mod rules;
mod sentences;
mod standing;

pub use normalise::{normalise, normalise_line};
pub use rules::{CleanRules, RulesError};

use crate::schema::{Article, Block, BlockKind, Document, Span};

/// Between a title that was a field of its own and the body.
const TITLE_BREAK: &str = "\n\n";

/// Cleans an article and finds its blocks.
///
/// A title field is brought to one line by [`normalise_line`]; spans in it lead back to the field itself as long as it
/// was one line already, as [`crate::ingest`] makes it.
#[must_use]
pub fn clean(article: &Article, rules: &CleanRules) -> Document {
    let title = article.title.as_deref().map(normalise_line).filter(|title| !title.is_empty());
    let (body, map) = normalise(&article.body);
    let mut text = String::with_capacity(body.len() + 200);
    let mut blocks = Vec::new();
    if let Some(title) = &title {
        text.push_str(title);
        blocks.push(Block { kind: BlockKind::Title, span: Span::new(0, title.len()), paragraph: 0 });
        text.push_str(TITLE_BREAK);
    }
    let body_start = text.len();
    text.push_str(&body);
    blocks.extend(classify::blocks(&text, body_start, title.as_deref(), rules));
    Document { text, blocks, body_start, map }
}

/// The date marker that a text may begin with, ` date YYYY[-MM[-DD]]`: the marker's span and the date within it.
///
/// Text may follow on the same line. The date is not checked: `date 2022-13` is a marker too.
#[must_use]
pub fn marker(text: &str) -> Option<(Span, &str)> {
    let start = text.len() - text.trim_start().len();
    let after = text[start..].strip_prefix("date")?;
    let date_at = after.len() - after.trim_start_matches([' ', '\t']).len();
    let rest = &after[date_at..];
    let date = &rest[..rest.find(char::is_whitespace).unwrap_or(rest.len())];
    let well_formed = date.split('-').enumerate().all(|(i, part)| {
        part.bytes().all(|b| b.is_ascii_digit()) && if i == 0 { part.len() == 4 } else { matches!(part.len(), 1 | 2) }
    });
    (date_at > 0 && well_formed && date.split('-').count() <= 3).then(|| {
        let end = start + "date".len() + date_at + date.len();
        (Span::new(start, end), date)
    })
}
