//! Precision, recall and what is made of them.

use serde::{Deserialize, Serialize};

use super::bootstrap::sum;
use super::item::by_article;
use super::{Answer, Bootstrap, Confusion, Estimate, Item};
use crate::schema::Stance;

/// Scores of one stance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassScores {
    /// The stance.
    pub stance: Stance,
    /// Pairs coded so.
    pub support: u64,
    /// Of those called so, the share that are.
    pub precision: Option<Estimate>,
    /// Of those that are so, the share called so.
    pub recall: Option<Estimate>,
    /// Harmonic mean of both.
    pub f1: Option<Estimate>,
}

/// Scores of a set of pairs; a figure that is not defined is absent, never 0.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scores {
    /// Pairs.
    pub n: u64,
    /// Articles that they come from.
    pub articles: usize,
    /// Codes against answers.
    pub confusion: Confusion,
    /// Against, neutral, favor.
    pub classes: Vec<ClassScores>,
    /// Mean F1 of the three stances.
    pub macro_f1: Option<Estimate>,
    /// Mean F1 of favor and against.
    pub polar_f1: Option<Estimate>,
    /// Share answered as coded.
    pub accuracy: Option<Estimate>,
    /// Matthews' correlation.
    pub mcc: Option<Estimate>,
    /// Share left undecided.
    pub undecided: Option<Estimate>,
}

/// Scores of the labels as a user gets them: undecided is a miss.
#[must_use]
pub fn given(items: &[Item], bootstrap: Bootstrap) -> Scores {
    score(&by_article(items, |item| Answer::Given(item.label)), bootstrap)
}

/// Scores of the most probable stance, as if the model never abstained: comparable with published figures.
#[must_use]
pub fn forced(items: &[Item], bootstrap: Bootstrap) -> Scores {
    score(&by_article(items, |item| item.forced().into()), bootstrap)
}

/// Scores of counters, one an article.
#[must_use]
pub fn score(articles: &[Confusion], bootstrap: Bootstrap) -> Scores {
    let confusion: Confusion = sum(articles.iter());
    let estimates = bootstrap.estimate(articles, |c| {
        let [against, neutral, favor] = Stance::ALL.map(|stance| [c.precision(stance), c.recall(stance), c.f1(stance)]);
        let whole = [c.macro_f1(), c.polar_f1(), c.accuracy(), c.mcc(), c.undecided()];
        let mut all = [None; 14];
        for (slot, value) in all.iter_mut().zip([against, neutral, favor].into_iter().flatten().chain(whole)) {
            *slot = value;
        }
        all
    });
    let classes = Stance::ALL.map(|stance| {
        let at = 3 * stance as usize;
        let [precision, recall, f1] = [estimates[at], estimates[at + 1], estimates[at + 2]];
        ClassScores { stance, support: confusion.support(stance), precision, recall, f1 }
    });
    let [macro_f1, polar_f1, accuracy, mcc, undecided] = [9, 10, 11, 12, 13].map(|i| estimates[i]);
    Scores {
        n: confusion.total(),
        articles: articles.len(),
        confusion,
        classes: classes.into(),
        macro_f1,
        polar_f1,
        accuracy,
        mcc,
        undecided,
    }
}
