//! Whether a sentence ends at a candidate.
//!
//! Each rule looks at a bounded stretch on both sides and answers, or leaves the question to the next; what all leave
//! open goes to `sentencex`.

use super::lexicon::{Abbreviation, Lexicon};
use super::scan::{Candidate, Mark};
use super::words::{After, Before, Next};

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A sentence ends here.
    Break,
    /// The sentence goes on.
    Join,
    /// `sentencex` decides: a sentence ends if it says so anywhere up to this byte, where the next word begins.
    Open(usize),
}
use Verdict::{Break, Join, Open};

/// A quoted title has no more words than this.
const TITLE_WORDS: usize = 5;

/// Judges a candidate of a sentence that began at `start`.
pub fn judge(text: &str, start: usize, candidate: &Candidate, lexicon: &Lexicon) -> Verdict {
    let before = Before::of(text, start, candidate.marks.start);
    let after = After::of(text, candidate.next);
    if !candidate.is_spaced() {
        return missing_space(candidate, &before, &after, lexicon);
    }
    if after.next == Next::Punctuation {
        return Join;
    }
    bracket(text, start, candidate, &after, lexicon)
        .or_else(|| quotation(text, candidate, &after, lexicon))
        .unwrap_or_else(|| match candidate.mark {
            Mark::Period => period(candidate, &before, &after, lexicon),
            Mark::Ellipsis | Mark::Emphatic => emphatic(candidate, &after, lexicon),
        })
}

/// `eind.Daarna`: only where the next word is one that begins sentences, so that names of sites and files stay whole.
fn missing_space(candidate: &Candidate, before: &Before, after: &After, lexicon: &Lexicon) -> Verdict {
    let words = before.letters >= 2 && before.ends_in_lower && after.next == Next::Upper;
    let certain = after.is_starter(lexicon) || (before.is_cyrillic && after.is_cyrillic && after.word.len() > 4);
    let glued = after.opens || candidate.end == candidate.marks.end || candidate.quote.is_some();
    if words && certain && glued && candidate.inside.is_none() && lexicon.abbreviation(&before.word).is_none() {
        Break
    } else {
        Join
    }
}

/// `(!)`, `(2e l.)`, `(…)`: what stands in brackets inside a sentence does not end it.
fn bracket(text: &str, start: usize, candidate: &Candidate, after: &After, lexicon: &Lexicon) -> Option<Verdict> {
    if candidate.inside.is_some_and(|open| open > start) {
        return Some(Join);
    }
    let open = candidate.bracket.filter(|open| *open > start)?;
    let words = text[open + 1..candidate.marks.start].split_whitespace().count();
    let begins = after.next == Next::Upper && after.is_starter(lexicon) && words > 1;
    Some(if begins { Break } else { Join })
}

/// What follows a closing quotation mark: a reporting clause, the rest of the sentence round it, or a new sentence.
fn quotation(text: &str, candidate: &Candidate, after: &After, lexicon: &Lexicon) -> Option<Verdict> {
    if after.next == Next::Lower && (candidate.quote.is_some() || after.dash) {
        return Some(Join);
    }
    let open = candidate.quote?;
    if candidate.mark == Mark::Period || after.opens {
        return None;
    }
    let names_speaker = after.next == Next::Upper && after.speaker_reports(lexicon);
    let quoted = &text[open..candidate.marks.start];
    let lead_in = text[..open].trim_end();
    let is_title = lead_in.ends_with(char::is_alphanumeric)
        && after.next == Next::Upper
        && !after.is_starter(lexicon)
        && quoted.split_whitespace().nth(TITLE_WORDS).is_none();
    (names_speaker || is_title).then_some(Join)
}

/// `?`, `!` and `…`.
fn emphatic(candidate: &Candidate, after: &After, lexicon: &Lexicon) -> Verdict {
    match after.next {
        Next::Lower if candidate.mark == Mark::Ellipsis || lexicon.is_reporting(after.word) => Join,
        Next::Lower | Next::Other => Open(after.start),
        _ => Break,
    }
}

/// One full stop.
fn period(candidate: &Candidate, before: &Before, after: &After, lexicon: &Lexicon) -> Verdict {
    let starter = after.is_starter(lexicon);
    let begins = starter && after.next == Next::Upper;
    if before.is_number {
        return number(before, after, starter, lexicon);
    }
    let kind = before.abbreviation(lexicon);
    // A sentence is more than an abbreviation; `No.` may be one.
    if before.begins_sentence && (before.is_dotted || kind.is_some_and(|kind| kind != Abbreviation::Number)) {
        return Join;
    }
    if lexicon.is_short_month(&before.word) && (before.after_number || after.next == Next::Digit) {
        return if begins { Break } else { Join };
    }
    match kind {
        Some(Abbreviation::Leading) => return Join,
        Some(Abbreviation::Number) if matches!(after.next, Next::Digit | Next::Lower) => return Join,
        Some(Abbreviation::Number) if after.is_roman() && !starter => return Join,
        Some(Abbreviation::Number) | None => {}
        Some(Abbreviation::Inside) => return if begins { Break } else { Join },
        Some(Abbreviation::Closing) => return if after.next == Next::Lower { Join } else { Break },
    }
    if before.is_initial {
        let in_name = before.after_name && !before.is_roman() && lexicon.is_particle(after.word);
        return if begins && !in_name { Break } else { Join };
    }
    if before.is_dotted {
        return if begins { Break } else { Join };
    }
    match after.next {
        Next::Upper if starter && before.letters >= 3 => Break,
        Next::Upper if candidate.quote.is_some() || before.ends_in_mark || before.is_address => Break,
        Next::Digit if before.letters >= 4 || before.ends_in_mark => Break,
        _ => Open(after.start),
    }
}

/// `2. Weltkrieg`, `1. maja`, `1. Punt`, `in 2014. Daarna`.
fn number(before: &Before, after: &After, starter: bool, lexicon: &Lexicon) -> Verdict {
    let short = before.letters <= 2;
    let numbers_item = short && before.begins_sentence;
    let ordinal = lexicon.ordinals && short && !starter && matches!(after.next, Next::Upper | Next::Digit);
    let joins = after.next == Next::Lower || numbers_item || ordinal || lexicon.is_month(after.word);
    if joins { Join } else { Break }
}
