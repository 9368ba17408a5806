//! What `sentencex` says.

use std::collections::VecDeque;

use super::quotes;

/// Bytes handed to `sentencex` at a time: more than nearly every paragraph, and little enough that its scans for pairs
/// never dominate.
const CHUNK: usize = 16 * 1024;

/// The sentence ends that `sentencex` finds in a paragraph, in order, found chunk by chunk as they are asked for.
///
/// It gets the text with quotation marks and brackets blanked out: it takes whatever stands between two such marks
/// for one sentence, which news is not. Blanks keep byte offsets.
pub struct Votes<'t> {
    text: &'t str,
    code: &'t str,
    /// Everything before it has been asked for.
    read: usize,
    ends: VecDeque<usize>,
}

impl<'t> Votes<'t> {
    /// The votes on a paragraph under a language code of `sentencex`.
    pub fn new(text: &'t str, code: &'t str) -> Self {
        Self { text, code, read: 0, ends: VecDeque::new() }
    }

    /// Whether a sentence ends at or after `from` and before or at `to`; calls must ascend.
    pub fn any_in(&mut self, from: usize, to: usize) -> bool {
        while self.read < to {
            self.read_chunk();
        }
        while self.ends.front().is_some_and(|end| *end < from) {
            self.ends.pop_front();
        }
        self.ends.front().is_some_and(|end| *end <= to)
    }

    fn read_chunk(&mut self) {
        let end = chunk_end(self.text, self.read);
        let blanked = blank(&self.text[self.read..end]);
        let boundaries = sentencex::get_sentence_boundaries(self.code, &blanked);
        self.ends.extend(boundaries.into_iter().map(|boundary| self.read + boundary.end_byte).filter(|at| *at < end));
        self.read = end;
    }
}

/// Where the chunk from `start` ends: between two words where there are any, so that the cut itself is no sentence end.
fn chunk_end(text: &str, start: usize) -> usize {
    if text.len() - start <= CHUNK {
        return text.len();
    }
    let limit = text.floor_char_boundary(start + CHUNK);
    let window = &text[start..limit];
    let between_words = window.rmatch_indices(' ').find(|(i, _)| window[..*i].ends_with(char::is_alphanumeric));
    between_words.map_or(limit, |(i, _)| start + i)
}

/// The text with spaces for quotation marks and brackets, byte for byte; apostrophes inside words stay.
fn blank(text: &str) -> String {
    let mut blanked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let in_word =
            || blanked.ends_with(char::is_alphanumeric) && rest[c.len_utf8()..].starts_with(char::is_alphanumeric);
        match quotes::mark(rest) {
            Some(mark) if !(matches!(mark, "'" | "’") && in_word()) => {
                blanked.extend(std::iter::repeat_n(' ', mark.len()));
                rest = &rest[mark.len()..];
            }
            _ => {
                blanked.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    blanked
}
