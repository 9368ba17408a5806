//! Where a sentence might end: behind every full stop, question mark, exclamation mark and ellipsis.

use super::lexicon::Lexicon;
use super::quotes::{self, Nesting, Role};
use crate::schema::Span;

/// What kind of mark ends the candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// One full stop.
    Period,
    /// Two or more, or `…`.
    Ellipsis,
    /// Anything with a question or exclamation mark in it.
    Emphatic,
}

/// A point where a sentence might end.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The final marks themselves.
    pub marks: Span,
    /// What they are.
    pub mark: Mark,
    /// Behind the quotation marks and brackets that close here: the end of the sentence, if one ends.
    pub end: usize,
    /// Where the text goes on.
    pub next: usize,
    /// Where the quotation that closes here was opened.
    pub quote: Option<usize>,
    /// Where the bracket that closes here was opened.
    pub bracket: Option<usize>,
    /// Where the bracket that stays open was opened.
    pub inside: Option<usize>,
}

impl Candidate {
    /// Whether white space separates it from what follows.
    pub fn is_spaced(&self) -> bool {
        self.next > self.end
    }
}

/// The candidates of a paragraph, in order; the end of the paragraph is none.
pub fn candidates<'t>(text: &'t str, lexicon: &'t Lexicon) -> impl Iterator<Item = Candidate> + 't {
    Scanner { text, lexicon, at: 0, nesting: Nesting::default() }
}

struct Scanner<'t> {
    text: &'t str,
    lexicon: &'t Lexicon,
    at: usize,
    nesting: Nesting,
}

impl Iterator for Scanner<'_> {
    type Item = Candidate;

    fn next(&mut self) -> Option<Candidate> {
        loop {
            let rest = &self.text[self.at..];
            let c = rest.chars().next()?;
            if is_final(c) {
                let candidate = self.candidate();
                self.at = candidate.end;
                if candidate.next < self.text.len() {
                    return Some(candidate);
                }
            } else if let Some(mark) = quotes::mark(rest) {
                if let Some(role) = quotes::role(self.text, self.at, mark, &self.nesting, self.lexicon) {
                    self.nesting.take(self.at, mark, role);
                }
                self.at += mark.len();
            } else {
                self.at += c.len_utf8();
            }
        }
    }
}

impl<'t> Scanner<'t> {
    fn candidate(&mut self) -> Candidate {
        let marks = Span::new(self.at, run_end(self.text, self.at));
        let (mut end, mut quote, mut bracket) = (marks.end, None, None);
        while let Some((at, mark)) = self.closing_mark(end) {
            let opened = self.nesting.take(at, mark, Role::Close);
            if matches!(mark, ")" | "]" | "}") {
                bracket = bracket.or(opened);
            } else {
                // A closing mark whose partner stands in an earlier paragraph still closes a quotation.
                quote = quote.or(opened).or(Some(0));
            }
            end = at + mark.len();
        }
        end = emoji_end(self.text, footnotes_end(self.text, end));
        let next = end + (self.text[end..].len() - self.text[end..].trim_start().len());
        Candidate {
            marks,
            mark: kind(marks.of(self.text)),
            end,
            next,
            quote,
            bracket,
            inside: self.nesting.bracket(marks.start),
        }
    }

    /// A closing mark at `at`, or behind blanks where it can only close (`… . ''`, `… ! »`).
    fn closing_mark(&self, at: usize) -> Option<(usize, &'t str)> {
        let text: &'t str = self.text;
        let rest = &text[at..];
        let blanks = rest.len() - rest.trim_start_matches([' ', '\u{a0}', '\u{202f}']).len();
        let mark = quotes::mark(&rest[blanks..])?;
        let closes = quotes::role(self.text, at + blanks, mark, &self.nesting, self.lexicon) == Some(Role::Close);
        closes.then_some((at + blanks, mark))
    }
}

fn is_final(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | '‽' | '。')
}

/// Where the run of final marks from `start` ends; it may be spaced (`. . .`, `! ?`).
fn run_end(text: &str, start: usize) -> usize {
    let mut end = start;
    loop {
        let rest = &text[end..];
        end += rest.len() - rest.trim_start_matches(is_final).len();
        let rest = &text[end..];
        let Some(more) = rest.strip_prefix(' ').filter(|more| more.starts_with(is_final)) else { return end };
        // `. .NET` and `. ...en dan` begin something new.
        let behind = more.trim_start_matches(is_final);
        if behind.starts_with(char::is_alphanumeric) {
            return end;
        }
        end += 1;
    }
}

fn kind(marks: &str) -> Mark {
    match marks {
        "." | "。" => Mark::Period,
        marks if marks.contains(['!', '?', '‽']) => Mark::Emphatic,
        _ => Mark::Ellipsis,
    }
}

/// Behind references such as `[3]` or `[12][13]`.
fn footnotes_end(text: &str, mut end: usize) -> usize {
    while let Some(rest) = text[end..].strip_prefix('[') {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 || !rest[digits..].starts_with(']') {
            break;
        }
        end += digits + 2;
    }
    end
}

/// Behind emoji, which belong to the sentence before them.
fn emoji_end(text: &str, end: usize) -> usize {
    let rest = text[end..].trim_start_matches(' ');
    let behind = rest.trim_start_matches(
        |c| matches!(c, '\u{1f000}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}' | '\u{200d}' | '\u{fe0f}'),
    );
    if behind.len() < rest.len() { text.len() - behind.len() } else { end }
}
