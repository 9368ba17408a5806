//! Coded rows joined to predictions.

use std::collections::BTreeMap;

use super::{Answer, Confusion, EvaluateError};
use crate::labels::{Code, LabelRow, Split};
use crate::schema::{Label, Probabilities, Stance};

/// What a model says of one coded row.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// Id of the row.
    pub id: String,
    /// Calibrated probabilities.
    pub probabilities: Probabilities,
    /// The label given, perhaps undecided.
    pub label: Label,
    /// Id of the model.
    pub model: String,
}

/// A relevant coded pair and what the model says of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// The coded row.
    pub gold: LabelRow,
    /// Its stance.
    pub stance: Stance,
    /// What the model gives each stance.
    pub probabilities: Probabilities,
    /// The label given.
    pub label: Label,
}

impl Item {
    /// The most probable stance, as if the model never abstained.
    #[must_use]
    pub fn forced(&self) -> Stance {
        self.probabilities.best().0
    }
}

/// The scored pairs, and what was left out of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Items {
    /// Relevant pairs, in the order of the labels.
    pub items: Vec<Item>,
    /// Rows still to be filled in.
    pub unlabelled: usize,
    /// Rows coded `none`; the stance alone is not defined there.
    pub not_relevant: usize,
}

impl Items {
    /// Joins by id. Rows of `splits` count; predictions for other splits are let be.
    ///
    /// # Errors
    /// [`EvaluateError`]: a prediction for no row, a relevant row without prediction, another model than `model`,
    /// probabilities that are none, or no row left to score.
    pub fn join(
        rows: &[LabelRow],
        predictions: &[Prediction],
        model: &str,
        split: Split,
    ) -> Result<Self, EvaluateError> {
        let known: std::collections::HashSet<&str> = rows.iter().map(|row| row.id.as_str()).collect();
        let strays = predictions.iter().filter(|p| !known.contains(p.id.as_str())).map(|p| p.id.as_str());
        refuse(
            strays,
            "predictions are for rows that the labels do not have",
            "score a run with the labels that it tagged",
        )?;
        let mut by_id: BTreeMap<&str, &Prediction> = BTreeMap::new();
        for prediction in predictions {
            if prediction.model != model {
                return Err(EvaluateError::OtherModel { expected: model.into(), found: prediction.model.clone() });
            }
            check(prediction)?;
            by_id.insert(&prediction.id, prediction);
        }
        let mut joined = Self::default();
        let mut missing = Vec::new();
        for row in rows.iter().filter(|row| row.split == split) {
            match (row.label, row.label.and_then(Code::stance), by_id.get(row.id.as_str())) {
                (None, ..) => joined.unlabelled += 1,
                (Some(_), None, _) => joined.not_relevant += 1,
                (_, Some(_), None) => missing.push(row.id.as_str()),
                (_, Some(stance), Some(prediction)) => joined.items.push(Item {
                    gold: row.clone(),
                    stance,
                    probabilities: prediction.probabilities,
                    label: prediction.label,
                }),
            }
        }
        refuse(missing.into_iter(), "coded pairs have no prediction", "tag all of the labels' texts with the model")?;
        if joined.items.is_empty() {
            let Self { unlabelled, not_relevant, .. } = joined;
            return Err(EvaluateError::Nothing { unlabelled, not_relevant });
        }
        Ok(joined)
    }
}

fn refuse<'a>(
    ids: impl Iterator<Item = &'a str>,
    what: &'static str,
    remedy: &'static str,
) -> Result<(), EvaluateError> {
    let ids: Vec<&str> = ids.collect();
    match ids.first() {
        None => Ok(()),
        Some(&first) => Err(EvaluateError::Unmatched { count: ids.len(), what, first: first.into(), remedy }),
    }
}

/// Probabilities from a file are rounded, so the sum may be off by a little.
fn check(prediction: &Prediction) -> Result<(), EvaluateError> {
    let found = prediction.probabilities.to_array();
    let valid = found.iter().all(|p| (0.0..=1.0).contains(p)) && (found.iter().sum::<f64>() - 1.0).abs() < 1e-3;
    if valid { Ok(()) } else { Err(EvaluateError::NotADistribution { id: prediction.id.clone(), found }) }
}

/// One counter an article, in the order of article ids.
pub(super) fn by_article<'a>(
    items: impl IntoIterator<Item = &'a Item>,
    answer: impl Fn(&Item) -> Answer,
) -> Vec<Confusion> {
    let mut articles: BTreeMap<&str, Confusion> = BTreeMap::new();
    for item in items {
        articles.entry(&item.gold.article).or_default().count(item.stance.into(), answer(item));
    }
    articles.into_values().collect()
}
