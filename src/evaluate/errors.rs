//! The surest mistakes, for a reader to judge.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Item;
use crate::schema::Stance;

/// Errors shown of each kind.
const SHOWN: usize = 8;

/// Mistakes of one kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ErrorGroup {
    /// What it is.
    pub coded: Stance,
    /// What it was called, most probably.
    pub predicted: Stance,
    /// How many such.
    pub n: usize,
    /// The surest, first.
    pub worst: Vec<WorstError>,
}

/// A mistake with its context.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WorstError {
    /// Id of the coded row.
    pub id: String,
    /// Language code.
    pub language: String,
    /// Id of the target.
    pub target: String,
    /// The sentence before.
    pub previous: String,
    /// The sentence.
    pub text: String,
    /// Who holds the position, as coded.
    pub holder: Option<String>,
    /// Hard-case tags.
    pub tags: Vec<String>,
    /// Probability given to the wrong stance.
    pub wrong: f64,
    /// Probability given to the right one.
    pub right: f64,
}

/// Groups by what was taken for what, the most frequent kind first.
#[must_use]
pub fn worst(items: &[Item]) -> Vec<ErrorGroup> {
    let mut kinds: BTreeMap<(Stance, Stance), Vec<&Item>> = BTreeMap::new();
    for item in items.iter().filter(|item| item.forced() != item.stance) {
        kinds.entry((item.stance, item.forced())).or_default().push(item);
    }
    let group = |((coded, predicted), mut errors): ((Stance, Stance), Vec<&Item>)| {
        let wrong = |item: &Item| item.probabilities.to_array()[predicted as usize];
        errors.sort_by(|a, b| wrong(b).total_cmp(&wrong(a)).then_with(|| a.gold.id.cmp(&b.gold.id)));
        let shown = errors.iter().take(SHOWN).map(|item| WorstError {
            id: item.gold.id.clone(),
            language: item.gold.language.to_string(),
            target: item.gold.target.clone(),
            previous: item.gold.previous.clone(),
            text: item.gold.text.clone(),
            holder: item.gold.holder.as_ref().map(ToString::to_string),
            tags: item.gold.tags.clone(),
            wrong: wrong(item),
            right: item.probabilities.to_array()[coded as usize],
        });
        ErrorGroup { coded, predicted, n: errors.len(), worst: shown.collect() }
    };
    let mut groups: Vec<ErrorGroup> = kinds.into_iter().map(group).collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.n));
    groups
}
