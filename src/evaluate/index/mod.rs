//! Net stance corrected for the classifier's errors by a coded random sample of articles.
//!
//! The corpus is a sample of articles from the flow that it stands for; a part of it, drawn with known probabilities,
//! is coded. The estimate solves the rectified estimating equation of prediction-powered inference (Angelopoulos et
//! al. 2023, arXiv 2301.09633), with the power tuning of PPI++ (arXiv 2311.01453), for the ratio "sum of signs / claims":
//! predictions of all articles, plus what coding adds on the sample, weighted by inverse inclusion probabilities
//! normalised to the corpus (Hájek 1971). It is the difference estimator of survey sampling (Särndal et al. 1992, §6.3).

mod cells;
mod ppi;

pub(in crate::evaluate) use cells::in_class;
pub use cells::{CorpusArticle, IndexRow, corrected_index};
pub use ppi::{ArticleTotals, Corrected, FEWEST_CODED, Totals, correct, raw};

use serde::{Deserialize, Serialize};

/// What counts once in the mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Weighting {
    /// Each relevant claim.
    Claim,
    /// Each article with a relevant claim, however long: the mean of the articles' own net stances.
    Article,
}
