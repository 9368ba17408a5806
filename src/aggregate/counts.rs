//! Counts of labels, which add.

use serde::{Deserialize, Serialize};

use crate::schema::{Label, StanceRecord};

/// Counts of labels, and the sum of expected stances.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Counts {
    /// Claims against the target.
    pub against: usize,
    /// Claims without a position.
    pub neutral: usize,
    /// Claims in favor of the target.
    pub favor: usize,
    /// Claims that the model left open.
    pub undecided: usize,
    /// Sum over claims of P(favor) − P(against).
    pub expected_sum: f64,
}

impl Counts {
    /// Counts one record.
    pub fn add(&mut self, record: &StanceRecord) {
        match record.label {
            Label::Against => self.against += 1,
            Label::Neutral => self.neutral += 1,
            Label::Favor => self.favor += 1,
            Label::Undecided => self.undecided += 1,
        }
        self.expected_sum += record.probabilities.expected();
    }

    /// Adds another's counts.
    pub fn merge(&mut self, other: &Self) {
        self.against += other.against;
        self.neutral += other.neutral;
        self.favor += other.favor;
        self.undecided += other.undecided;
        self.expected_sum += other.expected_sum;
    }

    /// All relevant claims, undecided ones included.
    #[must_use]
    pub fn relevant(&self) -> usize {
        self.against + self.neutral + self.favor + self.undecided
    }

    /// Net stance: (favor − against) / relevant, in −1..=1; none without claims.
    #[must_use]
    pub fn net(&self) -> Option<f64> {
        self.share(self.favor as f64 - self.against as f64)
    }

    /// Expected net stance from the probabilities, in −1..=1; none without claims.
    #[must_use]
    pub fn expected(&self) -> Option<f64> {
        self.share(self.expected_sum)
    }

    /// Intensity: the share of claims that take a position.
    #[must_use]
    pub fn intensity(&self) -> Option<f64> {
        self.share((self.against + self.favor) as f64)
    }

    /// The share of claims that the model left open.
    #[must_use]
    pub fn undecided_share(&self) -> Option<f64> {
        self.share(self.undecided as f64)
    }

    fn share(&self, part: f64) -> Option<f64> {
        (self.relevant() > 0).then(|| part / self.relevant() as f64)
    }
}
