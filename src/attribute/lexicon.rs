//! How languages report speech: word lists with a part to play in a sentence.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::fold::Folded;
use super::pattern::{Matcher, PatternError};
use super::targets::Gender;
use crate::schema::{Language, Span};

/// Reporting verbs, source words, titles, pronouns and quotation marks of every language, ready to be searched for.
pub struct Lexicon {
    /// Opening and closing quotation marks; one opening mark may have several closing ones.
    pub(super) quotes: Vec<(char, char)>,
    /// What opens a line of dialogue.
    pub(super) dashes: Vec<char>,
    languages: BTreeMap<Language, Speech>,
}

struct Speech {
    matcher: Matcher<Role>,
    habits: Habits,
}

/// How a language writes names.
#[derive(Clone, Copy, Default)]
pub(super) struct Habits {
    /// Names take case endings.
    pub(super) names_inflect: bool,
    /// Common nouns are written with a capital.
    pub(super) capital_nouns: bool,
}

/// Why a speech lexicon cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LexiconError {
    /// Not TOML, an unknown field or language; the message names the line.
    #[error("speech lexicon: {0}")]
    Syntax(#[from] toml::de::Error),
    /// A pair of quotation marks that is not two characters, or a dash that is not one.
    #[error("speech lexicon: '{0}' is not a pair of quotation marks or a single dash")]
    Mark(String),
    /// An entry that cannot match.
    #[error("speech lexicon, {language}: {source}")]
    Entry {
        /// The language of the list.
        language: Language,
        /// The entry and its fault.
        source: PatternError,
    },
}

/// The part that a word plays in reporting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Say,
    /// Says without a clause: "noemt".
    Judge,
    According,
    That,
    Reported,
    Determiner,
    Preposition,
    Stop,
    Auxiliary,
    Title,
    Anonymous,
    Particle,
    /// The first person: the author, or whoever is quoted.
    Own,
    /// Points back to what was just spoken of.
    Back,
    Pronoun(Gender),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    quotes: Vec<String>,
    dashes: Vec<String>,
    languages: BTreeMap<Language, Lists>,
}

/// The lists of one language; data/speech.toml says what each is for.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Lists {
    say: Vec<String>,
    judge: Vec<String>,
    according: Vec<String>,
    that: Vec<String>,
    reported: Vec<String>,
    determiners: Vec<String>,
    prepositions: Vec<String>,
    stop: Vec<String>,
    auxiliaries: Vec<String>,
    titles: Vec<String>,
    anonymous: Vec<String>,
    particles: Vec<String>,
    own: Vec<String>,
    back: Vec<String>,
    names_inflect: bool,
    capital_nouns: bool,
    pronouns: Pronouns,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Pronouns {
    masculine: Vec<String>,
    feminine: Vec<String>,
    neuter: Vec<String>,
    plural: Vec<String>,
}

impl Lexicon {
    /// Reads a lexicon file: see the comments in the default one for every list.
    ///
    /// # Errors
    /// The first fault, with its place.
    pub fn parse(toml: &str) -> Result<Self, LexiconError> {
        let file: File = toml::from_str(toml)?;
        let quotes = file.quotes.iter().map(|pair| {
            let mut marks = pair.chars();
            match (marks.next(), marks.next(), marks.next()) {
                (Some(open), Some(close), None) => Ok((open, close)),
                _ => Err(LexiconError::Mark(pair.clone())),
            }
        });
        let dashes = file.dashes.iter().map(|dash| {
            let mut marks = dash.chars();
            match (marks.next(), marks.next()) {
                (Some(dash), None) => Ok(dash),
                _ => Err(LexiconError::Mark(dash.clone())),
            }
        });
        let languages = file.languages.iter().map(|(&language, lists)| {
            let habits = Habits { names_inflect: lists.names_inflect, capital_nouns: lists.capital_nouns };
            Matcher::new(lists.entries())
                .map(|matcher| (language, Speech { matcher, habits }))
                .map_err(|source| LexiconError::Entry { language, source })
        });
        Ok(Self {
            quotes: quotes.collect::<Result<_, _>>()?,
            dashes: dashes.collect::<Result<_, _>>()?,
            languages: languages.collect::<Result<_, _>>()?,
        })
    }

    /// The lists for the eight languages.
    ///
    /// # Panics
    /// Never: the embedded file is parsed by a test.
    #[must_use]
    pub fn embedded() -> Self {
        #[expect(clippy::expect_used, reason = "the file is part of the program and parsed by a test")]
        Self::parse(include_str!("../../data/speech.toml")).expect("the embedded speech lexicon is well-formed")
    }

    pub(super) fn find(&self, language: Language, source: &str, folded: &Folded) -> Vec<(Span, Role)> {
        let Some(speech) = self.languages.get(&language) else { return Vec::new() };
        speech.matcher.find(source, folded).into_iter().map(|(span, &role)| (span, role)).collect()
    }

    pub(super) fn habits(&self, language: Language) -> Habits {
        self.languages.get(&language).map_or_else(Habits::default, |speech| speech.habits)
    }
}

impl Lists {
    fn entries(&self) -> impl Iterator<Item = (&str, Role)> {
        [
            (&self.say, Role::Say),
            (&self.judge, Role::Say),
            (&self.judge, Role::Judge),
            (&self.according, Role::According),
            (&self.that, Role::That),
            (&self.reported, Role::Reported),
            (&self.determiners, Role::Determiner),
            (&self.prepositions, Role::Preposition),
            (&self.stop, Role::Stop),
            (&self.auxiliaries, Role::Auxiliary),
            (&self.titles, Role::Title),
            (&self.anonymous, Role::Anonymous),
            (&self.particles, Role::Particle),
            (&self.own, Role::Own),
            (&self.back, Role::Back),
            (&self.pronouns.masculine, Role::Pronoun(Gender::Masculine)),
            (&self.pronouns.feminine, Role::Pronoun(Gender::Feminine)),
            (&self.pronouns.neuter, Role::Pronoun(Gender::Neuter)),
            (&self.pronouns.plural, Role::Pronoun(Gender::Plural)),
        ]
        .into_iter()
        .flat_map(|(list, role)| list.iter().map(move |entry| (entry.as_str(), role)))
    }
}
