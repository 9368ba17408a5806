//! The estimator, for one period, target and holder class.

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, StudentsT};

use super::Weighting;
use crate::evaluate::Estimate;

/// Fewest coded articles that bear on a cell, by code or by prediction: under it t quantiles and the linearised variance
/// are no longer trustworthy, and the cell is "not estimable".
pub const FEWEST_CODED: usize = 20;

/// Claims of an article and the sum of their signs (favor 1, neutral 0, against −1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Totals {
    /// Sum of signs.
    pub sum: f64,
    /// Claims.
    pub count: f64,
}

impl Totals {
    /// Adds a claim.
    pub fn add(&mut self, sign: i8) {
        self.sum += f64::from(sign);
        self.count += 1.0;
    }

    fn weighted(self, weighting: Weighting) -> Self {
        match weighting {
            Weighting::Article if self.count > 0.0 => Self { sum: self.sum / self.count, count: 1.0 },
            _ => self,
        }
    }

    /// What the estimating equation of the ratio `theta` sees.
    fn residual(self, theta: f64) -> f64 {
        self.sum - theta * self.count
    }
}

/// One article of the corpus in one cell; zero totals where it has nothing to say there.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ArticleTotals {
    /// As the system labelled it.
    pub predicted: Totals,
    /// As coded, with the probability with which the article was drawn, in (0, 1].
    pub coded: Option<(Totals, f64)>,
}

/// A corrected index, or why there is none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Corrected {
    /// Prediction-powered estimate; none where not estimable.
    pub corrected: Option<Estimate>,
    /// The coded sample alone, without predictions; none where not estimable.
    pub coded_only: Option<Estimate>,
    /// How far the predictions were trusted, 0 to 1.
    pub lambda: Option<f64>,
    /// Coded articles that bear on the cell.
    pub coded_articles: usize,
    /// Why there is no estimate.
    pub not_estimable: Option<String>,
}

/// The uncorrected mean of the predictions; its interval knows of sampling, not of classifier errors.
#[must_use]
pub fn raw(articles: &[ArticleTotals], weighting: Weighting) -> Option<Estimate> {
    let totals: Vec<Totals> = articles.iter().map(|article| article.predicted.weighted(weighting)).collect();
    let count: f64 = totals.iter().map(|t| t.count).sum();
    if count == 0.0 {
        return None;
    }
    let value = totals.iter().map(|t| t.sum).sum::<f64>() / count;
    let bearing = totals.iter().filter(|t| t.count > 0.0).count();
    // Linearised (Särndal et al. 1992, §5.6), with the small-sample factor of a mean.
    let squares: f64 = totals.iter().map(|t| t.residual(value).powi(2)).sum();
    let variance = squares / (count * count) * bearing as f64 / (bearing as f64 - 1.0);
    Some(Estimate { value, interval: (bearing > 1).then(|| interval(value, variance, bearing)) })
}

/// Corrects the index of one cell. `articles` is every article of the corpus that the sample was drawn from and that
/// belongs to the cell's period.
#[must_use]
pub fn correct(articles: &[ArticleTotals], weighting: Weighting) -> Corrected {
    let sample = Sample::new(articles, weighting);
    let none = |why: String| Corrected {
        corrected: None,
        coded_only: None,
        lambda: None,
        coded_articles: sample.bearing,
        not_estimable: Some(why),
    };
    if sample.bearing < FEWEST_CODED {
        return none(format!("{} coded articles bear on it; at least {FEWEST_CODED} are needed", sample.bearing));
    }
    let Some(coded_only) = sample.solve(0.0) else {
        return none("the coded sample has no relevant claim".into());
    };
    // The best trust depends on the ratio and the other way round; it settles at once.
    let mut theta = coded_only;
    let mut lambda = 0.0;
    for _ in 0..3 {
        lambda = sample.best_lambda(theta);
        theta = match sample.solve(lambda) {
            Some(theta) => theta,
            None => return none("the predictions contradict the coded sample".into()),
        };
    }
    Corrected {
        corrected: Some(sample.estimate(theta, lambda)),
        coded_only: Some(sample.estimate(coded_only, 0.0)),
        lambda: Some(lambda),
        coded_articles: sample.bearing,
        not_estimable: None,
    }
}

/// Predicted totals, coded totals and weight (0 where not coded) of each article.
struct Sample {
    rows: Vec<(Totals, Totals, f64)>,
    bearing: usize,
}

impl Sample {
    fn new(articles: &[ArticleTotals], weighting: Weighting) -> Self {
        let inverse: f64 =
            articles.iter().filter_map(|article| article.coded).map(|(_, inclusion)| 1.0 / inclusion).sum();
        let row = |article: &ArticleTotals| {
            let (coded, weight) = article.coded.map_or((Totals::default(), 0.0), |(coded, inclusion)| {
                (coded.weighted(weighting), articles.len() as f64 / inclusion / inverse)
            });
            (article.predicted.weighted(weighting), coded, weight)
        };
        let bears =
            |article: &&ArticleTotals| article.coded.is_some_and(|(c, _)| c.count + article.predicted.count > 0.0);
        Self { rows: articles.iter().map(row).collect(), bearing: articles.iter().filter(bears).count() }
    }

    fn total(&self, of: impl Fn(&(Totals, Totals, f64)) -> f64) -> f64 {
        self.rows.iter().map(of).sum()
    }

    /// Claims in the corpus, as far as the predictions are trusted.
    fn claims(&self, lambda: f64) -> f64 {
        self.total(|(p, c, w)| lambda * p.count + w * (c.count - lambda * p.count))
    }

    /// The ratio at which the rectified estimating equation is zero.
    fn solve(&self, lambda: f64) -> Option<f64> {
        let claims = self.claims(lambda);
        let signs = self.total(|(p, c, w)| lambda * p.sum + w * (c.sum - lambda * p.sum));
        (claims > 0.0).then(|| (signs / claims).clamp(-1.0, 1.0))
    }

    /// What each article moves: the parts of predictions, coded predictions and codes, each less its mean.
    fn influence(&self, theta: f64) -> Vec<[f64; 3]> {
        let n = self.rows.len() as f64;
        let mean = self.total(|(p, _, _)| p.residual(theta)) / n;
        let sampled = self.total(|(p, _, w)| w * p.residual(theta)) / n;
        let coded = self.total(|(_, c, w)| w * c.residual(theta)) / n;
        let of = |(p, c, w): &(Totals, Totals, f64)| {
            let predicted = p.residual(theta);
            [predicted - mean, w * (predicted - sampled), w * (c.residual(theta) - coded)]
        };
        self.rows.iter().map(of).collect()
    }

    /// The trust that makes the variance least (PPI++, §6), from 0 (the coded sample alone) to 1.
    fn best_lambda(&self, theta: f64) -> f64 {
        let influence = self.influence(theta);
        let squares: f64 = influence.iter().map(|[all, sampled, _]| (all - sampled).powi(2)).sum();
        let products: f64 = influence.iter().map(|[all, sampled, coded]| (all - sampled) * coded).sum();
        if squares > 0.0 { (-products / squares).clamp(0.0, 1.0) } else { 0.0 }
    }

    /// What coding adds to an article is divided by one less its leverage on `lambda` (HC3, MacKinnon & White 1985):
    /// fitted to the sample itself, residuals look smaller than they are.
    fn estimate(&self, theta: f64, lambda: f64) -> Estimate {
        let (n, influence) = (self.rows.len() as f64, self.influence(theta));
        // Each is w · x, so that this is the sum of w · x².
        let spread: f64 = influence.iter().zip(&self.rows).map(|([_, x, _], (_, _, w))| x * x / w.max(1.0)).sum();
        let moved = influence.iter().zip(&self.rows).map(|([all, sampled, coded], (_, _, w))| {
            let slope = if lambda > 0.0 && spread > 0.0 { sampled * sampled / w.max(1.0) / spread } else { 0.0 };
            let leverage = (w / n + slope).min(0.9);
            lambda * all + (coded - lambda * sampled) / (1.0 - leverage)
        });
        let variance = moved.map(|psi| psi * psi).sum::<f64>() / self.claims(lambda).powi(2);
        Estimate { value: theta, interval: Some(interval(theta, variance, self.bearing)) }
    }
}

/// 95 % by Student's t for `clusters` articles.
fn interval(theta: f64, variance: f64, clusters: usize) -> (f64, f64) {
    // Freedom is at least 1 here, the only thing that StudentsT asks of it.
    let t = StudentsT::new(0.0, 1.0, clusters as f64 - 1.0).map_or(f64::INFINITY, |t| t.inverse_cdf(0.975));
    let half = t * variance.sqrt();
    ((theta - half).max(-1.0), (theta + half).min(1.0))
}
