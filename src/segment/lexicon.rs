//! The word lists of `data/segment.toml`.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use serde::Deserialize;

use crate::schema::Language;

/// What may follow an abbreviation's full stop; the data file explains each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Abbreviation {
    /// A name or noun always follows.
    Leading,
    /// A number follows, else it is a word like any other.
    Number,
    /// It stands inside sentences as well as at their ends.
    Inside,
    /// It ends a sentence wherever a capital follows.
    Closing,
}

/// Word lists of one language: all in lower case, abbreviations without spaces and without their last full stop.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lexicon {
    /// The language code that `sentencex` gets.
    pub sentencex: String,
    /// Whether a full stop after a number makes it an ordinal.
    pub ordinals: bool,
    leading: HashSet<String>,
    number: HashSet<String>,
    inside: HashSet<String>,
    closing: HashSet<String>,
    months: HashSet<String>,
    short_months: HashSet<String>,
    elisions: HashSet<String>,
    starters: HashSet<String>,
    particles: HashSet<String>,
    reporting: HashSet<String>,
}

static LEXICONS: LazyLock<HashMap<Language, Lexicon>> = LazyLock::new(|| {
    toml::from_str(include_str!("../../data/segment.toml")).expect("the embedded file has a table for every language")
});

impl Lexicon {
    /// The lexicon of a language.
    pub fn of(language: Language) -> &'static Self {
        &LEXICONS[&language]
    }

    /// What kind of abbreviation a word (without its full stop) is, if it is one.
    pub fn abbreviation(&self, word: &str) -> Option<Abbreviation> {
        let word = word.to_lowercase();
        let lists = [
            (&self.leading, Abbreviation::Leading),
            (&self.number, Abbreviation::Number),
            (&self.inside, Abbreviation::Inside),
            (&self.closing, Abbreviation::Closing),
        ];
        lists.into_iter().find(|(list, _)| list.contains(&word)).map(|(_, kind)| kind)
    }

    /// Whether a word is the name of a month, in full or shortened.
    pub fn is_month(&self, word: &str) -> bool {
        self.months.contains(&word.to_lowercase()) || self.is_short_month(word)
    }

    /// Whether a word is the shortened name of a month, as it stands before a full stop.
    pub fn is_short_month(&self, word: &str) -> bool {
        self.short_months.contains(&word.to_lowercase())
    }

    /// Whether a capital on this word tells that a sentence begins: function words, which are no part of names.
    pub fn is_starter(&self, word: &str) -> bool {
        self.starters.contains(&word.to_lowercase())
    }

    /// Whether a starter also stands in names, behind an initial: `J. De Vries`.
    pub fn is_particle(&self, word: &str) -> bool {
        self.particles.contains(&word.to_lowercase())
    }

    /// Whether a word is a verb form that attributes a quotation.
    pub fn is_reporting(&self, word: &str) -> bool {
        self.reporting.contains(&word.to_lowercase())
    }

    /// Whether letters after an apostrophe are a shortened word ('s, 't) rather than the start of a quotation.
    pub fn is_elision(&self, word: &str) -> bool {
        self.elisions.contains(&word.to_lowercase())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A word in two lists would have two meanings, and one written in capitals would never be found.
    #[test]
    fn every_abbreviation_stands_in_one_list_and_in_lower_case() {
        for language in Language::ALL {
            let lexicon = Lexicon::of(language);
            let mut seen = HashSet::new();
            for word in [&lexicon.leading, &lexicon.number, &lexicon.inside, &lexicon.closing].into_iter().flatten() {
                assert!(seen.insert(word), "{language}: {word} stands in two lists");
                assert_eq!(*word, word.to_lowercase(), "{language}: {word}");
                assert!(!word.ends_with('.') && !word.contains(' '), "{language}: {word}");
            }
        }
    }
}
