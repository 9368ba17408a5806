//! Interviews, whose questions and answers go without reporting clauses.

use super::scan::Scan;
use super::speaker::Reader;
use super::voice::people;
use crate::schema::BlockKind;

/// What a sentence of an interview is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    Question,
    Answer,
}

/// An article of questions and answers.
pub(super) struct Interview {
    /// Who answers.
    pub(super) speaker: String,
    /// By sentence; none for titles and leads.
    pub(super) turns: Vec<Option<Turn>>,
}

/// Questions that make an interview, and fewer where the title is a quotation.
const QUESTIONS: usize = 3;

/// How questions are told from answers.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    /// Questions and answers both begin with a dash, in turn.
    Dashes,
    /// Answers begin with a dash, or stand in quotation marks.
    Marked,
    /// Nothing but the question mark.
    Plain,
}

impl Interview {
    /// Reads an article as an interview, if it looks like one: questions that nobody is reported to ask, each
    /// followed by an answer.
    pub(super) fn read(reader: &Reader, scans: &[Scan], dashes: &[char]) -> Option<Self> {
        let text = |scan: &Scan| scan.sentence.span.of(reader.text);
        let dashed = |scan: &Scan| text(scan).starts_with(dashes);
        let asks = |scan: &Scan| text(scan).ends_with('?');
        let quoted = |scan: &Scan| scan.unquoted() == 0 && !dashed(scan);
        let body = || scans.iter().filter(|scan| scan.sentence.block == BlockKind::Body);
        let title = scans.iter().any(|scan| scan.sentence.block == BlockKind::Title && scan.unquoted() == 0);
        let plain = body().filter(|scan| asks(scan) && !dashed(scan) && !quoted(scan)).count();
        let marked = body().filter(|scan| dashed(scan) || quoted(scan)).count();
        let form = if plain == 0 && body().filter(|scan| asks(scan) && dashed(scan)).count() >= QUESTIONS {
            Form::Dashes
        } else if plain >= QUESTIONS - usize::from(title) && marked > plain {
            Form::Marked
        } else if plain >= QUESTIONS && title && marked == 0 {
            Form::Plain
        } else {
            return None;
        };
        let speaker = scans.iter().flat_map(|scan| people(reader, scan)).find(|person| person.meaning.is_none())?.name;
        let mut last = None;
        let turns = scans.iter().map(|scan| {
            if scan.sentence.block != BlockKind::Body {
                return None;
            }
            last = match form {
                Form::Dashes if dashed(scan) && (asks(scan) || last != Some(Turn::Question)) => Some(Turn::Question),
                Form::Dashes if dashed(scan) => Some(Turn::Answer),
                Form::Dashes => last,
                Form::Marked if dashed(scan) || scan.tokens.iter().all(|token| token.quoted) => Some(Turn::Answer),
                Form::Marked if asks(scan) => Some(Turn::Question),
                Form::Marked => last.filter(|&turn| turn == Turn::Question),
                Form::Plain => Some(if asks(scan) { Turn::Question } else { Turn::Answer }),
            };
            last
        });
        Some(Self { speaker, turns: turns.collect() })
    }
}
