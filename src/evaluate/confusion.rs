//! Counters that add; every score is a method of their sum.

use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

use crate::labels::Code;
use crate::schema::{Label, Stance};

/// What the system made of a coded pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A label, or undecided.
    Given(Label),
    /// No claim: it found the sentence not relevant, or did not find it.
    NoClaim,
}

impl From<Stance> for Answer {
    fn from(stance: Stance) -> Self {
        Self::Given(stance.into())
    }
}

impl From<Stance> for Code {
    fn from(stance: Stance) -> Self {
        match stance {
            Stance::Against => Self::Against,
            Stance::Neutral => Self::Neutral,
            Stance::Favor => Self::Favor,
        }
    }
}

/// Pairs by code (row: against, neutral, favor, none) and answer (column: against, neutral, favor, undecided, no claim).
///
/// An undecided pair is a miss of its class and a false alarm of none. The cells sum to [`Confusion::total`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confusion {
    /// `cells[code][answer]`.
    pub cells: [[u64; 5]; 4],
}

impl AddAssign<&Self> for Confusion {
    fn add_assign(&mut self, other: &Self) {
        for (row, others) in self.cells.iter_mut().zip(&other.cells) {
            for (cell, other) in row.iter_mut().zip(others) {
                *cell += other;
            }
        }
    }
}

impl Confusion {
    /// Counts one pair.
    pub fn count(&mut self, code: Code, answer: Answer) {
        let column = match answer {
            Answer::Given(label) => label as usize,
            Answer::NoClaim => 4,
        };
        self.cells[code as usize][column] += 1;
    }

    /// Pairs counted.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.cells.iter().flatten().sum()
    }

    /// Pairs coded so.
    #[must_use]
    pub fn support(&self, stance: Stance) -> u64 {
        self.cells[stance as usize].iter().sum()
    }

    /// Pairs answered so.
    #[must_use]
    pub fn predicted(&self, stance: Stance) -> u64 {
        self.column(stance as usize)
    }

    fn column(&self, column: usize) -> u64 {
        self.cells.iter().map(|row| row[column]).sum()
    }

    fn hits(&self, stance: Stance) -> u64 {
        self.cells[stance as usize][stance as usize]
    }

    /// Of the pairs answered so, the share coded so; none where nothing was.
    #[must_use]
    pub fn precision(&self, stance: Stance) -> Option<f64> {
        share(self.hits(stance), self.predicted(stance))
    }

    /// Of the pairs coded so, the share answered so; none where nothing was.
    #[must_use]
    pub fn recall(&self, stance: Stance) -> Option<f64> {
        share(self.hits(stance), self.support(stance))
    }

    /// Harmonic mean of precision and recall, 2TP / (2TP + FP + FN); none where the class neither occurs nor is given.
    #[must_use]
    pub fn f1(&self, stance: Stance) -> Option<f64> {
        share(2 * self.hits(stance), self.predicted(stance) + self.support(stance))
    }

    /// Mean F1 of the stances that occur or are given; none where the codes have fewer than two stances, since a
    /// constant answer would then be perfect.
    #[must_use]
    pub fn macro_f1(&self) -> Option<f64> {
        self.mean_f1(&Stance::ALL)
    }

    /// Mean F1 of favor and against, the figure of SemEval-2016 task 6 (Mohammad et al. 2016) and RuSentNE-2023
    /// (Golubev et al. 2023).
    #[must_use]
    pub fn polar_f1(&self) -> Option<f64> {
        self.mean_f1(&[Stance::Against, Stance::Favor])
    }

    fn mean_f1(&self, stances: &[Stance]) -> Option<f64> {
        if Stance::ALL.into_iter().filter(|&stance| self.support(stance) > 0).count() < 2 {
            return None;
        }
        let f1: Vec<f64> = stances.iter().filter_map(|&stance| self.f1(stance)).collect();
        (!f1.is_empty()).then(|| f1.iter().sum::<f64>() / f1.len() as f64)
    }

    fn correct(&self) -> u64 {
        Stance::ALL.into_iter().map(|stance| self.hits(stance)).sum::<u64>() + self.cells[3][4]
    }

    /// Share of pairs answered as coded; undecided is never right.
    #[must_use]
    pub fn accuracy(&self) -> Option<f64> {
        share(self.correct(), self.total())
    }

    /// Share of pairs left undecided.
    #[must_use]
    pub fn undecided(&self) -> Option<f64> {
        share(self.column(3), self.total())
    }

    /// Matthews' correlation for many classes, `R_K` (Gorodkin 2004, Comput. Biol. Chem. 28:367); none where codes or
    /// answers are all one.
    #[must_use]
    pub fn mcc(&self) -> Option<f64> {
        let n = self.total() as f64;
        // Codes have no undecided: a class of answers that is never right.
        let codes: [f64; 5] =
            [0, 1, 2, 4, 3].map(|i| self.cells.get(i).map_or(0.0, |row| row.iter().sum::<u64>() as f64));
        let answers: [f64; 5] = [0, 1, 2, 3, 4].map(|i| self.column(i) as f64);
        let product = |a: &[f64; 5], b: &[f64; 5]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
        let spread = (n * n - product(&codes, &codes)) * (n * n - product(&answers, &answers));
        (spread > 0.0).then(|| (self.correct() as f64 * n - product(&codes, &answers)) / spread.sqrt())
    }
}

fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}
