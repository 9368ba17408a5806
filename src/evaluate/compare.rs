//! Whether one model is really better than another on the same pairs.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use rand::Rng;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::bootstrap::sum;
use super::{Bootstrap, Confusion, Estimate, EvaluateError, Item};

/// The difference between two models.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Macro-F1 of the first less that of the second; positive: the first is better.
    pub difference: Option<Estimate>,
    /// Share of random exchanges that differ at least as much (two-sided).
    pub p: Option<f64>,
}

/// Both models' counters of one article.
#[derive(Clone, Debug, Default)]
struct Both(Confusion, Confusion);

impl AddAssign<&Self> for Both {
    fn add_assign(&mut self, other: &Self) {
        self.0 += &other.0;
        self.1 += &other.1;
    }
}

impl Both {
    fn difference(&self) -> Option<f64> {
        Some(self.0.macro_f1()? - self.1.macro_f1()?)
    }
}

/// Paired approximate randomisation (Noreen 1989; Yeh 2000, arXiv cs/0008005): under the null hypothesis the two
/// models' answers to an article may be exchanged. Articles, not sentences, are exchanged. The p value counts the
/// observed difference too, so it is never 0.
///
/// # Errors
/// [`EvaluateError::Unmatched`] when the two were not given the same pairs.
pub fn compare(first: &[Item], second: &[Item], bootstrap: Bootstrap) -> Result<Comparison, EvaluateError> {
    let others: BTreeMap<&str, &Item> = second.iter().map(|item| (item.gold.id.as_str(), item)).collect();
    let missing: Vec<&Item> = first.iter().filter(|item| !others.contains_key(item.gold.id.as_str())).collect();
    if let Some(item) = missing.first().copied().or(second.get(first.len())) {
        return Err(EvaluateError::Unmatched {
            count: missing.len().max(second.len().abs_diff(first.len())),
            what: "pairs were given to one of the two models only",
            first: item.gold.id.clone(),
            remedy: "score both on the same labels",
        });
    }
    let mut articles: BTreeMap<&str, Both> = BTreeMap::new();
    for item in first {
        let both = articles.entry(&item.gold.article).or_default();
        both.0.count(item.stance.into(), item.forced().into());
        both.1.count(item.stance.into(), others[item.gold.id.as_str()].forced().into());
    }
    let articles: Vec<Both> = articles.into_values().collect();
    let [difference] = bootstrap.estimate(&articles, |both| [both.difference()]);
    Ok(Comparison { difference, p: p_value(&articles, bootstrap) })
}

fn p_value(articles: &[Both], bootstrap: Bootstrap) -> Option<f64> {
    let observed = sum(articles.iter()).difference()?.abs();
    let as_large = (0..bootstrap.resamples).into_par_iter().filter(|&i| {
        let mut rng = bootstrap.stream(i);
        let mut exchanged = Both::default();
        for Both(a, b) in articles {
            let (a, b) = if rng.random() { (b, a) } else { (a, b) };
            exchanged.0 += a;
            exchanged.1 += b;
        }
        // Rounding must not make the identical exchange look smaller.
        exchanged.difference().is_some_and(|difference| difference.abs() >= observed - 1e-12)
    });
    Some((as_large.count() as f64 + 1.0) / (bootstrap.resamples as f64 + 1.0))
}
