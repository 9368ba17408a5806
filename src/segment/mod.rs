//! Document → sentences.
//!
//! 1. [`detect_language`] tells which of the eight languages an article is in.
//! 2. [`split`] cuts a text into sentences. `sentencex` gives its vote at every full stop, question and exclamation
//!    mark; rules over the word lists of `data/segment.toml` settle what it cannot see: quotations of several sentences, reporting
//!    clauses, abbreviations, dates, ordinals, brackets. The pieces and the white space between them are the text.
//! 3. [`segment`] does so for every analysed block of a document.

mod language;
mod lexicon;
mod quotes;
mod rules;
mod scan;
mod vote;
mod words;

pub use language::detect_language;

use crate::schema::{Document, Language, Sentence, Span};
use lexicon::Lexicon;
use rules::Verdict;

/// The sentences of the document's analysed blocks, in order; none crosses a block.
#[must_use]
pub fn segment(document: &Document, language: Language) -> Vec<Sentence> {
    let analysed = document.blocks.iter().filter(|block| block.kind.is_analysed());
    analysed
        .flat_map(|block| {
            split(block.span.of(&document.text), language).into_iter().map(|span| Sentence {
                span: Span::new(block.span.start + span.start, block.span.start + span.end),
                block: block.kind,
                paragraph: block.paragraph,
                language,
            })
        })
        .collect()
}

/// The sentences of a text as ascending byte spans without surrounding white space.
///
/// A blank line always ends a sentence, a single line break never does. Time and memory grow linearly with the text, also where
/// it is all one line.
#[must_use]
pub fn split(text: &str, language: Language) -> Vec<Span> {
    let lexicon = Lexicon::of(language);
    let mut spans = Vec::new();
    for paragraph in paragraphs(text) {
        let (content, mut start) = (paragraph.of(text), 0);
        let mut votes = vote::Votes::new(content, &lexicon.sentencex);
        for candidate in scan::candidates(content, lexicon) {
            let is_end = match rules::judge(content, start, &candidate, lexicon) {
                Verdict::Break => true,
                Verdict::Join => false,
                Verdict::Open(until) => votes.any_in(candidate.marks.end, until),
            };
            if is_end {
                spans.push(Span::new(paragraph.start + start, paragraph.start + candidate.end));
                start = candidate.next;
            }
        }
        if start < content.len() {
            spans.push(Span::new(paragraph.start + start, paragraph.end));
        }
    }
    spans
}

/// The stretches between blank lines, trimmed; none is empty.
fn paragraphs(text: &str) -> impl Iterator<Item = Span> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = &text[at..];
        let start = at + (rest.len() - rest.trim_start().len());
        if start == text.len() {
            return None;
        }
        at = blank_line(text, start).unwrap_or(text.len());
        Some(Span::new(start, start + text[start..at].trim_end().len()))
    })
}

/// Where the first run of white space with two line breaks in it begins, at or after `from`.
fn blank_line(text: &str, from: usize) -> Option<usize> {
    let mut run = None; // (start of the run of white space, line breaks in it)
    for (i, c) in text[from..].char_indices() {
        if !c.is_whitespace() {
            run = None;
            continue;
        }
        let (start, breaks) = run.unwrap_or((from + i, 0));
        let breaks = breaks + usize::from(matches!(c, '\n' | '\u{2029}'));
        if breaks == 2 {
            return Some(start);
        }
        run = Some((start, breaks));
    }
    None
}
