//! Half-open byte spans and the maps that lead from derived text back to its source.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// A half-open range of bytes, `start <= end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// # Panics
    /// When `start > end`: a bug in the caller, never a property of the input.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        assert!(start <= end, "span {start}..{end} runs backwards");
        Self { start, end }
    }

    /// Length in bytes.
    #[must_use]
    pub fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether it covers no byte.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether `other` lies wholly inside.
    #[must_use]
    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the two share a byte.
    #[must_use]
    pub fn overlaps(self, other: Span) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The text it covers.
    #[must_use]
    pub fn of(self, text: &str) -> &str {
        &text[self.start..self.end]
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self::new(range.start, range.end)
    }
}

/// Leads byte offsets of a derived text back to the text (or file) that it was derived from.
///
/// Built by telling, in order, what was copied, replaced, inserted and skipped; kept as runs in which both sides
/// advance byte by byte, so that an unchanged text costs one run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OffsetMap {
    /// (derived start, source start, bytes copied one to one), ascending.
    runs: Vec<(usize, usize, usize)>,
    derived: usize,
    source: usize,
}

impl OffsetMap {
    /// The map of a text of `len` bytes onto itself, `shift` bytes into its source (a byte order mark, say).
    #[must_use]
    pub fn identity(len: usize, shift: usize) -> Self {
        let mut map = Self::default();
        map.skip(shift);
        map.copy(len);
        map
    }

    /// `len` bytes stand in both.
    pub fn copy(&mut self, len: usize) {
        match self.runs.last_mut() {
            Some((derived, source, run)) if *derived + *run == self.derived && *source + *run == self.source => {
                *run += len
            }
            _ => self.runs.push((self.derived, self.source, len)),
        }
        self.derived += len;
        self.source += len;
    }

    /// `derived` bytes stand for `source` bytes (either may be 0: something deleted or inserted).
    pub fn replace(&mut self, derived: usize, source: usize) {
        if derived == source {
            return self.copy(derived);
        }
        if derived > 0 {
            self.runs.push((self.derived, self.source, 0));
        }
        self.derived += derived;
        self.source += source;
    }

    /// `len` bytes of the source do not appear.
    pub fn skip(&mut self, len: usize) {
        self.replace(0, len);
    }

    /// The source offset of the start of the character at `offset`.
    #[must_use]
    pub fn to_source(&self, offset: usize) -> usize {
        if offset >= self.derived {
            return self.source;
        }
        let at = self.runs.partition_point(|run| run.0 <= offset);
        match at.checked_sub(1).map(|i| self.runs[i]) {
            Some((derived, source, run)) => source + (offset - derived).min(run),
            None => 0,
        }
    }

    /// The source span of a span: from the source of its first byte to just after the source of its last.
    ///
    /// `last_char` is the byte length of the span's last character in the derived text.
    #[must_use]
    pub fn span_to_source(&self, span: Span, last_char: usize) -> Span {
        if span.is_empty() {
            let at = self.to_source(span.start);
            return Span::new(at, at);
        }
        let start = self.to_source(span.start);
        let last = span.end - last_char;
        let at = self.runs.partition_point(|run| run.0 <= last);
        let end = match at.checked_sub(1).map(|i| self.runs[i]) {
            Some((derived, source, run)) if last - derived < run => source + (last - derived) + last_char,
            // Inside a replacement: up to where the source goes on.
            _ => self.runs.get(at).map_or(self.source, |run| run.1),
        };
        Span::new(start, end.max(start))
    }

    /// Bytes of the derived text told of so far.
    #[must_use]
    pub fn derived_len(&self) -> usize {
        self.derived
    }
}
