//! Which words stand in quotations.

use super::lexicon::{Lexicon, Role};
use super::scan::Scan;

/// Marks the quoted words of all sentences. A quotation runs over sentences, and over paragraphs where the next
/// paragraph closes it; one that is never closed ends with its paragraph, or, where it began inside a sentence, was
/// none (an apostrophe).
pub(super) fn mark(text: &str, scans: &mut [Scan], lexicon: &Lexicon) {
    let mut open: Option<Open> = None;
    let mut first = 0;
    while first < scans.len() {
        let paragraph = scans[first].sentence.paragraph;
        let end = first + scans[first..].iter().take_while(|scan| scan.sentence.paragraph == paragraph).count();
        let next = scans.get(end).map(|scan| scan.sentence.span);
        open = mark_paragraph(text, &mut scans[first..end], lexicon, open);
        if let Some(quote) = &open
            && !next.is_some_and(|span| closes_first(span.of(text), quote.mark, lexicon))
        {
            open = None;
        }
        mark_dialogue(text, &mut scans[first..end], lexicon);
        first = end;
    }
}

/// A quotation not closed yet.
struct Open {
    mark: char,
    start: usize,
}

fn mark_paragraph(text: &str, scans: &mut [Scan], lexicon: &Lexicon, carried: Option<Open>) -> Option<Open> {
    let (start, end) = (scans[0].sentence.span.start, scans[scans.len() - 1].sentence.span.end);
    let mut open = carried.map(|open| Open { start, ..open });
    let mut quoted = Vec::new();
    let mut before = ' ';
    for (offset, char) in text[start..end].char_indices() {
        let at = start + offset;
        let after = text[at + char.len_utf8()..end].chars().next().unwrap_or(' ');
        match &open {
            Some(quote) if lexicon.quotes.contains(&(quote.mark, char)) && is_end(char, before, after) => {
                quoted.push(quote.start..at);
                open = None;
            }
            None if lexicon.quotes.iter().any(|&(mark, _)| mark == char)
                && is_start(char, before, after)
                && (char != '\'' || closes(&text[at + 1..end])) =>
            {
                open = Some(Open { mark: char, start: at });
            }
            _ => {}
        }
        before = char;
    }
    let unclosed = open.filter(|quote| scans.iter().any(|scan| scan.sentence.span.start == quote.start));
    if let Some(quote) = &unclosed {
        quoted.push(quote.start..end);
    }
    for token in scans.iter_mut().flat_map(|scan| &mut scan.tokens) {
        let before = quoted.partition_point(|range| range.end <= token.span.start);
        token.quoted = quoted.get(before).is_some_and(|range| range.start < token.span.start);
    }
    unclosed
}

/// Marks that also serve as apostrophes or are the same on both sides tell by their neighbours.
fn is_start(mark: char, before: char, after: char) -> bool {
    match mark {
        '«' | '„' | '“' | '‚' => true,
        _ => {
            !before.is_alphanumeric() && !after.is_whitespace() && (before.is_whitespace() || !before.is_alphanumeric())
        }
    }
}

fn is_end(mark: char, before: char, after: char) -> bool {
    match mark {
        '\'' | '’' => !after.is_alphanumeric() && !before.is_whitespace(),
        _ => true,
    }
}

/// Whether a straight single quote is closed again: else it is the apostrophe of "'s avonds" or "'t".
fn closes(rest: &str) -> bool {
    let mut chars = rest.chars().peekable();
    let mut before = ' ';
    let mut letters = 0;
    while let Some(char) = chars.next() {
        let after = chars.peek().copied().unwrap_or(' ');
        if char == '\'' && letters > 1 && is_end(char, before, after) {
            return true;
        }
        if before == ' ' && letters == 1 && char == ' ' {
            return false;
        }
        letters += usize::from(char.is_alphanumeric());
        if letters == 1 && after == ' ' {
            return false;
        }
        before = char;
    }
    false
}

/// Whether a closing mark comes before any opening one.
fn closes_first(paragraph: &str, mark: char, lexicon: &Lexicon) -> bool {
    let mut before = ' ';
    let mut chars = paragraph.chars().peekable();
    while let Some(char) = chars.next() {
        let after = chars.peek().copied().unwrap_or(' ');
        if before != ' '
            && lexicon.quotes.contains(&(mark, char))
            && is_end(char, before, after)
            && !after.is_alphanumeric()
        {
            return true;
        }
        if lexicon.quotes.iter().any(|&(open, _)| open == char) && is_start(char, before, after) {
            return false;
        }
        before = char;
    }
    false
}

/// Dialogue: a sentence that starts with a dash is speech up to the dash before its reporting clause, and again after
/// a further one; sentences without a dash go on with the speech until it was reported.
fn mark_dialogue(text: &str, scans: &mut [Scan], lexicon: &Lexicon) {
    let mut speech = false;
    for scan in scans {
        speech |= scan.sentence.span.of(text).starts_with(lexicon.dashes.as_slice());
        if !speech {
            continue;
        }
        let mut quoted = true;
        for i in 0..scan.tokens.len() {
            let gap = scan.gap(text, i);
            if i > 0 && gap.contains(lexicon.dashes.as_slice()) {
                let pause = gap.trim_start().starts_with([',', '.', '!', '?', '…']);
                quoted = if quoted { !(pause || scan.tokens[i].is(Role::Say)) } else { pause };
            }
            scan.tokens[i].quoted |= quoted;
        }
        speech = quoted;
    }
}
