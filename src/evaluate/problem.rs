//! What makes an evaluation impossible or dishonest.

use std::path::PathBuf;

/// Why an evaluation is refused; nothing is scored in part.
#[derive(Debug, thiserror::Error)]
pub enum EvaluateError {
    /// No coded row with a stance is left to score.
    #[error(
        "no labelled, relevant pair to score: {unlabelled} rows are still to be filled in, {not_relevant} are coded none\n  give a label file with against, neutral and favor"
    )]
    Nothing {
        /// Rows whose label is null.
        unlabelled: usize,
        /// Rows coded `none`.
        not_relevant: usize,
    },
    /// Coded rows without a prediction, or the reverse.
    #[error("{what}: {count}, the first is '{first}'\n  {remedy}")]
    Unmatched {
        /// How many.
        count: usize,
        /// What lacks its counterpart.
        what: &'static str,
        /// Id of the first.
        first: String,
        /// What to do.
        remedy: &'static str,
    },
    /// Predictions of two models, or of another than was asked for.
    #[error(
        "the predictions are of model '{found}', not of '{expected}'\n  tag again with the model that is to be scored, or score that run alone"
    )]
    OtherModel {
        /// The model to be scored.
        expected: String,
        /// The model found.
        found: String,
    },
    /// A probability is not a number from 0 to 1, or a row does not sum to 1.
    #[error(
        "the probabilities of '{id}' are {found:?}; they must be from 0 to 1 and sum to 1\n  the run is damaged or was edited: tag again"
    )]
    NotADistribution {
        /// Id of the row.
        id: String,
        /// Against, neutral, favor.
        found: [f64; 3],
    },
    /// All coded rows have one stance: nothing can be learned from them.
    #[error(
        "every {split} row is coded '{label}': a baseline needs at least two stances\n  give more labels, or leave the baselines out"
    )]
    OneClass {
        /// Which rows.
        split: &'static str,
        /// The one label.
        label: String,
    },
    /// An inclusion probability is missing, not in (0, 1], or differs inside one article.
    #[error(
        "article '{article}': inclusion probability {found}\n  only rows drawn by `standpunt sample` (its random stream) can correct an index"
    )]
    Inclusion {
        /// Id of the article.
        article: String,
        /// What was found.
        found: String,
    },
    /// The inclusion probabilities are of another population.
    #[error(
        "the sample stands for {implied:.0} articles, the run has {articles} with claims\n  give the sample that was drawn from this run, not from another corpus, program or targets file"
    )]
    Population {
        /// Articles that the sample stands for: the sum of inverse inclusion probabilities.
        implied: f64,
        /// Articles that it is to correct.
        articles: usize,
    },
    /// The baseline's optimiser failed.
    #[error("logistic regression: {0}")]
    Baseline(String),
    /// A template failed.
    #[error("report template: {0}")]
    Template(#[from] minijinja::Error),
    /// A report cannot be written.
    #[error("report {path}: {source}", path = path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}
