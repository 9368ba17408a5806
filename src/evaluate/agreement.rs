//! Agreement among annotators: the ceiling of any model's score.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

use super::bootstrap::sum;
use super::{Bootstrap, Estimate};
use crate::labels::{Code, LabelRow};

/// Against, neutral, favor, none.
const CODES: usize = 4;

/// Agreement over all multiply coded pairs, or those of one target and language.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Agreement {
    /// Target; none for all.
    pub target: Option<String>,
    /// Language code; none for all.
    pub language: Option<String>,
    /// Whether only pairs count that every annotator took for relevant: the ceiling of stance alone.
    pub stance_only: bool,
    /// Pairs with two or more codes.
    pub n: u64,
    /// Krippendorff's alpha, nominal (Krippendorff 2011, "Computing Krippendorff's alpha-reliability").
    pub alpha: Option<Estimate>,
    /// Cohen's kappa (1960); with more than two annotators the mean over pairs of them (Light 1971).
    pub kappa: Option<Estimate>,
    /// Gwet's AC1 (2008), which a rare class does not distort; over the four codes.
    pub ac1: Option<Estimate>,
}

/// Sums of one article that all three coefficients come from.
#[derive(Clone, Debug, Default)]
struct Sums {
    units: u64,
    coincidences: [[f64; CODES]; CODES],
    /// Agreeing share of annotator pairs, and share of each code, summed over units.
    agreeing: f64,
    shares: [f64; CODES],
    pairs: BTreeMap<(String, String), [[f64; CODES]; CODES]>,
}

impl AddAssign<&Self> for Sums {
    fn add_assign(&mut self, other: &Self) {
        self.units += other.units;
        self.agreeing += other.agreeing;
        add(&mut self.coincidences, &other.coincidences);
        for (share, other) in self.shares.iter_mut().zip(other.shares) {
            *share += other;
        }
        for (pair, table) in &other.pairs {
            add(self.pairs.entry(pair.clone()).or_default(), table);
        }
    }
}

fn add(table: &mut [[f64; CODES]; CODES], other: &[[f64; CODES]; CODES]) {
    for (cell, other) in table.iter_mut().flatten().zip(other.iter().flatten()) {
        *cell += other;
    }
}

impl Sums {
    fn count(&mut self, row: &LabelRow) {
        let codes: Vec<(&String, usize)> = independent(row).map(|(name, code)| (name, code as usize)).collect();
        let m = codes.len() as f64;
        self.units += 1;
        for (i, &(first, a)) in codes.iter().enumerate() {
            self.shares[a] += 1.0 / m;
            for &(second, b) in &codes[i + 1..] {
                self.coincidences[a][b] += 1.0 / (m - 1.0);
                self.coincidences[b][a] += 1.0 / (m - 1.0);
                self.agreeing += if a == b { 2.0 / (m * (m - 1.0)) } else { 0.0 };
                self.pairs.entry((first.clone(), second.clone())).or_default()[a][b] += 1.0;
            }
        }
    }

    /// 1 − observed / expected disagreement over the coincidence matrix.
    fn alpha(&self) -> Option<f64> {
        let totals = self.coincidences.map(|row| row.iter().sum::<f64>());
        let n: f64 = totals.iter().sum();
        let observed = n - diagonal(&self.coincidences);
        let expected = n * n - totals.iter().map(|t| t * t).sum::<f64>();
        (expected > 0.0).then(|| 1.0 - (n - 1.0) * observed / expected)
    }

    fn kappa(&self) -> Option<f64> {
        let kappas: Vec<f64> = self.pairs.values().filter_map(kappa).collect();
        (!kappas.is_empty()).then(|| kappas.iter().sum::<f64>() / kappas.len() as f64)
    }

    fn ac1(&self) -> Option<f64> {
        let n = self.units as f64;
        let chance = self.shares.iter().map(|s| s / n * (1.0 - s / n)).sum::<f64>() / (CODES - 1) as f64;
        (self.units > 0).then(|| (self.agreeing / n - chance) / (1.0 - chance))
    }
}

fn diagonal(table: &[[f64; CODES]; CODES]) -> f64 {
    (0..CODES).map(|i| table[i][i]).sum()
}

fn kappa(table: &[[f64; CODES]; CODES]) -> Option<f64> {
    let n: f64 = table.iter().flatten().sum();
    let chance: f64 =
        (0..CODES).map(|i| table[i].iter().sum::<f64>() * table.iter().map(|row| row[i]).sum::<f64>()).sum::<f64>()
            / (n * n);
    (chance < 1.0).then(|| (diagonal(table) / n - chance) / (1.0 - chance))
}

/// Who settles disagreements sees only those, and is no second opinion on the rest.
const ADJUDICATOR: &str = "adjudicator";

/// The codes that count for agreement.
fn independent(row: &LabelRow) -> impl Iterator<Item = (&String, Code)> {
    row.annotators.iter().filter(|(name, _)| *name != ADJUDICATOR).map(|(name, code)| (name, *code))
}

/// Agreement over all multiply coded rows, over those that every annotator took for relevant, then per target and
/// language. An annotator named `adjudicator` is left out. Empty where nothing was coded twice.
#[must_use]
pub fn agreement(rows: &[LabelRow], bootstrap: Bootstrap) -> Vec<Agreement> {
    let coded: Vec<&LabelRow> = rows.iter().filter(|row| independent(row).count() >= 2).collect();
    let relevant: Vec<&LabelRow> =
        coded.iter().copied().filter(|row| independent(row).all(|(_, code)| code.stance().is_some())).collect();
    let parts: BTreeSet<(&str, &str)> = coded.iter().map(|row| (row.target.as_str(), row.language.code())).collect();
    let all = (!coded.is_empty()).then(|| of(&coded, None, bootstrap));
    let stances = (!relevant.is_empty()).then(|| Agreement { stance_only: true, ..of(&relevant, None, bootstrap) });
    let each = parts.into_iter().map(|(target, language)| {
        let part: Vec<&LabelRow> =
            coded.iter().copied().filter(|row| row.target == target && row.language.code() == language).collect();
        of(&part, Some((target, language)), bootstrap)
    });
    all.into_iter().chain(stances).chain(each).collect()
}

fn of(rows: &[&LabelRow], part: Option<(&str, &str)>, bootstrap: Bootstrap) -> Agreement {
    let mut articles: BTreeMap<&str, Sums> = BTreeMap::new();
    for row in rows {
        articles.entry(&row.article).or_default().count(row);
    }
    let articles: Vec<Sums> = articles.into_values().collect();
    let [alpha, kappa, ac1] = bootstrap.estimate(&articles, |sums| [sums.alpha(), sums.kappa(), sums.ac1()]);
    Agreement {
        target: part.map(|part| part.0.to_owned()),
        language: part.map(|part| part.1.to_owned()),
        stance_only: false,
        n: sum(articles.iter()).units,
        alpha,
        kappa,
        ac1,
    }
}
