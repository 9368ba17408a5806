//! The baseline: counts cue words. It sees every word of the sentence alike, whatever the target.

use std::collections::BTreeMap;

use serde::Deserialize;
use unicode_segmentation::UnicodeSegmentation;

use super::transformer::softmax;
use super::{Pair, TagError, Tagger};
use crate::schema::{Language, Probabilities};

/// The cue words that come with the program.
const EMBEDDED: &str = include_str!("../../data/cues.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cues {
    /// Words of support; a trailing `*` matches any ending.
    favor: Vec<String>,
    /// Words of opposition.
    against: Vec<String>,
    /// Words that turn the next cue around.
    negation: Vec<String>,
}

/// A cue-word tagger for the languages of its lexicon.
pub struct Lexicon {
    id: String,
    cues: BTreeMap<Language, Cues>,
}

impl Lexicon {
    /// Reads a lexicon in the format of `data/cues.toml`.
    ///
    /// # Errors
    /// [`TagError::Lexicon`] names the line and field.
    pub fn parse(text: &str) -> Result<Self, TagError> {
        let cues = toml::from_str(text).map_err(|error| TagError::Lexicon(error.to_string()))?;
        Ok(Self { id: format!("lexicon@{}", &blake3::hash(text.as_bytes()).to_hex()[..12]), cues })
    }

    /// The lexicon that comes with the program.
    ///
    /// # Errors
    /// Never in a released build: a test reads it.
    pub fn embedded() -> Result<Self, TagError> {
        Self::parse(EMBEDDED)
    }

    fn score(&self, pair: &Pair) -> Probabilities {
        // One cue outweighs the prior for neutral, evenly matched cues do not.
        const NEUTRAL: f64 = 0.5;
        let (mut favor, mut against) = (0.0, 0.0);
        if let Some(cues) = self.cues.get(&pair.language) {
            let lower = pair.text.to_lowercase();
            let mut negated = 0;
            for word in lower.unicode_words() {
                let turned = negated > 0;
                if matches(&cues.negation, word) {
                    negated = 3;
                    continue;
                }
                negated -= i32::from(turned);
                let (for_it, against_it) = (matches(&cues.favor, word), matches(&cues.against, word));
                favor += f64::from(u8::from(if turned { against_it } else { for_it }));
                against += f64::from(u8::from(if turned { for_it } else { against_it }));
            }
        }
        softmax([against, NEUTRAL + favor.min(against), favor], 1.0).into()
    }
}

fn matches(cues: &[String], word: &str) -> bool {
    cues.iter().any(|cue| cue.strip_suffix('*').map_or(cue == word, |stem| word.starts_with(stem)))
}

impl Tagger for Lexicon {
    fn id(&self) -> &str {
        &self.id
    }

    fn tag(&self, pairs: &[Pair]) -> Result<Vec<Probabilities>, TagError> {
        Ok(pairs.iter().map(|pair| self.score(pair)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Span, Stance};

    fn best(language: Language, text: &str) -> Stance {
        let pair = Pair {
            text: text.into(),
            previous: String::new(),
            mention: Span::new(0, 0),
            target: String::new(),
            language,
        };
        Lexicon::embedded().unwrap().tag(&[pair]).unwrap()[0].best().0
    }

    #[test]
    fn cues_decide_and_negation_turns_them() {
        assert_eq!(best(Language::Nl, "Minsk steunt Moskou."), Stance::Favor);
        assert_eq!(best(Language::Nl, "Minsk steunt Moskou niet langer en niet openlijk."), Stance::Favor);
        assert_eq!(best(Language::Nl, "Minsk zal Moskou niet steunen."), Stance::Against);
        assert_eq!(best(Language::En, "The delegation arrived on Monday."), Stance::Neutral);
    }
}
