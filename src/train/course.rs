//! One visible training loop. It goes on where a stopped one ended, with the same bits as if it had not stopped.

use std::path::Path;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use tch::{Kind, Tensor};

use super::adamw::{AdamW, Tensors};
use super::checkpoint::{self, Progress};
use super::data::{self, Row};
use super::{Examples, TrainError, TrainOptions, Trained, bundle_for, score};
use crate::schema::Stance;
use crate::tag::{Bundle, Encoder, Inputs, MODEL_TOML, Network};

/// What every seed shares: the rows as the network sees them.
pub struct Course<'a> {
    options: &'a TrainOptions,
    /// Description that the new model starts with.
    pub bundle: Bundle,
    /// Its tokenizer and input template.
    pub encoder: Encoder,
    /// To learn from.
    pub train: Vec<Row<'a>>,
    /// To choose the epoch and temperatures by.
    pub dev: Vec<Row<'a>>,
    /// To compare old and new by.
    pub test: Vec<Row<'a>>,
    class_weights: [f64; 3],
    /// Position of each stance among the logits.
    columns: [i64; 3],
    plan: String,
}

/// Time between two checkpoints inside an epoch.
const SAVE_EVERY: Duration = Duration::from_secs(300);

impl<'a> Course<'a> {
    /// Encodes the rows.
    ///
    /// # Errors
    /// [`TrainError::Model`] when the base cannot be used.
    pub fn new(options: &'a TrainOptions, examples: &'a Examples) -> Result<Self, TrainError> {
        let bundle = bundle_for(options)?;
        let encoder = Encoder::load(&options.from, &bundle)?;
        let train = data::encode(&encoder, &examples.train)?;
        Ok(Self {
            dev: data::encode(&encoder, &examples.dev)?,
            test: data::encode(&encoder, &examples.test)?,
            class_weights: data::class_weights(&train),
            columns: Stance::ALL.map(|stance| bundle.position(stance.name()) as i64),
            plan: data::plan(options, examples)?,
            options,
            bundle,
            encoder,
            train,
        })
    }

    fn network(&self, seed: u64) -> Result<(Network, AdamW), TrainError> {
        tch::set_num_threads(self.options.threads as i32);
        tch::manual_seed(seed as i64);
        let (folder, bundle) = (&self.options.from, &self.bundle);
        let mut network =
            if self.options.random { Network::random(folder, bundle)? } else { Network::load(folder, bundle, true)? };
        let optimizer = AdamW::new(&mut network.variables, self.options.layer_decay, self.options.precision.is_bf16());
        Ok((network, optimizer))
    }

    fn batches(&self, seed: u64, epoch: usize) -> Vec<Vec<&Row<'a>>> {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(epoch as u64);
        data::batches(&self.train, self.options.batch, &mut random)
    }

    /// How long one seed will take, from the pace of a few batches.
    ///
    /// # Errors
    /// As [`Course::train`].
    pub fn time(&self) -> Result<Duration, TrainError> {
        const TRIED: usize = 4;
        let (network, mut optimizer) = self.network(0)?;
        let batches = self.batches(0, 0);
        let (mut tokens, mut started) = (0, Instant::now());
        for (i, batch) in batches.iter().cycle().take(TRIED + 1).enumerate() {
            if i == 1 {
                // The first one only warms up.
                (tokens, started) = (0, Instant::now());
            }
            self.loss(&network, batch)?.backward();
            optimizer.step(0.0);
            tokens += batch.iter().map(|row| row.encoded.ids.len()).sum::<usize>();
        }
        let all = |rows: &[Row]| rows.iter().map(|row| row.encoded.ids.len()).sum::<usize>();
        // Dev rows need no backward pass, which is two thirds of the work.
        let work = self.options.epochs * (all(&self.train) + all(&self.dev) / 3);
        Ok(started.elapsed().mul_f64(work as f64 / tokens.max(1) as f64))
    }

    /// Trains one seed. `stop` is asked after each batch; when it says so, the best so far is kept. With a `file`,
    /// what is needed to go on is saved there every few minutes and at the end of each epoch.
    ///
    /// # Errors
    /// [`TrainError`].
    pub fn train(&self, seed: u64, file: Option<&Path>, stop: &dyn Fn() -> bool) -> Result<Trained, TrainError> {
        let (network, mut optimizer) = self.network(seed)?;
        let mut at = Progress { plan: self.plan.clone(), ..Progress::default() };
        let mut kept = Tensors::new();
        if let Some((progress, state, best)) =
            file.map(|file| checkpoint::load(file, &self.plan)).transpose()?.flatten()
        {
            optimizer.restore(&state, progress.steps);
            (at, kept) = (progress, best);
        } else if self.options.hold_start && self.options.from.join(MODEL_TOML).exists() {
            // What it starts from is the first candidate: few labels must not make it worse.
            let score = self.score(&network)?;
            (at.start, at.best, kept) = (Some(score), Some((score, 0)), optimizer.masters());
        }
        let (epochs, patience) = (self.options.epochs, self.options.patience);
        let steps = self.train.len().div_ceil(self.options.batch);
        let bar = progress((epochs * steps) as u64);
        bar.set_position((at.epoch * steps + at.step) as u64);
        bar.reset_eta();
        let save = |at: &Progress, optimizer: &AdamW, kept: &Tensors| {
            let Some(file) = file else { return Ok(()) };
            let (state, steps) = optimizer.state();
            checkpoint::save(file, &Progress { steps, ..at.clone() }, &state, kept)
        };
        let mut due = Instant::now() + SAVE_EVERY;
        let mut stopped = false;
        while !stopped && at.epoch < epochs && at.best.is_none_or(|(_, best)| at.epoch - best < patience) {
            for batch in self.batches(seed, at.epoch).iter().skip(at.step) {
                let done = at.epoch * steps + at.step;
                // Seeded by step, so that dropout does not depend on what ran before.
                tch::manual_seed(((seed << 32) + done as u64) as i64);
                self.loss(&network, batch)?.backward();
                optimizer.step(self.options.rate * slope(done as f64, (epochs * steps) as f64));
                at.step += 1;
                bar.inc(1);
                stopped = stop();
                if stopped || Instant::now() > due {
                    save(&at, &optimizer, &kept)?;
                    due = Instant::now() + SAVE_EVERY;
                }
                if stopped {
                    break;
                }
            }
            if stopped && at.best.is_some() {
                break;
            }
            let score = self.score(&network)?;
            (at.epoch, at.step) = (at.epoch + 1, 0);
            at.dev.push(score);
            if at.best.is_none_or(|(best, _)| score > best) {
                (at.best, kept) = (Some((score, at.epoch)), optimizer.masters());
            }
            bar.set_message(format!("dev {score:.3}, best {:.3}", at.best.map_or(score, |(best, _)| best)));
            if !stopped {
                save(&at, &optimizer, &kept)?;
            }
        }
        bar.finish_and_clear();
        self.finish(network, &kept, at, stopped)
    }

    /// Macro-F1 on dev.
    fn score(&self, network: &Network) -> Result<f64, TrainError> {
        Ok(score::macro_f1(&score::predict(network, &self.dev, self.encoder.padding, &self.bundle)?))
    }

    fn finish(&self, mut network: Network, kept: &Tensors, at: Progress, stopped: bool) -> Result<Trained, TrainError> {
        network.variables.float();
        tch::no_grad(|| {
            for (name, mut variable) in network.variables.variables() {
                if let Some(best) = kept.get(&name) {
                    variable.copy_(best);
                }
            }
        });
        let mut trained = Trained { bundle: self.bundle.clone(), network, progress: at, stopped };
        trained.calibrate(&self.dev, self.encoder.padding)?;
        Ok(trained)
    }

    /// Cross-entropy weighted by class and source.
    fn loss(&self, network: &Network, batch: &[&Row]) -> Result<Tensor, TrainError> {
        let encoded: Vec<_> = batch.iter().map(|row| &row.encoded).collect();
        let logits = network.forward(&Inputs::new(&encoded, self.encoder.padding), true)?;
        let gold: Vec<i64> = batch.iter().map(|row| self.columns[row.example.gold as usize]).collect();
        let weight = |row: &&Row| (row.example.weight * self.class_weights[row.example.gold as usize]) as f32;
        let weight = Tensor::from_slice(&batch.iter().map(weight).collect::<Vec<f32>>());
        let gold = Tensor::from_slice(&gold).unsqueeze(1);
        let each = -logits.f_log_softmax(-1, Kind::Float)?.f_gather(1, &gold, false)?.f_squeeze_dim(1)?;
        Ok((each * &weight).sum(Kind::Float) / weight.sum(Kind::Float))
    }
}

/// The rate after `done` of `total` steps, as a share of its peak: a tenth warms up, the rest decays linearly.
fn slope(done: f64, total: f64) -> f64 {
    let warm_up = total * 0.1;
    (done / warm_up.max(1.0)).min((total - done) / (total - warm_up).max(1.0))
}

fn progress(length: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("training {wide_bar} {pos}/{len} {elapsed} (eta {eta}) {msg}");
    ProgressBar::new(length).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
