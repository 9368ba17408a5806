//! Whether 80 % sure means right in 80 of 100 (Guo et al. 2017, arXiv 1706.04599).

use std::collections::BTreeMap;
use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

use super::bootstrap::sum;
use super::{Bootstrap, Estimate, Item};
use crate::schema::{Language, Probabilities, Stance};
use crate::tag::Temperatures;

/// Bins of a reliability diagram, each a tenth wide.
pub const BINS: usize = 10;

/// Fewest dev pairs that a temperature is fitted on.
pub const FEWEST_PAIRS: usize = 100;

/// One bar of a reliability diagram.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    /// Pairs whose best probability lies in the bin.
    pub n: u64,
    /// Their mean best probability.
    pub confidence: Option<f64>,
    /// The share of them whose most probable stance is right.
    pub accuracy: Option<f64>,
}

/// How far probabilities can be taken at their word.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// From 0–0.1 to 0.9–1.
    pub bins: Vec<Bin>,
    /// Expected calibration error: mean gap between confidence and accuracy, weighted by the bins' sizes
    /// (Naeini et al. 2015). Biased upwards in small samples.
    pub ece: Option<Estimate>,
    /// Mean squared distance from the truth over the three stances, 0 to 2 (Brier 1950).
    pub brier: Option<Estimate>,
}

/// Sums that calibration is computed from.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    /// Pairs, confidence, right.
    bins: [(u64, f64, u64); BINS],
    brier: f64,
}

impl AddAssign<&Self> for Sums {
    fn add_assign(&mut self, other: &Self) {
        for (bin, other) in self.bins.iter_mut().zip(&other.bins) {
            *bin = (bin.0 + other.0, bin.1 + other.1, bin.2 + other.2);
        }
        self.brier += other.brier;
    }
}

impl Sums {
    fn count(&mut self, item: &Item) {
        let (best, p) = item.probabilities.best();
        let bin = &mut self.bins[((p * BINS as f64) as usize).min(BINS - 1)];
        *bin = (bin.0 + 1, bin.1 + p, bin.2 + u64::from(best == item.stance));
        let truth = |stance: Stance| f64::from(u8::from(stance == item.stance));
        let distances = Stance::ALL.into_iter().zip(item.probabilities.to_array()).map(|(s, p)| (p - truth(s)).powi(2));
        self.brier += distances.sum::<f64>();
    }

    fn n(&self) -> u64 {
        self.bins.iter().map(|bin| bin.0).sum()
    }

    fn ece(&self) -> Option<f64> {
        let gaps: f64 = self.bins.iter().map(|&(_, confidence, right)| (confidence - right as f64).abs()).sum();
        (self.n() > 0).then(|| gaps / self.n() as f64)
    }

    fn brier(&self) -> Option<f64> {
        (self.n() > 0).then(|| self.brier / self.n() as f64)
    }
}

/// Reliability of the probabilities.
#[must_use]
pub fn calibration(items: &[Item], bootstrap: Bootstrap) -> Calibration {
    let mut articles: BTreeMap<&str, Sums> = BTreeMap::new();
    for item in items {
        articles.entry(&item.gold.article).or_default().count(item);
    }
    let articles: Vec<Sums> = articles.into_values().collect();
    let [ece, brier] = bootstrap.estimate(&articles, |sums| [sums.ece(), sums.brier()]);
    let bin = |(n, confidence, right): (u64, f64, u64)| {
        let mean = |total: f64| (n > 0).then(|| total / n as f64);
        Bin { n, confidence: mean(confidence), accuracy: mean(right as f64) }
    };
    Calibration { bins: sum(articles.iter()).bins.into_iter().map(bin).collect(), ece, brier }
}

/// `p` with its logits divided by `temperature`; the order of the stances stays.
#[must_use]
pub fn at_temperature(p: Probabilities, temperature: f64) -> Probabilities {
    let logits = p.to_array().map(|p| p.max(f64::MIN_POSITIVE).ln() / temperature);
    let highest = logits.into_iter().fold(f64::MIN, f64::max);
    let weights = logits.map(|logit| (logit - highest).exp());
    let total: f64 = weights.iter().sum();
    weights.map(|weight| weight / total).into()
}

/// Temperatures that make dev's codes likeliest: one for each group of languages with enough pairs, one of all pairs
/// for the rest. `items` carry the probabilities of temperature 1.
#[must_use]
pub fn fit_temperatures(items: &[Item], groups: &[&[Language]]) -> Temperatures {
    let mut fitted = Temperatures::default();
    if items.len() >= FEWEST_PAIRS {
        fitted.default = fit_temperature(&items.iter().collect::<Vec<_>>());
    }
    for group in groups {
        let part: Vec<&Item> = items.iter().filter(|item| group.contains(&item.gold.language)).collect();
        if part.len() >= FEWEST_PAIRS {
            let temperature = fit_temperature(&part);
            fitted.by_language.extend(group.iter().map(|&language| (language, temperature)));
        }
    }
    fitted
}

/// The negative log likelihood is convex in 1 / T, so that a golden-section search (Kiefer 1953) over ln T from 1/20 to
/// 20 finds its one minimum.
fn fit_temperature(items: &[&Item]) -> f64 {
    let loss = |ln_t: f64| -> f64 {
        let likelihood = |item: &&Item| at_temperature(item.probabilities, ln_t.exp()).to_array()[item.stance as usize];
        items.iter().map(|item| -likelihood(item).max(f64::MIN_POSITIVE).ln()).sum()
    };
    let ratio = (5f64.sqrt() - 1.0) / 2.0;
    let (mut low, mut high) = (0.05f64.ln(), 20f64.ln());
    while high - low > 1e-6 {
        let step = ratio * (high - low);
        if loss(high - step) <= loss(low + step) {
            high = low + step;
        } else {
            low = high - step;
        }
    }
    ((low + high) / 2.0).exp()
}
