//! Fine-tunes a classifier on coded labels: one visible loop.

mod adamw;
mod card;
mod data;
mod score;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use tch::{Kind, Tensor};

pub use card::Story;
pub use data::{Counts, Example, Examples, SourceFile};

use crate::evaluate::Item;
use crate::evaluate::abstention::{Aim, fit_thresholds};
use crate::evaluate::calibration::fit_temperatures;
use crate::labels::LabelError;
use crate::output::OutputError;
use crate::schema::{Language, Stance};
use crate::tag::{
    Bundle, Encoder, InputTemplate, Kind as ModelKind, MODEL_TOML, Network, TagError, Temperatures, Thresholds,
};
use adamw::AdamW;

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
    /// Whether the sentence before is read too, for a base without `model.toml`.
    pub previous: bool,
    /// Whether the target is hidden.
    pub no_target: bool,
    /// Whether to start from random weights.
    pub random: bool,
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
    /// Macro-F1 on dev after each epoch.
    pub dev: Vec<f64>,
    /// The epoch that was kept, from 0.
    pub best: usize,
    /// Whether the user stopped it early.
    pub stopped: bool,
    network: Network,
    encoder: Encoder,
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

/// Trains one seed. `stop` is asked after each batch; when it says so, the best epoch so far is kept.
///
/// # Errors
/// [`TrainError`].
pub fn train(
    options: &TrainOptions,
    seed: u64,
    examples: &Examples,
    stop: &dyn Fn() -> bool,
) -> Result<Trained, TrainError> {
    let bundle = bundle_for(options)?;
    let encoder = Encoder::load(&options.from, &bundle)?;
    tch::set_num_threads(options.threads as i32);
    tch::manual_seed(seed as i64);
    let network = if options.random {
        Network::random(&options.from, &bundle.labels)?
    } else {
        Network::load(&options.from, &bundle.labels, true)?
    };
    let rows = data::encode(&encoder, &examples.train)?;
    let dev = data::encode(&encoder, &examples.dev)?;
    let class_weights = data::class_weights(&rows);
    let columns = Stance::ALL.map(|stance| bundle.position(stance.name()) as i64);
    let batches = rows.len().div_ceil(options.batch);
    let total = (options.epochs * batches) as f64;
    let mut optimizer = AdamW::new(&network.variables, options.layer_decay);
    let (mut scores, mut best, mut kept) = (Vec::new(), None::<(f64, usize)>, None);
    let bar = progress((options.epochs * batches) as u64);
    let mut stopped = false;
    'epochs: for epoch in 0..options.epochs {
        // Seeded by epoch, so that an epoch's dropout and order do not depend on what ran before.
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(epoch as u64);
        tch::manual_seed((seed * 1000 + epoch as u64) as i64);
        for (step, batch) in data::batches(&rows, options.batch, &mut random).iter().enumerate() {
            let done = (epoch * batches + step) as f64;
            let warm_up = total * 0.1;
            let slope = (done / warm_up.max(1.0)).min((total - done) / (total - warm_up).max(1.0));
            let loss = loss(&network, batch, &class_weights, &columns, encoder.padding)?;
            loss.backward();
            optimizer.step(options.rate * slope);
            bar.inc(1);
            if stop() {
                stopped = true;
                if best.is_some() {
                    break 'epochs;
                }
                break;
            }
        }
        let dev_score = score::macro_f1(&score::predict(&network, &dev, encoder.padding, &bundle)?);
        scores.push(dev_score);
        if best.is_none_or(|(score, _)| dev_score > score) {
            best = Some((dev_score, epoch));
            kept = Some(snapshot(&network));
        }
        let (best_score, best_epoch) = best.unwrap_or_default();
        bar.set_message(format!("dev {dev_score:.3}, best {best_score:.3}"));
        if stopped || epoch - best_epoch >= options.patience {
            break;
        }
    }
    bar.finish_and_clear();
    if let Some(kept) = kept {
        restore(&network, &kept);
    }
    let mut trained =
        Trained { bundle, dev: scores, best: best.map_or(0, |(_, epoch)| epoch), stopped, network, encoder };
    trained.calibrate(&dev)?;
    Ok(trained)
}

fn progress(length: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("training {wide_bar} {pos}/{len} {elapsed} (eta {eta}) {msg}");
    ProgressBar::new(length).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// Cross-entropy weighted by class and source.
fn loss(
    network: &Network,
    batch: &[&data::Row],
    class_weights: &[f64; 3],
    columns: &[i64; 3],
    padding: u32,
) -> Result<Tensor, TrainError> {
    let encoded: Vec<_> = batch.iter().map(|row| &row.encoded).collect();
    let (ids, mask, segments) = crate::tag::tensors(&encoded, padding);
    let logits = network.forward(&ids, &mask, &segments, true);
    let gold: Vec<i64> = batch.iter().map(|row| columns[row.example.gold as usize]).collect();
    let weight: Vec<f32> =
        batch.iter().map(|row| (row.example.weight * class_weights[row.example.gold as usize]) as f32).collect();
    let weight = Tensor::from_slice(&weight);
    let gold = Tensor::from_slice(&gold).unsqueeze(1);
    let each = -logits.f_log_softmax(-1, Kind::Float)?.f_gather(1, &gold, false)?.f_squeeze_dim(1)?;
    Ok((each * &weight).sum(Kind::Float) / weight.sum(Kind::Float))
}

fn snapshot(network: &Network) -> Vec<(String, Tensor)> {
    tch::no_grad(|| network.variables.variables().into_iter().map(|(name, tensor)| (name, tensor.copy())).collect())
}

fn restore(network: &Network, kept: &[(String, Tensor)]) {
    let variables = network.variables.variables();
    tch::no_grad(|| kept.iter().for_each(|(name, tensor)| variables[name].shallow_clone().copy_(tensor)));
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
    /// Fits temperatures, then thresholds, on dev.
    fn calibrate(&mut self, dev: &[data::Row]) -> Result<(), TrainError> {
        let three_digits = |t: f64| (t * 1000.0).round() / 1000.0;
        self.bundle.temperature = Temperatures::default();
        self.bundle.threshold = Thresholds::default();
        let raw = score::predict(&self.network, dev, self.encoder.padding, &self.bundle)?;
        let mut fitted = fit_temperatures(&raw, &GROUPS);
        fitted.default = three_digits(fitted.default);
        fitted.by_language.values_mut().for_each(|t| *t = three_digits(*t));
        self.bundle.temperature = fitted;
        let calibrated = score::predict(&self.network, dev, self.encoder.padding, &self.bundle)?;
        self.bundle.threshold = fit_thresholds(&calibrated, AIM);
        Ok(())
    }

    /// The new model's answers to examples.
    ///
    /// # Errors
    /// As tokenizing and libtorch.
    pub fn predict(&self, examples: &[Example]) -> Result<Vec<Item>, TrainError> {
        score::predict(&self.network, &data::encode(&self.encoder, examples)?, self.encoder.padding, &self.bundle)
    }
}
