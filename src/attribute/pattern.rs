//! The notation of word lists, and the automaton that finds them.
//!
//! `Kreml` is the whole word in any case; a hyphen ends a word, so `EU` is found in "EU-landen". `Kreml*` also takes
//! what follows within the word, `*gezind` what precedes. Words in capitals (`EU`) are matched in exactly that case,
//! and so is anything after `=` (`=Westen`). Several words match with one space between them, each with its own stars.

use aho_corasick::{AhoCorasick, BuildError};

use super::fold::{Folded, fold, is_word};
use crate::schema::Span;

/// One entry of a word list.
struct Pattern {
    words: Vec<Word>,
    /// The first word as it must stand in the source.
    exact: Option<String>,
}

struct Word {
    literal: String,
    open_start: bool,
    open_end: bool,
}

impl Pattern {
    /// `None` where nothing but stars and spaces is left.
    fn parse(notation: &str) -> Option<Self> {
        let (exact, notation) = match notation.strip_prefix('=') {
            Some(rest) => (true, rest),
            None => (is_acronym(notation), notation),
        };
        let words: Vec<Word> = notation
            .split_whitespace()
            .map(|word| Word {
                literal: fold(word.trim_matches('*')),
                open_start: word.starts_with('*'),
                open_end: word.ends_with('*'),
            })
            .collect();
        let first = notation.split_whitespace().next()?.trim_matches('*');
        (!words.iter().any(|word| word.literal.is_empty()))
            .then(|| Self { words, exact: exact.then(|| first.to_owned()) })
    }

    /// The end of the match in `text` whose first literal stands at `at`, and its start.
    fn match_at(&self, text: &str, at: usize) -> Option<(usize, usize)> {
        let mut start = at;
        let mut end = at;
        for (i, word) in self.words.iter().enumerate() {
            let from = if i == 0 { at } else { end + text[end..].starts_with(' ').then_some(1)? };
            text[from..].starts_with(&word.literal).then_some(())?;
            end = from + word.literal.len();
            let before = run_back(text, from);
            if i == 0 && word.open_start {
                start = before;
            } else if before != from {
                return None;
            }
            let after = end + text[end..].find(|c| !is_word(c)).unwrap_or(text.len() - end);
            if word.open_end {
                end = after;
            } else if after != end {
                return None;
            }
        }
        Some((start, end))
    }
}

/// Start of the run of word characters that ends at `at`.
fn run_back(text: &str, at: usize) -> usize {
    text[..at].rfind(|c| !is_word(c)).map_or(0, |i| i + text[i..].chars().next().map_or(0, char::len_utf8))
}

fn is_acronym(notation: &str) -> bool {
    let letters = notation.chars().filter(|c| c.is_alphabetic());
    letters.clone().count() > 1 && letters.clone().all(char::is_uppercase)
}

/// Finds all entries of many word lists at once; each carries what it stands for.
pub(super) struct Matcher<T> {
    automaton: AhoCorasick,
    entries: Vec<(Pattern, T)>,
}

/// A word-list entry that cannot match anything.
#[derive(Debug, thiserror::Error)]
pub enum PatternError {
    /// Only stars and spaces.
    #[error("the entry '{0}' has a word without letters; write the word itself, with * only before or after it")]
    Empty(String),
    /// More entries than an automaton holds.
    #[error("the word lists are too large to compile")]
    TooLarge(#[from] BuildError),
}

impl<T> Matcher<T> {
    pub(super) fn new<'a>(notations: impl IntoIterator<Item = (&'a str, T)>) -> Result<Self, PatternError> {
        let entries = notations
            .into_iter()
            .map(|(notation, meaning)| match Pattern::parse(notation) {
                Some(pattern) => Ok((pattern, meaning)),
                None => Err(PatternError::Empty(notation.to_owned())),
            })
            .collect::<Result<Vec<_>, _>>()?;
        let automaton = AhoCorasick::new(entries.iter().map(|(pattern, _)| &pattern.words[0].literal))?;
        Ok(Self { automaton, entries })
    }

    /// Every match, overlapping ones included, by start and then longest first.
    pub(super) fn find<'m>(&'m self, source: &str, folded: &Folded) -> Vec<(Span, &'m T)> {
        let mut found = Vec::new();
        for hit in self.automaton.find_overlapping_iter(&folded.text) {
            let (pattern, meaning) = &self.entries[hit.pattern().as_usize()];
            let Some((start, end)) = pattern.match_at(&folded.text, hit.start()) else { continue };
            let exact =
                pattern.exact.as_ref().is_none_or(|exact| folded.source(hit.start()..hit.end()).of(source) == exact);
            if exact {
                found.push((folded.source(start..end), meaning));
            }
        }
        found.sort_by_key(|(span, _)| (span.start, usize::MAX - span.end));
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'t>(notation: &str, text: &'t str) -> Vec<&'t str> {
        let matcher = Matcher::new([(notation, ())]).unwrap();
        let folded = Folded::new(text, Span::new(0, text.len()));
        matcher.find(text, &folded).into_iter().map(|(span, ())| span.of(text)).collect()
    }

    #[test]
    fn words_end_at_letters_and_stars_open_them() {
        assert_eq!(found("Rus", "Rusten, rus, Rus-land"), ["rus", "Rus"]);
        assert_eq!(found("kreml*", "Kremlin en Kremlspreekbuis, antikreml"), ["Kremlin", "Kremlspreekbuis"]);
        assert_eq!(found("*gezind", "Poetingezind"), ["Poetingezind"]);
        assert_eq!(found("Komisj* Europejsk*", "w Komisji Europejskiej"), ["Komisji Europejskiej"]);
    }

    #[test]
    fn capitals_and_equals_signs_are_exact() {
        assert_eq!(found("US", "us and the US"), ["US"]);
        assert_eq!(found("=Westen", "het westen en het Westen"), ["Westen"]);
    }

    #[test]
    fn an_entry_without_letters_is_an_error() {
        insta::assert_snapshot!(Matcher::new([("* x", ())]).err().unwrap(), @"the entry '* x' has a word without letters; write the word itself, with * only before or after it");
    }
}
