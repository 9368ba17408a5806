//! Line breaks, spaces and invisible characters, with the way back to the source.

use crate::schema::OffsetMap;

/// What becomes of a character.
enum Fate {
    Kept,
    /// Stands as this ASCII character.
    As(char),
    Dropped,
}

fn fate(c: char) -> Fate {
    match c {
        '\n' | ' ' => Fate::Kept,
        // Carriage return, next line, vertical tab, form feed, and Unicode's line and paragraph separators.
        '\r' | '\u{85}' | '\u{b}' | '\u{c}' | '\u{2028}' | '\u{2029}' => Fate::As('\n'),
        // Zero-width and soft hyphens, direction marks, byte order marks: they split words for every later step.
        '\u{ad}'
        | '\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}' => Fate::Dropped,
        '\t' => Fate::As(' '),
        c if c.is_control() => Fate::Dropped,
        // No-break and thin spaces: "24 000", "« Non »".
        c if c.is_whitespace() => Fate::As(' '),
        _ => Fate::Kept,
    }
}

/// The text with `\n` as its only line break and ` ` as its only space, without invisible and control characters, and
/// with hard-wrapped lines joined by a space; and the map back to `source`.
#[must_use]
pub fn normalise(source: &str) -> (String, OffsetMap) {
    let mut text = String::with_capacity(source.len());
    let mut map = OffsetMap::default();
    let mut chars = source.chars().peekable();
    while let Some(c) = chars.next() {
        match fate(c) {
            Fate::Kept => {
                text.push(c);
                map.copy(c.len_utf8());
            }
            Fate::Dropped => map.skip(c.len_utf8()),
            Fate::As(stand_in) => {
                text.push(stand_in);
                let pair = c == '\r' && chars.next_if_eq(&'\n').is_some();
                map.replace(1, c.len_utf8() + usize::from(pair));
            }
        }
    }
    (unwrap_lines(text), map)
}

/// A title or other short field on one line: [`normalise`]d, white space collapsed.
#[must_use]
pub fn normalise_line(source: &str) -> String {
    let (text, _) = normalise(source);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// How many lines must run on into the next before a text counts as hard-wrapped.
const WRAPPED_LINES: usize = 3;

/// Joins the lines of a hard-wrapped text, where paragraphs are set apart by blank lines and a sentence runs on over
/// line ends. Line ends and spaces are both one byte, so the map stays true.
fn unwrap_lines(text: String) -> String {
    let mut breaks = Vec::new();
    let mut running_on = 0;
    let mut before = "";
    let mut at = 0;
    for line in text.split('\n') {
        let (left, right) = (before.trim(), line.trim());
        if !left.is_empty() && !right.is_empty() {
            let lower = right.starts_with(char::is_lowercase);
            let ended = left.ends_with(['.', '!', '?', '…', ':', ';', '"', '”', '»', '’']);
            running_on += usize::from(lower && !ended);
            // A title may stand right on top of the text.
            if lower || !breaks.is_empty() {
                breaks.push(at - 1);
            }
        }
        before = line;
        at += line.len() + 1;
    }
    if running_on < WRAPPED_LINES || running_on * 2 < breaks.len() {
        return text;
    }
    let mut bytes = text.into_bytes();
    for at in breaks {
        bytes[at] = b' ';
    }
    // A newline became a space: still UTF-8, so nothing is ever replaced here.
    String::from_utf8_lossy(&bytes).into_owned()
}
