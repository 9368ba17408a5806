//! When to say "undecided": less wrong for less said (El-Yaniv & Wiener 2010; Geifman & El-Yaniv 2017, arXiv 1705.08500).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Item;
use crate::schema::Language;
use crate::tag::Thresholds;

/// Fewest dev pairs of a target and language that get a threshold of their own.
pub const FEWEST_PAIRS: usize = 50;

/// What thresholds should reach on dev.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Aim {
    /// Share of the decided pairs that should be right.
    pub accuracy: f64,
    /// Least share of pairs to decide, whatever the accuracy.
    pub coverage: f64,
}

impl Default for Aim {
    fn default() -> Self {
        Self { accuracy: 0.85, coverage: 0.7 }
    }
}

/// A point of the risk–coverage curve.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Least best probability that is decided here.
    pub threshold: f64,
    /// Share of pairs decided.
    pub coverage: f64,
    /// Share of the decided pairs that are wrong.
    pub risk: f64,
}

/// Error rate as the threshold falls and coverage grows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RiskCoverage {
    /// By rising coverage; pairs with equal probability enter together.
    pub points: Vec<Point>,
    /// Area under the curve (AURC): mean risk over all coverages; lower is better. Pairs of equal probability share
    /// the risk at which they all are in.
    pub area: Option<f64>,
}

/// The curve of the pairs' best probabilities.
#[must_use]
pub fn risk_coverage(items: &[Item]) -> RiskCoverage {
    curve(&items.iter().collect::<Vec<_>>())
}

fn curve(items: &[&Item]) -> RiskCoverage {
    let mut sure: Vec<(f64, bool)> =
        items.iter().map(|item| (item.probabilities.best().1, item.forced() == item.stance)).collect();
    sure.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut points: Vec<Point> = Vec::new();
    let mut wrong = 0;
    for (i, &(threshold, right)) in sure.iter().enumerate() {
        wrong += usize::from(!right);
        let last_of_its_kind = sure.get(i + 1).is_none_or(|next| next.0 < threshold);
        if last_of_its_kind {
            let decided = (i + 1) as f64;
            points.push(Point { threshold, coverage: decided / sure.len() as f64, risk: wrong as f64 / decided });
        }
    }
    let before = std::iter::once(0.0).chain(points.iter().map(|point| point.coverage));
    let area = points.iter().zip(before).map(|(point, before)| (point.coverage - before) * point.risk).sum();
    RiskCoverage { area: (!points.is_empty()).then_some(area), points }
}

/// Thresholds chosen on dev pairs: for each target and language with enough of them the one that reaches the aimed
/// accuracy and decides most; where none does, the most accurate one that still decides `aim.coverage`. Other targets
/// and languages get the threshold of all pairs.
#[must_use]
pub fn fit_thresholds(dev: &[Item], aim: Aim) -> Thresholds {
    let mut groups: BTreeMap<(&str, Language), Vec<&Item>> = BTreeMap::new();
    for item in dev {
        groups.entry((&item.gold.target, item.gold.language)).or_default().push(item);
    }
    let mut fitted = Thresholds { default: threshold(&dev.iter().collect::<Vec<_>>(), aim), ..Thresholds::default() };
    for ((target, language), part) in groups {
        if part.len() >= FEWEST_PAIRS {
            fitted.by_target.entry(target.to_owned()).or_default().insert(language, threshold(&part, aim));
        }
    }
    fitted
}

fn threshold(items: &[&Item], aim: Aim) -> f64 {
    if items.len() < FEWEST_PAIRS {
        return 0.0;
    }
    let points = curve(items).points;
    let allowed = || points.iter().filter(|point| point.coverage >= aim.coverage);
    let reached = allowed().rfind(|point| 1.0 - point.risk >= aim.accuracy);
    match reached.or_else(|| allowed().min_by(|a, b| a.risk.total_cmp(&b.risk))) {
        // Deciding everything needs no threshold, and must not depend on dev's least sure pair.
        Some(point) if point.coverage < 1.0 => point.threshold,
        _ => 0.0,
    }
}
