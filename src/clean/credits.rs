//! Photo captions and credits: lines of their own, or glued to a paragraph.

use super::rules::CleanRules;
use super::sentences;
use crate::schema::Span;

/// Bytes at the end of a line in which a credit is sought.
const CREDIT_REACH: usize = 240;
/// Characters of a caption of one sentence; two sentences must be shorter, because paragraphs of two are common.
const ONE_SENTENCE: usize = 250;
const TWO_SENTENCES: usize = 200;

/// The captions in a line, ascending, in bytes of the line; all of it, one end, or none.
pub(super) fn captions(line: &str, is_first: bool, rules: &CleanRules) -> Vec<Span> {
    if is_caption(line, rules) {
        return vec![Span::new(0, line.len())];
    }
    let glued_in_front = if is_first { in_front(line, rules) } else { None };
    let from = glued_in_front.map_or(0, |span| span.end);
    let glued_behind = credit_start(&line[from..], rules).map(|credit| {
        let start = from + caption_start(&line[from..], credit, rules);
        Span::new(start, line.len())
    });
    glued_in_front.into_iter().chain(glued_behind).collect()
}

/// Whether the whole line is a caption.
fn is_caption(line: &str, rules: &CleanRules) -> bool {
    let length = line.chars().take(ONE_SENTENCE + CREDIT_REACH).count();
    if length < TWO_SENTENCES && rules.label_first.is_match(line) {
        return true;
    }
    let Some(credit) = credit_start(line, rules) else {
        return length <= TWO_SENTENCES && rules.position.is_match(line) && sentences::split(line).len() == 1;
    };
    let text = line[..credit].trim_end();
    // Captions seldom quote; paragraphs do.
    if text.contains(['"', '“', '”', '„', '«']) {
        return false;
    }
    let length = text.chars().take(ONE_SENTENCE + 1).count();
    match sentences::split(text).len() {
        0 => true,
        1 => length <= ONE_SENTENCE,
        2 => length <= TWO_SENTENCES,
        _ => false,
    }
}

/// Where a credit at the end of the line begins.
fn credit_start(line: &str, rules: &CleanRules) -> Option<usize> {
    let mut reach = line.len().saturating_sub(CREDIT_REACH);
    while !line.is_char_boundary(reach) {
        reach += 1;
    }
    let tail = &line[reach..];
    let credits = rules.credit_at_end.iter().filter_map(|pattern| pattern.captures(tail)?.name("credit"));
    credits.map(|credit| reach + credit.start()).filter(|&start| start == 0 || reach == 0 || start > reach).min()
}

/// Where the caption before a glued credit begins: at a fragment that no full stop ends ("… Poetin in Minsk Foto
/// Kremlin") or at a sentence that says who stands where; else the credit stands alone.
fn caption_start(line: &str, credit: usize, rules: &CleanRules) -> usize {
    let text = &line[..credit];
    match sentences::split(text).last() {
        Some(last) if last.start > 0 => {
            let sentence = last.of(text);
            let fragment = !sentences::ends_sentence(sentence) && sentence.chars().count() <= TWO_SENTENCES;
            if fragment || rules.position.is_match(sentence) { last.start } else { credit }
        }
        _ => credit,
    }
}

/// A caption with its credit glued to the start of the text: "Betogers in Minsk. Beeld EPA Het protest groeit."
fn in_front(line: &str, rules: &CleanRules) -> Option<Span> {
    let found = rules.credit_in_front.captures(line)?;
    let (before, credit) = (found.name("before")?, found.name("credit")?);
    if before.as_str().chars().count() > TWO_SENTENCES || sentences::split(before.as_str()).len() > 2 {
        return None;
    }
    let end = credit.end() + usize::from(line[credit.end()..].starts_with('.'));
    Some(Span::new(0, end))
}
