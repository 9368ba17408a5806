//! Shares corrected by one pooled confusion matrix: the older, simpler way, kept beside prediction-powered inference.

use std::collections::HashMap;
use std::ops::AddAssign;

use super::index::CorpusArticle;
use super::{Bootstrap, Estimate};
use crate::labels::{Code, LabelRow};
use crate::schema::{Stance, StanceRecord};

/// Smallest determinant of the matrix of error rates that is inverted: nearer 0 the classifier hardly tells the stances
/// apart, and the correction blows noise up.
const LEAST_DETERMINANT: f64 = 0.05;

/// One article: predicted stances in the cell, and coded against predicted stances anywhere, by inverse inclusion.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Coded {
    /// Claims given each stance.
    pub predicted: [f64; 3],
    /// `table[coded][predicted]`.
    pub table: [[f64; 3]; 3],
}

impl AddAssign<&Self> for Coded {
    fn add_assign(&mut self, other: &Self) {
        let cells = self.predicted.iter_mut().chain(self.table.iter_mut().flatten());
        for (cell, other) in cells.zip(other.predicted.iter().chain(other.table.iter().flatten())) {
            *cell += other;
        }
    }
}

type Tables<'a> = HashMap<&'a str, [[f64; 3]; 3]>;

impl Coded {
    /// The coded articles' tables, of all targets and holders.
    pub(super) fn tables<'a>(
        records: &[StanceRecord],
        coded: &'a [LabelRow],
        inclusion: &HashMap<&str, f64>,
    ) -> Tables<'a> {
        let key = |article: &str, sentence: usize, target: &str| (article.to_owned(), sentence, target.to_owned());
        let given: HashMap<_, Stance> = records
            .iter()
            .filter_map(|record| Some((key(&record.article, record.sentence, &record.target), record.label.stance()?)))
            .collect();
        let mut tables: Tables = HashMap::new();
        for row in coded {
            let table = tables.entry(&row.article).or_default();
            let found = given.get(&key(&row.article, row.sentence, &row.target));
            if let (Some(stance), Some(&predicted)) = (row.label.and_then(Code::stance), found) {
                table[stance as usize][predicted as usize] += 1.0 / inclusion[row.article.as_str()];
            }
        }
        tables
    }

    /// One counter an article of the period, and one a coded article of any other.
    pub(super) fn clusters(
        records: &[StanceRecord],
        tables: &Tables,
        articles: &[&CorpusArticle],
        (target, holder): (&str, &str),
    ) -> Vec<Self> {
        let mut clusters: std::collections::BTreeMap<&str, Self> =
            articles.iter().map(|article| (article.id.as_str(), Self::default())).collect();
        for record in records.iter().filter(|r| r.target == target && super::index::in_class(Some(&r.holder), holder)) {
            if let (Some(cluster), Some(stance)) = (clusters.get_mut(record.article.as_str()), record.label.stance()) {
                cluster.predicted[stance as usize] += 1.0;
            }
        }
        for (&article, table) in tables {
            clusters.entry(article).or_default().table = *table;
        }
        clusters.into_values().collect()
    }

    /// Net stance of the shares that the error rates turn into the predicted shares.
    fn net_stance(&self) -> Option<f64> {
        let predicted: f64 = self.predicted.iter().sum();
        let coded = self.table.map(|row| row.iter().sum::<f64>());
        if predicted == 0.0 || coded.contains(&0.0) {
            return None;
        }
        // Column g of `rates`: how claims that are g are labelled.
        let rates: [[f64; 3]; 3] = std::array::from_fn(|p| std::array::from_fn(|g| self.table[g][p] / coded[g]));
        let shares = solve(rates, self.predicted.map(|n| n / predicted))?.map(|share| share.max(0.0));
        Some((shares[Stance::Favor as usize] - shares[Stance::Against as usize]) / shares.iter().sum::<f64>())
    }
}

/// Net stance corrected by the pooled error rates P(given | coded), inverted (Meertens et al. 2019, arXiv 1902.02412, give the
/// model; their posterior is replaced by a bootstrap over articles). None where a stance was never coded or the
/// classifier hardly tells the stances apart.
#[must_use]
pub fn misclassification_corrected(articles: &[Coded], bootstrap: Bootstrap) -> Option<Estimate> {
    let [estimate] = bootstrap.estimate(articles, |total| [total.net_stance()]);
    estimate
}

/// Cramer's rule.
fn solve(matrix: [[f64; 3]; 3], right: [f64; 3]) -> Option<[f64; 3]> {
    let whole = determinant(matrix);
    (whole.abs() >= LEAST_DETERMINANT).then(|| {
        std::array::from_fn(|column| {
            let mut replaced = matrix;
            for (row, value) in replaced.iter_mut().zip(right) {
                row[column] = value;
            }
            determinant(replaced) / whole
        })
    })
}

fn determinant([a, b, c]: [[f64; 3]; 3]) -> f64 {
    a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0]) + a[2] * (b[0] * c[1] - b[1] * c[0])
}
