//! A run as pages that anyone can read: from a chart to the sentences behind every point of it.
//!
//! 1. `series`: articles into groups (outlet, language, holder), groups into periods;
//! 2. `listing`: the sentences behind each point, and the page that each lands on;
//! 3. `chart`: geometry of the SVG;
//! 4. `article`, `overview`, `ledger`: what the templates show;
//! 5. `page`: templates to files, under a content policy that allows nothing from outside.

mod article;
mod chart;
mod csp;
mod format;
mod ledger;
mod listing;
mod overview;
mod page;
mod series;
mod time;

use std::collections::BTreeMap;

use crate::aggregate::{DateStance, Interval, Weighting};
use crate::schema::{ArticleText, LedgerEntry, StanceRecord};

/// An index value corrected for the classifier's errors, beside the raw one.
#[derive(Clone, Debug, PartialEq)]
pub struct CorrectedPoint {
    /// As [`DateStance::period`], or `all` for the whole run.
    pub period: String,
    /// Id of the target.
    pub target: String,
    /// `all`, `author` or `quoted`.
    pub class: String,
    /// Net stance in −1..=1; none is "not estimable".
    pub estimate: Option<f64>,
    /// Its 95 % interval, over sampling and classifier error.
    pub interval: Option<Interval>,
    /// Coded articles that it rests on.
    pub coded_articles: usize,
    /// What the method is called. Charts draw the method of the first point; tables show all.
    pub method: String,
}

/// What a report is made from.
pub struct ReportInput<'a> {
    /// The claims with their labels.
    pub records: &'a [StanceRecord],
    /// The articles as analysed.
    pub texts: &'a [ArticleText],
    /// What became of every input.
    pub ledger: &'a [LedgerEntry],
    /// Stance per period, of the whole run; breakdowns take their periods from it.
    pub dates: Vec<DateStance>,
    /// How copies of one text count in breakdowns: as in `dates`.
    pub weighting: Weighting,
    /// Bootstrap resamples of breakdowns: as in `dates`.
    pub replicates: usize,
    /// Seed of the bootstrap: as in `dates`.
    pub seed: u64,
    /// Corrected values, where there is a labelled sample.
    pub corrected: &'a [CorrectedPoint],
    /// Display name of each target, by id; a target that is missing is shown by its id.
    pub target_names: BTreeMap<String, String>,
    /// `run.toml`, as it is.
    pub run_toml: &'a str,
    /// The commands that make this report again.
    pub command: &'a str,
}

/// Why a report cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// A record without its text.
    #[error(
        "a record of article '{article}' names sentence {sentence}, which the run's texts lack; make the run again"
    )]
    MissingText {
        /// Id of the article.
        article: String,
        /// Number of the sentence, from 0.
        sentence: usize,
    },
    /// A period that is none.
    #[error("'{period}' is no period that a run writes; make the run again")]
    Period {
        /// As found.
        period: String,
    },
    /// A fault of the program's templates.
    #[error("a template of the report failed")]
    Template(#[from] minijinja::Error),
}

/// Renders the report: (relative file name, content), `report.html` first. The same input gives the same bytes.
///
/// Up to 200 articles it is one page and the charts as separate files; beyond that, sentences and articles go to
/// further pages.
///
/// # Errors
/// [`ReportError`], when records, texts and periods do not belong together.
pub fn render(input: &ReportInput) -> Result<Vec<(String, Vec<u8>)>, ReportError> {
    page::render(input)
}
