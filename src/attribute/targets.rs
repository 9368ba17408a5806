//! What a study is about: its targets, and the other actors of its news.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::fold::Folded;
use super::pattern::{Matcher, PatternError};
use crate::schema::{Language, Span};

/// The targets file of the default study.
pub const EMBEDDED_TARGETS: &str = include_str!("../../data/targets.toml");

/// The targets of a study with all words that bring them in, ready to be searched for.
pub struct Targets {
    targets: Vec<Target>,
    matchers: BTreeMap<Language, Matcher<Meaning>>,
    /// The names that descriptions mean.
    aliases: Vec<String>,
}

struct Target {
    id: String,
    names: BTreeMap<Language, String>,
}

/// Why a targets file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TargetsError {
    /// Not TOML, an unknown field or language; the message names the line.
    #[error("targets file: {0}")]
    Syntax(#[from] toml::de::Error),
    /// The same id twice.
    #[error("targets file: the target '{0}' is defined twice; merge the two")]
    Duplicate(String),
    /// Nothing to look for.
    #[error("targets file: no [[target]]; define at least one")]
    None,
    /// An entry that cannot match.
    #[error("targets file, {place}: {source}")]
    Entry {
        /// Target and language.
        place: String,
        /// The entry and its fault.
        source: PatternError,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    target: Vec<TargetEntry>,
    /// Actors that are no target: they hold positions, and compete for pronouns.
    #[serde(default)]
    others: BTreeMap<Language, Actors>,
    /// By name: the descriptions that mean whoever bears it.
    #[serde(default)]
    aliases: BTreeMap<Language, BTreeMap<String, Vec<String>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TargetEntry {
    id: String,
    words: BTreeMap<Language, Words>,
}

/// The lists of one target in one language; data/targets.toml says what each is for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    name: String,
    #[serde(default)]
    actors: Actors,
    #[serde(default)]
    words: Vec<String>,
    #[serde(default)]
    not: Vec<String>,
    #[serde(default)]
    carried: Vec<String>,
    #[serde(default)]
    members: Vec<String>,
    #[serde(default)]
    cues: Vec<String>,
}

/// Nouns that act, by the pronoun that takes them up.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Actors {
    masculine: Vec<String>,
    feminine: Vec<String>,
    neuter: Vec<String>,
    plural: Vec<String>,
}

impl Actors {
    fn groups(&self) -> [(Gender, &[String]); 4] {
        [
            (Gender::Masculine, &self.masculine),
            (Gender::Feminine, &self.feminine),
            (Gender::Neuter, &self.neuter),
            (Gender::Plural, &self.plural),
        ]
    }
}

/// The kind of pronoun that takes a noun up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gender {
    Masculine,
    Feminine,
    Neuter,
    Plural,
}

/// What an entry of the lists stands for. Targets are counted in the order of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// The target, as somebody who acts and can be taken up.
    Actor(usize, Gender),
    /// The target, in any other word.
    Word(usize),
    /// The target, where it was spoken of just before.
    Carried(usize),
    /// The target, where a cue stands by.
    Member(usize),
    /// Makes a member speak for the whole.
    Cue(usize),
    /// Looks like the target and is not.
    Not(usize),
    /// Somebody else.
    Other(Gender),
    /// A description of somebody whose name is kept by its number.
    Alias(usize),
}

impl Targets {
    /// Reads a targets file: see the comments in the default one for every list.
    ///
    /// # Errors
    /// The first fault, with its place.
    pub fn parse(toml: &str) -> Result<Self, TargetsError> {
        let file: File = toml::from_str(toml)?;
        if file.target.is_empty() {
            return Err(TargetsError::None);
        }
        let mut lists: BTreeMap<Language, Vec<(&str, Meaning)>> = BTreeMap::new();
        for (index, target) in file.target.iter().enumerate() {
            if file.target[..index].iter().any(|earlier| earlier.id == target.id) {
                return Err(TargetsError::Duplicate(target.id.clone()));
            }
            for (&language, words) in &target.words {
                let list = lists.entry(language).or_default();
                let before = list.len();
                for (gender, entries) in words.actors.groups() {
                    list.extend(entries.iter().map(|entry| (entry.as_str(), Meaning::Actor(index, gender))));
                }
                for (entries, meaning) in [
                    (&words.words, Meaning::Word(index)),
                    (&words.not, Meaning::Not(index)),
                    (&words.carried, Meaning::Carried(index)),
                    (&words.members, Meaning::Member(index)),
                    (&words.cues, Meaning::Cue(index)),
                ] {
                    list.extend(entries.iter().map(|entry| (entry.as_str(), meaning)));
                }
                Matcher::new(list[before..].iter().copied())
                    .map_err(|source| TargetsError::Entry { place: format!("{} in {language}", target.id), source })?;
            }
        }
        for (&language, actors) in &file.others {
            let list = lists.entry(language).or_default();
            for (gender, entries) in actors.groups() {
                list.extend(entries.iter().map(|entry| (entry.as_str(), Meaning::Other(gender))));
            }
        }
        let mut aliases = Vec::new();
        for (&language, names) in &file.aliases {
            let list = lists.entry(language).or_default();
            for (name, entries) in names {
                list.extend(entries.iter().map(|entry| (entry.as_str(), Meaning::Alias(aliases.len()))));
                aliases.push(name.clone());
            }
        }
        let matchers = lists
            .into_iter()
            .map(|(language, list)| match Matcher::new(list) {
                Ok(matcher) => Ok((language, matcher)),
                Err(source) => Err(TargetsError::Entry { place: format!("others in {language}"), source }),
            })
            .collect::<Result<_, _>>()?;
        let targets = file
            .target
            .into_iter()
            .map(|target| Target {
                id: target.id,
                names: target.words.into_iter().map(|(language, words)| (language, words.name)).collect(),
            })
            .collect();
        Ok(Self { targets, matchers, aliases })
    }

    /// The default study: Russia and the West.
    ///
    /// # Panics
    /// Never: the embedded file is parsed by a test.
    #[must_use]
    pub fn embedded() -> Self {
        #[expect(clippy::expect_used, reason = "the file is part of the program and parsed by a test")]
        Self::parse(EMBEDDED_TARGETS).expect("the embedded targets file is well-formed")
    }

    /// The ids, in the order of the file.
    pub fn ids(&self) -> impl ExactSizeIterator<Item = &str> {
        self.targets.iter().map(|target| target.id.as_str())
    }

    /// What the target `id` is called in `language`: the text a model is asked about. The id where the file has none.
    #[must_use]
    pub fn name<'a>(&'a self, id: &'a str, language: Language) -> &'a str {
        let target = self.targets.iter().find(|target| target.id == id);
        target.and_then(|target| target.names.get(&language)).map_or(id, String::as_str)
    }

    /// The name that a description means.
    pub(super) fn alias(&self, number: usize) -> &str {
        &self.aliases[number]
    }

    /// What the words of a sentence stand for, by start; what an exclusion covers is gone, and so is a match inside
    /// a longer one of the same target.
    pub(super) fn find(&self, language: Language, source: &str, folded: &Folded) -> Vec<(Span, Meaning)> {
        let Some(matcher) = self.matchers.get(&language) else { return Vec::new() };
        let mut all = matcher.find(source, folded);
        // Of equal matches, the one that can act.
        all.sort_by_key(|(span, meaning)| (span.start, usize::MAX - span.end, !meaning.is_actor()));
        let excluded = |span: Span, target: usize| {
            all.iter().any(|&(other, &meaning)| meaning == Meaning::Not(target) && other.contains(span))
        };
        let mut kept: Vec<(Span, Meaning)> = Vec::new();
        for &(span, &meaning) in &all {
            let covered = |&(longer, other): &(Span, Meaning)| {
                longer.contains(span)
                    && other.target() == meaning.target()
                    && !matches!(other, Meaning::Cue(_) | Meaning::Alias(_))
            };
            let gone = match meaning {
                Meaning::Not(_) => true,
                Meaning::Cue(_) | Meaning::Alias(_) => false,
                Meaning::Other(_) => {
                    kept.iter().any(|kept| kept.0.contains(span) && !matches!(kept.1, Meaning::Alias(_)))
                }
                _ => meaning.target().is_some_and(|target| excluded(span, target)) || kept.iter().any(covered),
            };
            if !gone {
                kept.push((span, meaning));
            }
        }
        kept
    }
}

impl Meaning {
    pub(super) fn is_actor(self) -> bool {
        matches!(self, Self::Actor(..) | Self::Other(_))
    }

    pub(super) fn target(self) -> Option<usize> {
        match self {
            Self::Actor(target, _)
            | Self::Word(target)
            | Self::Carried(target)
            | Self::Member(target)
            | Self::Cue(target)
            | Self::Not(target) => Some(target),
            Self::Other(_) | Self::Alias(_) => None,
        }
    }
}
