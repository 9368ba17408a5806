//! Fine-tunes a classifier on coded labels.

mod adamw;
mod card;
mod checkpoint;
mod course;
mod data;
mod score;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub use card::{SeedScore, Story};
pub use checkpoint::Progress;
pub use course::Course;
pub use data::{Counts, Example, Examples, Row, SourceFile};

use crate::evaluate::Item;
use crate::evaluate::abstention::{Aim, fit_thresholds};
use crate::evaluate::calibration::fit_temperatures;
use crate::labels::LabelError;
use crate::output::OutputError;
use crate::schema::Language;
use crate::tag::{
    Bundle, InputTemplate, Kind as ModelKind, MODEL_TOML, Network, Pooling, Precision, TagError, Temperatures,
    Thresholds,
};

/// How to train. Defaults are the command line's.
#[derive(Clone, Debug)]
pub struct TrainOptions {
    /// Folder to start from: a model of ours, or a plain encoder.
    pub from: PathBuf,
    /// Name of the new model.
    pub id: String,
    /// Passes over the training rows, at most.
    pub epochs: usize,
    /// Rows in a batch.
    pub batch: usize,
    /// Peak learning rate of the top layer.
    pub rate: f64,
    /// Learning rate of each layer relative to the one above it.
    pub layer_decay: f64,
    /// Epochs without a better dev score after which to stop.
    pub patience: usize,
    /// Longest input, for a base without `model.toml`.
    pub max_length: usize,
    /// What the head reads, for a base without `model.toml`.
    pub pooling: Pooling,
    /// Whether the sentence before is read too, for a base without `model.toml`.
    pub previous: bool,
    /// Whether the target is hidden.
    pub no_target: bool,
    /// Whether the model it starts from, where it is a classifier, is kept when no epoch beats it on dev.
    pub hold_start: bool,
    /// Whether to start from random weights.
    pub random: bool,
    /// Arithmetic of forward and backward passes; the weights that are updated are f32 in any case.
    pub precision: Precision,
    /// Threads of libtorch.
    pub threads: usize,
}

/// Why training cannot start or finish.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// The labels cannot be read.
    #[error(transparent)]
    Labels(#[from] LabelError),
    /// The base cannot be used.
    #[error(transparent)]
    Model(#[from] TagError),
    /// The new model cannot be written.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// libtorch refused an operation.
    #[error("libtorch: {0}")]
    Torch(#[from] tch::TchError),
    /// A stopped training cannot be taken up.
    #[error("{path} is of another training: {cause}\n  remove it to begin anew, or give another --out", path = path.display())]
    OtherPlan {
        /// The checkpoint.
        path: PathBuf,
        /// Why.
        cause: String,
    },
    /// There are too few labels to learn from.
    #[error(
        "{label} has {found} training rows, {FEWEST} are the least that training is worth with\n  label more: `standpunt sample` draws what helps most"
    )]
    TooFew {
        /// The label that is short.
        label: String,
        /// Rows of it.
        found: usize,
    },
    /// No dev rows.
    #[error(
        "no row has the split 'dev'\n  give some articles the split 'dev': the epoch and the temperatures are chosen by them"
    )]
    NoDev,
}

/// Fewest training rows of each stance.
pub const FEWEST: usize = 8;

/// A trained network, before it is written.
pub struct Trained {
    /// Its description, without the hashes of files that are not written yet.
    pub bundle: Bundle,
    /// How training went.
    pub progress: Progress,
    /// Whether the user stopped it early.
    pub stopped: bool,
    network: Network,
}

/// The description that a base folder starts with: its own, or a new one.
///
/// # Errors
/// As [`Bundle::read`].
pub fn bundle_for(options: &TrainOptions) -> Result<Bundle, TagError> {
    let mut bundle = if options.from.join(MODEL_TOML).exists() {
        Bundle::read(&options.from)?
    } else {
        Bundle {
            id: String::new(),
            kind: ModelKind::Pair,
            labels: ["against", "neutral", "favor"].map(String::from).to_vec(),
            pooling: options.pooling,
            max_length: options.max_length,
            licence: "see the base model".into(),
            base: options.from.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned()),
            input: InputTemplate { previous: options.previous, ..marks(&options.from) },
            temperature: Temperatures::default(),
            threshold: Thresholds::default(),
            hypotheses: BTreeMap::new(),
            files: BTreeMap::new(),
            trained_on: BTreeMap::new(),
        }
    };
    if bundle.pooling == Pooling::Mention && bundle.input.mark[0].is_empty() {
        let cause = "the head that reads the mention needs the tokens [T] and [/T], which the vocabulary lacks";
        let remedy = "add them to the tokenizer and the embeddings, or use the pooling `first`";
        return Err(TagError::model(options.from.join("tokenizer.json"), cause, remedy));
    }
    if options.no_target {
        bundle.input = InputTemplate { target: false, mark: Default::default(), ..bundle.input };
    }
    bundle.id.clone_from(&options.id);
    Ok(bundle)
}

/// Markers around the target's words, where the base's vocabulary has them.
fn marks(folder: &Path) -> InputTemplate {
    let text = std::fs::read_to_string(folder.join("tokenizer.json")).unwrap_or_default();
    let known = ["[T]", "[/T]"].iter().all(|mark| text.contains(&format!("\"{mark}\"")));
    let mark = if known { ["[T]".into(), "[/T]".into()] } else { Default::default() };
    InputTemplate { mark, ..InputTemplate::default() }
}

/// Languages that share a temperature: Dutch, the rest in Latin script, the Slavic ones.
const GROUPS: [&[Language]; 3] = [
    &[Language::Nl],
    &[Language::En, Language::De, Language::Fr],
    &[Language::Ru, Language::Uk, Language::Pl, Language::Be],
];

/// What abstention aims at: 85 % right of what is decided, and never more than 5 % undecided.
const AIM: Aim = Aim { accuracy: 0.85, coverage: 0.95 };

impl Trained {
    /// Macro-F1 on dev of what was kept.
    #[must_use]
    pub fn dev_score(&self) -> f64 {
        self.progress.best.map_or(0.0, |(score, _)| score)
    }

    /// Fits temperatures, then thresholds, on dev.
    fn calibrate(&mut self, dev: &[Row], padding: u32) -> Result<(), TrainError> {
        let three_digits = |t: f64| (t * 1000.0).round() / 1000.0;
        self.bundle.temperature = Temperatures::default();
        self.bundle.threshold = Thresholds::default();
        let raw = score::predict(&self.network, dev, padding, &self.bundle)?;
        let mut fitted = fit_temperatures(&raw, &GROUPS);
        fitted.default = three_digits(fitted.default);
        fitted.by_language.values_mut().for_each(|t| *t = three_digits(*t));
        self.bundle.temperature = fitted;
        let calibrated = score::predict(&self.network, dev, padding, &self.bundle)?;
        self.bundle.threshold = fit_thresholds(&calibrated, AIM);
        Ok(())
    }

    /// The new model's answers to the test rows of its course.
    ///
    /// # Errors
    /// As libtorch refuses.
    pub fn predict(&self, course: &Course) -> Result<Vec<Item>, TrainError> {
        score::predict(&self.network, &course.test, course.encoder.padding, &self.bundle)
    }
}
