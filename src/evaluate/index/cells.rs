//! The corrected index of a run: every period, target and holder class.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use super::Weighting;
use super::ppi::{ArticleTotals, Corrected, Totals, correct, raw};
use crate::evaluate::misclassification::{Coded, misclassification_corrected};
use crate::evaluate::{Bootstrap, Estimate, EvaluateError};
use crate::labels::LabelRow;
use crate::schema::{Holder, StanceRecord};

/// An article of the corpus that the coded sample was drawn from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorpusArticle {
    /// Its id.
    pub id: String,
    /// The period it is counted in (`2022`, `2022-02`, `undated`, …).
    pub period: String,
}

/// The index of one cell, raw and corrected.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IndexRow {
    /// Period.
    pub period: String,
    /// Target.
    pub target: String,
    /// `all`, `author` or `quoted`.
    pub holder: String,
    /// What counts once.
    pub weighting: Weighting,
    /// Articles of the period.
    pub articles: usize,
    /// Mean of the labels as given, undecided claims left out.
    pub raw: Option<Estimate>,
    /// Prediction-powered.
    #[serde(flatten)]
    pub ppi: Corrected,
    /// Pooled confusion-matrix correction: assumes the same error rates in every cell. Claims only.
    pub misclassification: Option<Estimate>,
}

/// How far the articles that a sample stands for may be from those of the run, as a share of these.
const FAR_OFF: f64 = 0.1;

type Cell<'a> = (&'a str, &'static str);

/// Corrects every cell of a run. `corpus` is what the sample was drawn from, `coded` its random stream, filled in; an
/// article of which any row is coded counts as wholly coded.
///
/// # Errors
/// [`EvaluateError::Unmatched`] when coded rows of articles outside the corpus or still to be filled in,
/// [`EvaluateError::Inclusion`] when an inclusion probability is missing or impossible, [`EvaluateError::Population`]
/// when they are those of another corpus.
pub fn corrected_index(
    corpus: &[CorpusArticle],
    records: &[StanceRecord],
    coded: &[LabelRow],
    bootstrap: Bootstrap,
) -> Result<Vec<IndexRow>, EvaluateError> {
    let inclusion = inclusions(corpus, coded)?;
    let predicted = predicted_totals(records);
    let gold = coded_totals(coded);
    let tables = Coded::tables(records, coded, &inclusion);
    let mut periods: BTreeMap<&str, Vec<&CorpusArticle>> = BTreeMap::new();
    for article in corpus {
        periods.entry(&article.period).or_default().push(article);
    }
    let targets: BTreeSet<&str> =
        records.iter().map(|r| r.target.as_str()).chain(coded.iter().map(|row| row.target.as_str())).collect();
    let mut rows = Vec::new();
    for (period, articles) in periods {
        for &target in &targets {
            for holder in ["all", "author", "quoted"] {
                let cell = (target, holder);
                let totals: Vec<ArticleTotals> = articles
                    .iter()
                    .map(|article| {
                        let id = article.id.as_str();
                        let coded = inclusion.get(id).map(|&p| (gold.get(&(id, cell)).copied().unwrap_or_default(), p));
                        ArticleTotals { predicted: predicted.get(&(id, cell)).copied().unwrap_or_default(), coded }
                    })
                    .collect();
                let pooled =
                    misclassification_corrected(&Coded::clusters(records, &tables, &articles, cell), bootstrap);
                for weighting in [Weighting::Claim, Weighting::Article] {
                    rows.push(IndexRow {
                        period: period.into(),
                        target: target.into(),
                        holder: holder.into(),
                        weighting,
                        articles: articles.len(),
                        raw: raw(&totals, weighting),
                        ppi: correct(&totals, weighting),
                        misclassification: pooled.filter(|_| weighting == Weighting::Claim),
                    });
                }
            }
        }
    }
    Ok(rows)
}

/// Whether a holder falls in a class of cells.
pub(in crate::evaluate) fn in_class(holder: Option<&Holder>, class: &str) -> bool {
    class == "all" || holder.is_some_and(|holder| holder.class() == class)
}

fn predicted_totals(records: &[StanceRecord]) -> HashMap<(&str, Cell<'_>), Totals> {
    let mut totals: HashMap<(&str, Cell), Totals> = HashMap::new();
    for record in records {
        let Some(stance) = record.label.stance() else { continue };
        for class in ["all", record.holder.class()] {
            totals.entry((&record.article, (&record.target, class))).or_default().add(stance.sign());
        }
    }
    totals
}

fn coded_totals(coded: &[LabelRow]) -> HashMap<(&str, Cell<'_>), Totals> {
    let mut totals: HashMap<(&str, Cell), Totals> = HashMap::new();
    for row in coded {
        let Some(stance) = row.label.and_then(crate::labels::Code::stance) else { continue };
        for class in ["all", "author", "quoted"].into_iter().filter(|class| in_class(row.holder.as_ref(), class)) {
            totals.entry((&row.article, (&row.target, class))).or_default().add(stance.sign());
        }
    }
    totals
}

/// The inclusion probability of each coded article.
fn inclusions<'a>(corpus: &[CorpusArticle], coded: &'a [LabelRow]) -> Result<HashMap<&'a str, f64>, EvaluateError> {
    let known: BTreeSet<&str> = corpus.iter().map(|article| article.id.as_str()).collect();
    let refuse = |rows: Vec<&LabelRow>, what, remedy| match rows.first() {
        None => Ok(()),
        Some(row) => Err(EvaluateError::Unmatched { count: rows.len(), what, first: row.id.clone(), remedy }),
    };
    let strays = coded.iter().filter(|row| !known.contains(row.article.as_str())).collect();
    refuse(
        strays,
        "coded rows of articles that the run does not have",
        "give the sample that was drawn from this run",
    )?;
    let open = coded.iter().filter(|row| row.label.is_none()).collect();
    refuse(open, "rows of the sample that are not coded", "code all of it: a part is no random sample")?;
    let mut inclusions = HashMap::new();
    for row in coded {
        let valid = row.inclusion.filter(|p| *p > 0.0 && *p <= 1.0);
        let first = *inclusions.entry(row.article.as_str()).or_insert(valid.unwrap_or(f64::NAN));
        if valid != Some(first) {
            let found = row
                .inclusion
                .map_or("is missing".into(), |p| format!("{p} is not in (0, 1], or not that of its other rows"));
            return Err(EvaluateError::Inclusion { article: row.article.clone(), found });
        }
    }
    let (implied, articles) = (inclusions.values().map(|p| 1.0 / p).sum::<f64>(), corpus.len());
    if (implied - articles as f64).abs() > FAR_OFF * articles as f64 {
        return Err(EvaluateError::Population { implied, articles });
    }
    Ok(inclusions)
}
