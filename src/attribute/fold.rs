//! Case-folded text that leads back to its source, and words.

use std::ops::Range;

use crate::schema::{OffsetMap, Span};

/// A stretch of the document folded for matching: lower case, one kind of apostrophe, plain spaces, е for ё.
pub(super) struct Folded {
    pub(super) text: String,
    map: OffsetMap,
}

impl Folded {
    pub(super) fn new(source: &str, span: Span) -> Self {
        let mut text = String::with_capacity(span.len());
        let mut map = OffsetMap::identity(0, span.start);
        for char in span.of(source).chars() {
            let before = text.len();
            match char {
                '’' | 'ʼ' => text.push('\''),
                c if c.is_whitespace() => text.push(' '),
                c => text.extend(c.to_lowercase().map(|lower| if lower == 'ё' { 'е' } else { lower })),
            }
            map.replace(text.len() - before, char.len_utf8());
        }
        Self { text, map }
    }

    /// The bytes of the source that a range of the folded text stands for.
    pub(super) fn source(&self, range: Range<usize>) -> Span {
        let last_char = self.text[range.clone()].chars().next_back().map_or(0, char::len_utf8);
        self.map.span_to_source(range.into(), last_char)
    }
}

/// The folded form of a whole string, as word lists are written.
pub(super) fn fold(text: &str) -> String {
    Folded::new(text, Span::new(0, text.len())).text
}

/// The ranges of the words of `text`: runs of letters and digits, held together by inner hyphens, and by apostrophes
/// where these are letters (Cyrillic) or belong to a name (O'Neill) rather than mark an elision (l'Europe).
pub(super) fn words(text: &str) -> Vec<Range<usize>> {
    let mut words: Vec<Range<usize>> = Vec::new();
    let mut chars = text.char_indices().peekable();
    let mut start = None;
    let mut last = '\0';
    while let Some((at, char)) = chars.next() {
        let next = chars.peek().map(|&(_, next)| next);
        let inner = start.is_some()
            && next.is_some_and(char::is_alphanumeric)
            && match char {
                '-' | '\u{2011}' => true,
                '\'' | '’' | 'ʼ' => matches!(last, '\u{400}'..='\u{4ff}') || last == 'O',
                _ => false,
            };
        if is_word(char) || inner {
            start.get_or_insert(at);
        } else if let Some(from) = start.take() {
            words.push(from..at);
        }
        last = char;
    }
    words.extend(start.map(|from| from..text.len()));
    words
}

/// Letters, digits and the marks that combine with them.
pub(super) fn is_word(char: char) -> bool {
    char.is_alphanumeric() || matches!(char, '\u{300}'..='\u{36f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_leads_back_to_the_source() {
        let text = "Ёлка in İzmir’s";
        let folded = Folded::new(text, Span::new(0, text.len()));
        let at = folded.text.find("zmir").unwrap();
        assert_eq!(folded.source(at..at + 4).of(text), "zmir");
        assert_eq!(folded.source(0..8).of(text), "Ёлка");
    }

    #[test]
    fn words_keep_hyphens_and_split_elisions() {
        let text = "l'OTAN, EU-landen en Мар'яна (Wit-Rus)";
        let found: Vec<_> = words(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, ["l", "OTAN", "EU-landen", "en", "Мар'яна", "Wit-Rus"]);
    }
}
