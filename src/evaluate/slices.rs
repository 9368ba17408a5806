//! The same scores for parts of the data, where a mean hides a weakness.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::{Bootstrap, Item, Scores, score};
use crate::schema::Presence;

/// What the pairs are split by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dimension {
    /// Language of the sentence.
    Language,
    /// Id of the target.
    Target,
    /// Author, quoted, or not coded.
    Holder,
    /// Named or carried.
    Presence,
    /// Title, lead or body.
    Block,
    /// Words in the sentence.
    Length,
    /// Targets that the sentence bears on.
    Targets,
    /// Hard-case tag.
    Tag,
}

impl Dimension {
    const ALL: [Self; 8] = [
        Self::Language,
        Self::Target,
        Self::Holder,
        Self::Presence,
        Self::Block,
        Self::Length,
        Self::Targets,
        Self::Tag,
    ];

    fn values(self, item: &Item, targets: usize) -> Vec<String> {
        let gold = &item.gold;
        match self {
            Self::Language => vec![gold.language.to_string()],
            Self::Target => vec![gold.target.clone()],
            Self::Holder => vec![gold.holder.as_ref().map_or("not coded", |holder| holder.class()).into()],
            Self::Presence => vec![
                match gold.presence {
                    Some(Presence::Named) => "named",
                    Some(Presence::Carried) => "carried",
                    None => "not coded",
                }
                .into(),
            ],
            Self::Block => vec![gold.block.name().into()],
            Self::Length => vec![
                match gold.text.split_whitespace().count() {
                    0..=10 => "1–10 words",
                    11..=20 => "11–20 words",
                    21..=30 => "21–30 words",
                    _ => "over 30 words",
                }
                .into(),
            ],
            Self::Targets => vec![if targets > 1 { "two or more" } else { "one" }.into()],
            Self::Tag => gold.tags.clone(),
        }
    }
}

/// Scores of a part of the pairs, or the statement that it is too small for any.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Slice {
    /// What it is split by.
    pub dimension: Dimension,
    /// Which part.
    pub value: String,
    /// Pairs in it.
    pub n: usize,
    /// Scores as if the model never abstained; none under the least number of pairs.
    pub scores: Option<Scores>,
}

/// All slices that occur, by dimension and value. Those under `least` pairs carry no scores.
#[must_use]
pub fn slices(items: &[Item], least: usize, bootstrap: Bootstrap) -> Vec<Slice> {
    let mut targets: HashMap<(&str, usize, &str), usize> = HashMap::new();
    for item in items {
        *targets.entry(sentence(item)).or_default() += 1;
    }
    let mut parts: BTreeMap<(Dimension, String), Vec<Item>> = BTreeMap::new();
    for item in items {
        for dimension in Dimension::ALL {
            for value in dimension.values(item, targets[&sentence(item)]) {
                parts.entry((dimension, value)).or_default().push(item.clone());
            }
        }
    }
    let slice = |((dimension, value), part): ((Dimension, String), Vec<Item>)| {
        let scores = (part.len() >= least).then(|| score::forced(&part, bootstrap));
        Slice { dimension, value, n: part.len(), scores }
    };
    parts.into_iter().map(slice).collect()
}

fn sentence(item: &Item) -> (&str, usize, &str) {
    (&item.gold.article, item.gold.sentence, &item.gold.text)
}
