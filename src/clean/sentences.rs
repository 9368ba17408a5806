//! A rough cut into sentences and words, good enough to count and compare them.
//!
//! The pipeline's sentences come from [`crate::segment`]; here a wrong cut after an abbreviation does no harm.

use crate::schema::Span;

/// Marks that end a sentence.
pub(super) const FINAL: [char; 4] = ['.', '!', '?', '…'];
/// Marks that may close a quotation or bracket after it.
pub(super) const CLOSING: [char; 8] = ['"', '”', '“', '»', '’', '\'', ')', ']'];
/// Marks that open a displayed quotation.
pub(super) const OPENING: [char; 8] = ['"', '“', '„', '«', '‘', '”', '\'', '’'];

/// Whether a line ends as a sentence does.
pub(super) fn ends_sentence(line: &str) -> bool {
    line.trim_end().trim_end_matches(CLOSING).ends_with(FINAL)
}

/// Whether a quotation runs on before or after the line: such a line is part of somebody's speech.
pub(super) fn has_open_quote(line: &str) -> bool {
    let double = line.chars().filter(|c| matches!(c, '"' | '“' | '”' | '„' | '«' | '»')).count();
    // Inside a line a single mark may be an apostrophe; at its very end it closes.
    let single = line.ends_with(['’', '\'']) && !line.chars().rev().skip(1).any(|c| matches!(c, '‘' | '’' | '\''));
    double % 2 == 1 || single
}

/// Spans of the rough sentences of `text`: ascending, without surrounding white space.
pub(super) fn split(text: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut start = 0;
    let mut ended = false;
    let mut spaced = false;
    for (at, c) in text.char_indices() {
        if ended && spaced && !c.is_whitespace() {
            if !c.is_lowercase() {
                spans.extend(trimmed(text, start, at));
                start = at;
            }
            ended = false;
        }
        spaced = c.is_whitespace();
        if FINAL.contains(&c) {
            ended = true;
        } else if !spaced && !CLOSING.contains(&c) {
            ended = false;
        }
    }
    spans.extend(trimmed(text, start, text.len()));
    spans
}

fn trimmed(text: &str, start: usize, end: usize) -> Option<Span> {
    let piece = &text[start..end];
    let left = start + piece.len() - piece.trim_start().len();
    let right = start + piece.trim_end().len();
    (left < right).then(|| Span::new(left, right))
}

/// The words of a text: runs of letters and digits, an apostrophe or hyphen inside them included.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '’' | '-')))
        .map(|word| word.trim_matches(['\'', '’', '-']))
        .filter(|word| !word.is_empty())
}
