//! Lines to blocks: first by their own words, then by what stands around them.

use super::rules::CleanRules;
use super::sentences::{self, CLOSING, OPENING};
use super::standing::{self, Sources};
use super::{credits, marker, pull_quote};
use crate::schema::{Block, BlockKind, Span};

/// Words and characters of the longest title and heading. A line that asks or exclaims is a heading only when it is
/// shorter still, because an interview's questions are text.
const TITLE_WORDS: usize = 28;
const TITLE_CHARS: usize = 200;
const HEADING_WORDS: usize = 12;
const HEADING_CHARS: usize = 90;
const ASKING_WORDS: usize = 4;
/// Characters of the longest lead, and of the shortest line that is text without a final full stop.
const LEAD_CHARS: usize = 900;
const TEXT_CHARS: usize = 120;

/// A stretch of one line; `None` until known to be anything but text.
struct Piece {
    span: Span,
    paragraph: usize,
    kind: Option<BlockKind>,
}

/// The blocks of `text` from `body_start`, ascending; `title` is the title field, if there was one.
pub(super) fn blocks(text: &str, body_start: usize, title: Option<&str>, rules: &CleanRules) -> Vec<Block> {
    let first_paragraph = usize::from(title.is_some());
    let mut pieces = by_their_words(text, body_start, first_paragraph, rules);
    mark_pull_quotes(text, &mut pieces);
    mark_title_and_headings(text, title, &mut pieces);
    pieces
        .into_iter()
        .map(|piece| Block {
            kind: piece.kind.unwrap_or(BlockKind::Body),
            span: piece.span,
            paragraph: piece.paragraph,
        })
        .collect()
}

/// Cuts the text into lines, and lines where a caption is glued on, and marks what its own words tell.
fn by_their_words(text: &str, body_start: usize, first_paragraph: usize, rules: &CleanRules) -> Vec<Piece> {
    let lines = lines(text, body_start);
    let mut pieces = Vec::new();
    let mut in_sources = false;
    for (number, &line) in lines.iter().enumerate() {
        let paragraph = first_paragraph + number;
        let mut push = |start: usize, end: usize, kind| {
            let piece = text[start..end].trim();
            if !piece.is_empty() {
                let start = end - text[start..end].trim_start().len();
                pieces.push(Piece { span: Span::new(start, start + piece.len()), paragraph, kind });
            }
        };
        let mut start = line.start;
        if number == 0
            && let Some((marker, _)) = marker(line.of(text))
        {
            push(line.start, line.start + marker.end, Some(BlockKind::Metadata));
            start += marker.end;
        }
        let rest = text[start..line.end].trim_start();
        start = line.end - rest.len();
        in_sources = in_sources && standing::is_source(rest);
        if let Some(marks) = markdown_heading(rest) {
            push(start, start + marks, Some(BlockKind::Metadata));
            push(start + marks, line.end, Some(BlockKind::Heading));
            continue;
        }
        match standing::sources(rest, rules) {
            Some(Sources::OnThisLine) => {
                push(start, line.end, Some(BlockKind::SourceList));
                continue;
            }
            // A lone header in the first half is a heading: "Bronnen", "Related".
            Some(Sources::Below) if number * 2 >= lines.len() => in_sources = true,
            _ => {}
        }
        if in_sources {
            push(start, line.end, Some(BlockKind::SourceList));
        } else if let Some(kind) = standing::kind(rest, number, lines.len(), rules) {
            push(start, line.end, Some(kind));
        } else {
            let mut at = start;
            for caption in credits::captions(rest, number < 2, rules) {
                push(at, start + caption.start, None);
                push(start + caption.start, start + caption.end, Some(BlockKind::Caption));
                at = start + caption.end;
            }
            push(at, line.end, None);
        }
    }
    pieces
}

/// The lines from `start` on that are not blank, without surrounding white space.
fn lines(text: &str, start: usize) -> Vec<Span> {
    let mut at = start;
    let mut lines = Vec::new();
    for line in text[start..].split('\n') {
        let inner = line.trim();
        if !inner.is_empty() {
            let from = at + line.len() - line.trim_start().len();
            lines.push(Span::new(from, from + inner.len()));
        }
        at += line.len() + 1;
    }
    lines
}

/// Bytes of the `##` before a Markdown heading.
fn markdown_heading(line: &str) -> Option<usize> {
    let marks = line.len() - line.trim_start_matches('#').len();
    ((1..=6).contains(&marks) && line[marks..].starts_with(' ')).then_some(marks)
}

/// Marks displayed sentences, and a line with a dash under one ("— Anna Nowak, analyst").
fn mark_pull_quotes(text: &str, pieces: &mut [Piece]) {
    let open: Vec<usize> = (0..pieces.len()).filter(|&at| pieces[at].kind.is_none()).collect();
    let spans: Vec<Span> = open.iter().map(|&at| pieces[at].span).collect();
    let found = pull_quote::find(text, &spans);
    for (&at, found) in open.iter().zip(found) {
        // The first line is the title or opens the text, and both may say what the text says.
        if found && at != open[0] {
            pieces[at].kind = Some(BlockKind::PullQuote);
        }
    }
    for at in 1..pieces.len() {
        let line = pieces[at].span.of(text);
        let names = line.starts_with(['–', '—', '-']) && line.chars().take(TEXT_CHARS).count() < TEXT_CHARS;
        let under_quote = pieces[at - 1].kind == Some(BlockKind::PullQuote);
        if under_quote && pieces[at].kind.is_none() && names && !sentences::ends_sentence(line) {
            pieces[at].kind = Some(BlockKind::PullQuote);
        }
    }
}

/// Marks the title of a text without a title field, the lead under it, and the headings.
fn mark_title_and_headings(text: &str, title: Option<&str>, pieces: &mut [Piece]) {
    let open: Vec<usize> = (0..pieces.len())
        .filter(|&at| matches!(pieces[at].kind, None | Some(BlockKind::Heading | BlockKind::PullQuote)))
        .collect();
    let Some(&first) = open.first() else { return };
    let line = pieces[first].span.of(text);
    let has_text = open[1..].iter().any(|&at| pieces[at].kind.is_none());
    let mut lead_may_follow = title.is_some();
    if title.is_some_and(|title| title == line) {
        pieces[first].kind = Some(BlockKind::Heading);
    } else if title.is_none() && has_text && pieces[first].kind != Some(BlockKind::PullQuote) && is_title(line) {
        pieces[first].kind = Some(BlockKind::Title);
        lead_may_follow = true;
    }
    for (i, &at) in open.iter().enumerate() {
        if pieces[at].kind.is_some() || !is_heading(pieces[at].span.of(text)) {
            continue;
        }
        // A heading stands over text; in a row of short lines nothing tells which is one.
        let next = open[i + 1..].iter().find(|&&at| pieces[at].kind.is_none()).map(|&at| pieces[at].span.of(text));
        if next.is_some_and(is_text) {
            pieces[at].kind = Some(BlockKind::Heading);
        }
    }
    let after_marker =
        first == 1 && pieces[0].kind == Some(BlockKind::Metadata) && pieces[0].paragraph == pieces[1].paragraph;
    let bodies: Vec<usize> = open.into_iter().filter(|&at| pieces[at].kind.is_none()).collect();
    if let [lead, _, ..] = bodies[..]
        && (lead_may_follow || (after_marker && lead == first))
        && pieces[lead].span.of(text).chars().take(LEAD_CHARS + 1).count() <= LEAD_CHARS
        && pieces.get(first + 1..lead).into_iter().flatten().all(|piece| piece.kind != Some(BlockKind::Heading))
    {
        pieces[lead].kind = Some(BlockKind::Lead);
    }
}

fn is_title(line: &str) -> bool {
    let open_end = !line.trim_end_matches(CLOSING).ends_with(['.', ',', ';']) || line.ends_with("...");
    open_end
        && line.chars().take(TITLE_CHARS + 1).count() <= TITLE_CHARS
        && sentences::words(line).count() <= TITLE_WORDS
}

fn is_heading(line: &str) -> bool {
    if line.chars().take(HEADING_CHARS + 1).count() > HEADING_CHARS || line.starts_with(['-', '–', '—', '•', '*', '·'])
    {
        return false;
    }
    let words = sentences::words(line).count();
    let begins = line.trim_start_matches(OPENING).starts_with(|c: char| c.is_uppercase() || c.is_numeric());
    let asks = line.ends_with(['?', '!']);
    let closed = line.trim_end_matches(CLOSING).ends_with(['.', ',', ';', ':', '…', '—', '–', '-'])
        || sentences::has_open_quote(line);
    begins && words > 0 && !closed && words <= if asks { ASKING_WORDS } else { HEADING_WORDS }
}

/// Whether a line reads as running text.
fn is_text(line: &str) -> bool {
    sentences::ends_sentence(line) || line.chars().take(TEXT_CHARS + 1).count() > TEXT_CHARS
}
