//! An evaluation as data: `report.json`, from which the readable forms are made.

use std::io::Write;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::abstention::{RiskCoverage, risk_coverage};
use super::agreement::{Agreement, agreement};
use super::baselines::Baseline;
use super::calibration::{Calibration, calibration};
use super::compare::{Comparison, compare};
use super::match_gold::EndToEnd;
use super::{Bootstrap, Dimension, ErrorGroup, EvaluateError, Items, Scores, Slice, errors, render, score, slices};
use crate::labels::LabelRow;

/// Version of the schema of `report.json`. A field may be added under the same number; none changes its meaning.
pub const VERSION: u32 = 1;

/// What a report is made from.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a> {
    /// Name of the report.
    pub name: &'a str,
    /// Id of the model.
    pub model: &'a str,
    /// File name and sha256 of each label file.
    pub labels: &'a [(String, String)],
    /// The scored pairs.
    pub items: &'a Items,
    /// All coded rows, for agreement.
    pub rows: &'a [LabelRow],
    /// Baselines, or none.
    pub baselines: &'a [Baseline],
    /// End-to-end scores, where raw articles were evaluated.
    pub end_to_end: Option<&'a EndToEnd>,
    /// Least pairs of a slice.
    pub least: usize,
    /// How intervals are made.
    pub bootstrap: Bootstrap,
}

/// Everything that an evaluation found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// [`VERSION`].
    pub version: u32,
    /// Name of the report.
    pub name: String,
    /// Id of the model.
    pub model: String,
    /// File name and sha256 of each label file.
    pub labels: Vec<(String, String)>,
    /// How the intervals were made.
    pub bootstrap: Bootstrap,
    /// Rows still to be filled in, left out.
    pub unlabelled: usize,
    /// Rows coded `none`, left out of all but the end-to-end scores.
    pub not_relevant: usize,
    /// The findings in plain sentences.
    pub headlines: Vec<String>,
    /// What a reader must know before believing a figure: a class that is missing, too few articles.
    pub warnings: Vec<String>,
    /// Labels as a user gets them: undecided is a miss.
    pub given: Scores,
    /// The most probable stance always: comparable with published figures.
    pub forced: Scores,
    /// Parts of the pairs, scored as `forced`.
    pub slices: Vec<Slice>,
    /// Least pairs of a slice with scores.
    pub least: usize,
    /// Reliability of the probabilities.
    pub calibration: Calibration,
    /// What abstaining gains.
    pub risk_coverage: RiskCoverage,
    /// Agreement among annotators; empty where nothing was coded twice.
    pub agreement: Vec<Agreement>,
    /// Baselines on the same pairs.
    pub baselines: Vec<BaselineScores>,
    /// Each step from raw articles.
    pub end_to_end: Option<EndToEnd>,
    /// The surest mistakes.
    pub errors: Vec<ErrorGroup>,
}

/// A baseline's scores, and the model against it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BaselineScores {
    /// What it is.
    pub name: String,
    /// Its scores.
    pub scores: Scores,
    /// The model less the baseline.
    pub model_minus_baseline: Comparison,
}

impl Report {
    /// Computes everything; the same inputs give the same report.
    ///
    /// # Errors
    /// [`EvaluateError::Unmatched`] when a baseline was given other pairs than the model.
    pub fn new(inputs: Inputs) -> Result<Self, EvaluateError> {
        let Inputs { items, bootstrap, .. } = inputs;
        let pairs = &items.items;
        let baseline = |baseline: &Baseline| {
            Ok::<_, EvaluateError>(BaselineScores {
                name: baseline.name.into(),
                scores: score::forced(&baseline.items, bootstrap),
                model_minus_baseline: compare(pairs, &baseline.items, bootstrap)?,
            })
        };
        let mut report = Self {
            version: VERSION,
            name: inputs.name.into(),
            model: inputs.model.into(),
            labels: inputs.labels.to_vec(),
            bootstrap,
            unlabelled: items.unlabelled,
            not_relevant: items.not_relevant,
            headlines: Vec::new(),
            warnings: Vec::new(),
            given: score::given(pairs, bootstrap),
            forced: score::forced(pairs, bootstrap),
            slices: slices::slices(pairs, inputs.least, bootstrap),
            least: inputs.least,
            calibration: calibration(pairs, bootstrap),
            risk_coverage: risk_coverage(pairs),
            agreement: agreement(inputs.rows, bootstrap),
            baselines: inputs.baselines.iter().map(baseline).collect::<Result<_, _>>()?,
            end_to_end: inputs.end_to_end.cloned(),
            errors: errors::worst(pairs),
        };
        report.headlines = report.headlines();
        report.warnings = report.warnings();
        Ok(report)
    }

    fn headlines(&self) -> Vec<String> {
        let of_100 = |share: f64| (share * 100.0).round();
        let mut lines = Vec::new();
        for class in &self.given.classes {
            let stance = class.stance;
            if let Some(precision) = class.precision {
                lines.push(format!("Of 100 sentences that it calls {stance}, {} are.", of_100(precision.value)));
            }
            if let Some(recall) = class.recall {
                lines.push(format!("Of 100 sentences that are {stance}, it calls {} so.", of_100(recall.value)));
            }
        }
        if let Some(undecided) = self.given.undecided {
            lines.push(format!("It leaves {} of 100 sentences undecided.", of_100(undecided.value)));
        }
        if let Some(ece) = self.calibration.ece {
            lines.push(format!("Its stated certainty is off by {} points of 100 on average.", of_100(ece.value)));
        }
        for baseline in &self.baselines {
            let difference = baseline.model_minus_baseline.difference;
            if let (Some(estimate), Some(p)) = (difference, baseline.model_minus_baseline.p) {
                let verdict = if p >= 0.05 {
                    "cannot be told from"
                } else if estimate.value > 0.0 {
                    "beats"
                } else {
                    "loses to"
                };
                lines.push(format!(
                    "It {verdict} the baseline \"{}\" in macro-F1 ({:+.2}).",
                    baseline.name, estimate.value
                ));
            }
        }
        lines
    }

    fn warnings(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for class in self.forced.classes.iter().filter(|class| class.support == 0) {
            lines.push(format!("No pair is coded {}: its recall is unknown, and means leave it out.", class.stance));
        }
        if self.forced.macro_f1.is_none() {
            lines.push("All pairs are coded alike: macro-F1, F1 of favor and against, and MCC are not defined.".into());
        }
        if self.forced.articles < super::bootstrap::FEWEST_ARTICLES {
            lines.push(format!("{} articles are too few for intervals.", self.forced.articles));
        }
        let small = self.slices.iter().filter(|slice| slice.scores.is_none()).count();
        if small > 0 {
            lines.push(format!("{small} slices have fewer than {} pairs and carry no figure.", self.least));
        }
        if self.unlabelled > 0 {
            lines.push(format!("{} rows are still to be filled in and were left out.", self.unlabelled));
        }
        if self.agreement.is_empty() {
            lines.push("No pair was coded twice: the human ceiling is unknown.".into());
        }
        lines
    }

    /// Slices of one dimension.
    pub fn of(&self, dimension: Dimension) -> impl Iterator<Item = &Slice> {
        self.slices.iter().filter(move |slice| slice.dimension == dimension)
    }

    /// `report.json`, `report.md` and `report.html` in `folder`, which is created. Each appears whole or not at all.
    ///
    /// # Errors
    /// [`EvaluateError::Unwritable`] names the file.
    pub fn write(&self, folder: &Path) -> Result<(), EvaluateError> {
        let unwritable = |path: &Path, source| EvaluateError::Unwritable { path: path.to_owned(), source };
        std::fs::create_dir_all(folder).map_err(|source| unwritable(folder, source))?;
        for (name, text) in
            [("report.json", self.json()), ("report.md", self.markdown()?), ("report.html", self.html()?)]
        {
            let path = folder.join(name);
            let write = || -> std::io::Result<()> {
                let mut file = tempfile::NamedTempFile::new_in(folder)?;
                file.write_all(text.as_bytes())?;
                file.as_file().sync_all()?;
                file.persist(&path)?;
                Ok(())
            };
            write().map_err(|source| unwritable(&path, source))?;
        }
        Ok(())
    }

    /// The report as JSON, by the schema of this type.
    #[must_use]
    pub fn json(&self) -> String {
        // Plain structs with string keys always serialise; figures are finite or absent.
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// The report as Markdown tables.
    ///
    /// # Errors
    /// [`EvaluateError::Template`].
    pub fn markdown(&self) -> Result<String, EvaluateError> {
        render::markdown(self)
    }

    /// The report as one page that needs neither network nor script.
    ///
    /// # Errors
    /// [`EvaluateError::Template`].
    pub fn html(&self) -> Result<String, EvaluateError> {
        render::html(self)
    }
}
