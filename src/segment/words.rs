//! What stands on either side of a candidate.

use super::lexicon::{Abbreviation, Lexicon};
use super::quotes;

/// Bytes looked at before and after a candidate, so that a text without spaces costs no more than another.
const REACH: usize = 120;
/// Parts of a spaced abbreviation: `и т. д.`, `w. z. b. w.`
const PARTS: usize = 4;

/// What stands before a full stop.
pub struct Before {
    /// The last word, without the stop; empty behind a mark.
    pub word: String,
    /// Its length in characters.
    pub letters: usize,
    /// Whether it is all digits.
    pub is_number: bool,
    /// Whether it is one capital.
    pub is_initial: bool,
    /// Whether it holds full stops between letters: `U.S`, `т.е`.
    pub is_dotted: bool,
    /// Whether its last letter is in lower case.
    pub ends_in_lower: bool,
    /// Whether the candidate comes right behind a quotation mark or bracket.
    pub ends_in_mark: bool,
    /// Whether the word before it begins with a capital, or there is none.
    pub after_name: bool,
    /// Whether the word before it is a number.
    pub after_number: bool,
    /// Whether it ends a mail or web address.
    pub is_address: bool,
    /// Whether the sentence begins with it.
    pub begins_sentence: bool,
    /// Whether it is written in Cyrillic.
    pub is_cyrillic: bool,
    /// It and up to three parts before it, joined by full stops, longest first; last what follows its last hyphen.
    chains: Vec<String>,
}

impl Before {
    /// Looks back from `end` to at most `start`, where the sentence began.
    pub fn of(text: &str, start: usize, end: usize) -> Self {
        let left = &text[text.ceil_char_boundary(start.max(end.saturating_sub(REACH)))..end];
        let token_start = left.rfind(|c: char| c.is_whitespace() || "/([{\"“„«‘–—".contains(c));
        let token = token_start.map_or(left, |i| &left[i + left[i..].chars().next().map_or(0, char::len_utf8)..]);
        let word = token.rsplit('.').next().unwrap_or(token).trim_start_matches('-').to_owned();
        let previous = left[..left.len() - token.len()].trim_end();
        let previous_word = previous.rsplit(char::is_whitespace).next().unwrap_or_default();
        Self {
            letters: word.chars().count(),
            is_number: !token.is_empty() && token.chars().all(|c| c.is_ascii_digit()),
            is_initial: is_initial(&word),
            is_dotted: token.contains('.') && token.split('.').all(is_short),
            ends_in_lower: word.ends_with(char::is_lowercase),
            ends_in_mark: word.is_empty() || !word.ends_with(char::is_alphanumeric),
            after_name: previous_word.chars().next().is_none_or(char::is_uppercase),
            after_number: previous_word.ends_with(|c: char| c.is_ascii_digit()),
            begins_sentence: previous.is_empty(),
            is_cyrillic: word.chars().all(is_cyrillic),
            is_address: is_address(token),
            chains: if is_address(token) { Vec::new() } else { chains(left) },
            word,
        }
    }

    /// Whether the word is a Roman numeral.
    pub fn is_roman(&self) -> bool {
        is_roman(&self.word)
    }

    /// The kind of the longest abbreviation that ends here.
    pub fn abbreviation(&self, lexicon: &Lexicon) -> Option<Abbreviation> {
        self.chains.iter().find_map(|chain| lexicon.abbreviation(chain))
    }
}

/// The last one to four parts of `left` that full stops separate, joined without spaces, longest first.
fn chains(left: &str) -> Vec<String> {
    let mut chains: Vec<String> = Vec::new();
    let mut rest = left;
    while chains.len() < PARTS {
        let part_start = rest
            .rfind(|c: char| !(c.is_alphanumeric() || c == '-'))
            .map_or(0, |i| i + rest[i..].chars().next().map_or(0, char::len_utf8));
        let part = &rest[part_start..];
        if part.is_empty() {
            break;
        }
        let chain = chains.last().map_or_else(|| part.to_owned(), |shorter| format!("{part}.{shorter}"));
        chains.push(chain);
        let Some(before) = rest[..part_start].trim_end().strip_suffix('.') else { break };
        rest = before;
    }
    chains.reverse();
    if let Some((_, tail)) = chains.last().and_then(|word| word.rsplit_once('-')) {
        chains.push(tail.to_owned());
    }
    chains
}

/// One to three letters.
fn is_short(part: &str) -> bool {
    let part = part.trim_start_matches('-');
    (1..=3).contains(&part.chars().count()) && part.chars().all(char::is_alphabetic)
}

/// `name@site.nl`, `site.nl`: its last part is no abbreviation.
fn is_address(token: &str) -> bool {
    let attached = token.rsplit_once('.').and_then(|(head, _)| head.rsplit('.').next());
    token.contains('@') || token.contains("www.") || attached.is_some_and(|part| part.chars().count() > 3)
}

fn is_roman(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| "IVXLC".contains(c))
}

fn is_initial(word: &str) -> bool {
    let mut chars = word.chars();
    chars.next().is_some_and(char::is_uppercase) && chars.next().is_none()
}

fn is_cyrillic(c: char) -> bool {
    ('\u{400}'..='\u{52f}').contains(&c)
}

/// What the text goes on with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// A capital.
    Upper,
    /// A small letter.
    Lower,
    /// A digit.
    Digit,
    /// A mark that never begins a sentence: comma, colon, closing bracket.
    Punctuation,
    /// Anything else.
    Other,
}

/// What stands after a candidate.
pub struct After<'t> {
    /// The first thing that is no dash, quotation mark or bracket.
    pub next: Next,
    /// The word it begins; empty for marks.
    pub word: &'t str,
    /// Whether a dash comes first.
    pub dash: bool,
    /// Whether a quotation mark or bracket comes first.
    pub opens: bool,
    /// Whether the word is written in Cyrillic.
    pub is_cyrillic: bool,
    /// Where the word begins.
    pub start: usize,
    rest: &'t str,
}

impl<'t> After<'t> {
    /// Looks ahead from `start`.
    pub fn of(text: &'t str, start: usize) -> Self {
        let reach = text.floor_char_boundary((start + REACH).min(text.len()));
        let mut rest = &text[start..reach];
        let undashed = rest.trim_start_matches(['–', '—', '-', '―']).trim_start();
        let dash = undashed.len() < rest.len();
        rest = undashed;
        let mut opens = false;
        while let Some(mark) = quotes::mark(rest).filter(|mark| !matches!(*mark, ")" | "]" | "}")) {
            rest = rest[mark.len()..].trim_start();
            opens = true;
        }
        let word =
            &rest[..rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '’' | '\''))).unwrap_or(rest.len())];
        let next = match rest.chars().next() {
            Some(c) if c.is_lowercase() => Next::Lower,
            Some(c) if c.is_alphabetic() => Next::Upper,
            Some(c) if c.is_numeric() => Next::Digit,
            Some(',' | ';' | ':' | ')' | ']' | '}' | '.' | '!' | '?' | '/' | '%' | '=') => Next::Punctuation,
            _ => Next::Other,
        };
        Self { next, word, dash, opens, is_cyrillic: word.chars().all(is_cyrillic), start: reach - rest.len(), rest }
    }

    /// Whether the word is a function word that begins sentences; an elided one (`L'Europe`) counts with its apostrophe.
    pub fn is_starter(&self, lexicon: &Lexicon) -> bool {
        if self.is_initial() {
            return false;
        }
        let word = self.word.replace('’', "'");
        let elided = word.find('\'').map_or("", |i| &word[..=i]);
        lexicon.is_starter(&word) || lexicon.is_starter(elided)
    }

    /// Whether the word is a Roman numeral.
    pub fn is_roman(&self) -> bool {
        is_roman(self.word)
    }

    /// Whether the word is the initial of a name, with its full stop.
    pub fn is_initial(&self) -> bool {
        is_initial(self.word) && self.rest[self.word.len()..].starts_with('.')
    }

    /// Whether a speaker's name and a reporting verb follow, and nothing else up to the next mark but a few words:
    /// `"…?" Foreign Minister Blinken said.`
    pub fn speaker_reports(&self, lexicon: &Lexicon) -> bool {
        let clause = &self.rest[..self.rest.find(['.', ',', ':', ';', '!', '?']).unwrap_or(self.rest.len())];
        let mut words = clause.split_whitespace();
        let verb = words.by_ref().take(6).position(|word| lexicon.is_reporting(word));
        verb.is_some_and(|at| {
            at > 0
                && clause.split_whitespace().take(at).all(|word| word.starts_with(char::is_uppercase))
                && words.count() <= 4
        })
    }
}
