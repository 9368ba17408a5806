//! Writes a trained model as a folder: weights, configuration, tokenizer, `model.toml` and the model card.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use half::f16;
use safetensors::Dtype;
use safetensors::tensor::TensorView;
use sha2::{Digest, Sha256};

use super::{Counts, Examples, SourceFile, TrainError, TrainOptions, Trained, checkpoint};
use crate::evaluate::{Bootstrap, Estimate, Item, score};
use crate::output::{OutputError, write_folder};
use crate::schema::{Language, Stance};
use crate::tag::{MODEL_TOML, Pooling, TagError, hex};

/// What the card tells beyond the model itself.
pub struct Story<'a> {
    /// How it was trained.
    pub options: &'a TrainOptions,
    /// On what.
    pub sources: &'a [SourceFile],
    /// The same, read.
    pub examples: &'a Examples,
    /// How every seed ended.
    pub seeds: &'a [SeedScore],
    /// Test rows as the new model scores them.
    pub test: &'a [Item],
    /// The comparison with the model it started from, in words.
    pub comparison: &'a str,
}

/// Macro-F1 of what a seed kept.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SeedScore {
    /// The seed.
    pub seed: u64,
    /// On dev.
    pub dev: f64,
    /// On test, where there are test rows.
    pub test: Option<f64>,
}

impl SeedScore {
    /// "dev 0.612 (0.004), test 0.601 (0.007)".
    #[must_use]
    pub fn mean(seeds: &[Self]) -> String {
        let figure = |values: Vec<f64>| {
            let n = values.len() as f64;
            let mean = values.iter().sum::<f64>() / n;
            let spread = (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
            format!("{mean:.3} ({spread:.3})")
        };
        let dev = figure(seeds.iter().map(|seed| seed.dev).collect());
        let test: Vec<f64> = seeds.iter().filter_map(|seed| seed.test).collect();
        if test.len() < seeds.len() { format!("dev {dev}") } else { format!("dev {dev}, test {}", figure(test)) }
    }
}

impl Trained {
    /// Writes the folder; it appears whole or not at all. Weights are stored as f16.
    ///
    /// # Errors
    /// [`TrainError::Output`] and [`TrainError::Torch`].
    pub fn write(&mut self, path: &Path, story: &Story) -> Result<(), TrainError> {
        let weights = self.weights()?;
        let read = |name: &str| {
            let file = story.options.from.join(name);
            fs::read(&file).map_err(|error| TagError::model(&file, error, "the base folder needs it"))
        };
        let (config, tokenizer) = (self.config(&read("config.json")?)?, read("tokenizer.json")?);
        self.bundle.files = [("config.json", &config), ("tokenizer.json", &tokenizer), ("model.safetensors", &weights)]
            .into_iter()
            .map(|(name, bytes)| (name.to_owned(), hex(&Sha256::digest(bytes))))
            .collect();
        self.bundle.trained_on.extend(story.examples.hashes.clone());
        let toml = toml::to_string(&self.bundle).map_err(|error| OutputError::Unwritable {
            path: path.join(MODEL_TOML),
            source: std::io::Error::other(error),
        })?;
        let card = self.card(story);
        write_folder(
            path,
            &[
                ("config.json", config),
                ("tokenizer.json", tokenizer),
                ("model.safetensors", weights),
                (MODEL_TOML, toml.into_bytes()),
                ("README.md", card.into_bytes()),
            ],
        )?;
        Ok(())
    }

    fn weights(&self) -> Result<Vec<u8>, TrainError> {
        let mut tensors: BTreeMap<String, (Vec<usize>, Vec<u8>)> = BTreeMap::new();
        for (name, tensor) in self.network.variables.variables() {
            let bytes = checkpoint::bytes(&tensor, |value| f16::from_f32(value).to_le_bytes())?;
            tensors.insert(name, (checkpoint::shape(&tensor), bytes));
        }
        let views =
            tensors.iter().map(|(name, (shape, bytes))| Ok((name, TensorView::new(Dtype::F16, shape.clone(), bytes)?)));
        let damaged =
            |error: safetensors::SafeTensorError| TagError::model("model.safetensors", error, "this is a bug");
        let views = views.collect::<Result<Vec<_>, _>>().map_err(damaged)?;
        Ok(safetensors::serialize(views, None).map_err(damaged)?)
    }

    /// The base's configuration with our labels.
    fn config(&self, base: &[u8]) -> Result<Vec<u8>, TrainError> {
        let broken =
            |error: serde_json::Error| TagError::model("config.json", error, "put the model's own config.json there");
        let mut config: serde_json::Value = serde_json::from_slice(base).map_err(broken)?;
        if let Some(fields) = config.as_object_mut() {
            // Where the base lay on the machine that made it is nobody's business.
            fields.remove("_name_or_path");
        }
        let labels = &self.bundle.labels;
        config["id2label"] =
            labels.iter().enumerate().map(|(i, label)| (i.to_string(), serde_json::json!(label))).collect();
        config["label2id"] =
            labels.iter().enumerate().map(|(i, label)| (label.clone(), serde_json::json!(i))).collect();
        if config["model_type"] == "bert" {
            config["architectures"] = serde_json::json!([match self.bundle.pooling {
                Pooling::First => "BertForSequenceClassification",
                // Transformers has no class with this head.
                Pooling::Mention => "BertModel",
            }]);
        }
        let mut text = serde_json::to_vec_pretty(&config).map_err(broken)?;
        text.push(b'\n');
        Ok(text)
    }

    fn card(&self, story: &Story) -> String {
        let (o, e) = (story.options, story.examples);
        let mut out = format!(
            "# {}\n\nStance toward a target (against, neutral, favor) of a sentence, fine-tuned from `{}` by `standpunt train`.\n\n## Data\n\n",
            self.bundle.id, self.bundle.base
        );
        out += "| language | train − / 0 / + | dev | test |\n|---|---|---|---|\n";
        for language in Language::ALL {
            let of = |rows: &[super::Example]| {
                Counts::of(rows.iter().filter(|row| row.row.language == language)).0.map(|n| n.to_string()).join(" / ")
            };
            // Writing to a string cannot fail.
            let _ = writeln!(out, "| {language} | {} | {} | {} |", of(&e.train), of(&e.dev), of(&e.test));
        }
        out += "\nFiles (sha256 of their train and dev rows in `model.toml`) and their weights: ";
        out += &story
            .sources
            .iter()
            .map(|s| format!("`{}` × {}", s.path.file_name().unwrap_or_default().to_string_lossy(), s.weight))
            .collect::<Vec<_>>()
            .join(", ");
        let figure3 = |value: f64| format!("{value:.3}");
        let each = |s: &SeedScore| format!("{}: {:.3} / {}", s.seed, s.dev, s.test.map_or("–".into(), figure3));
        let mut seeds = story.seeds.iter().map(each).collect::<Vec<_>>().join(", ");
        if story.seeds.len() > 1 {
            let _ = write!(seeds, "; mean (and standard deviation) {}", SeedScore::mean(story.seeds));
        }
        let precision = if o.precision.is_bf16() { "bf16 with f32 master weights" } else { "f32" };
        let reads = match self.bundle.pooling {
            Pooling::First => "the head reads the first token",
            Pooling::Mention => "the head reads the text's mean and the token that opens the mention",
        };
        let dev = self.progress.dev.iter().map(|score| format!("{score:.3}")).collect::<Vec<_>>().join(", ");
        let _ = write!(
            out,
            ".\n\n## Recipe\n\nAdamW, peak rate {} with 10 % warm-up and linear decay, × {} per layer downwards, batch {}, at most {} epochs, class weights by the inverse square root of the share, gradients clipped at 1, {}, {}, longest input {} tokens. The epoch with the best dev macro-F1 was kept (dev by epoch: {dev}). Macro-F1 on dev / test by seed: {seeds}; the best on dev was kept. Temperatures were fitted on dev.\n\n## Figures\n\nTest articles, never learned or chosen from; F1 of each stance, their mean, and accuracy of the most probable stance, with 95 % intervals clustered by article.\n\n| | rows | against | neutral | favor | macro-F1 | accuracy |\n|---|--:|--:|--:|--:|--:|--:|\n",
            o.rate, o.layer_decay, o.batch, o.epochs, precision, reads, self.bundle.max_length,
        );
        let mut row = |name: &str, rows: &[Item]| {
            let scores = score::forced(rows, Bootstrap::default());
            let f1: Vec<String> = scores.classes.iter().map(|class| figure(class.f1)).collect();
            let _ = writeln!(
                out,
                "| {name} | {} | {} | {} | {} |",
                scores.n,
                f1.join(" | "),
                figure(scores.macro_f1),
                figure(scores.accuracy)
            );
        };
        row("all", story.test);
        for language in Language::ALL {
            let rows: Vec<Item> = story.test.iter().filter(|row| row.gold.language == language).cloned().collect();
            if !rows.is_empty() {
                row(language.code(), &rows);
            }
        }
        let commonest =
            Stance::ALL.map(|stance| story.test.iter().filter(|row| row.stance == stance).count()).into_iter().max();
        let _ = write!(
            out,
            "\nAlways the commonest stance would be right in {:.3}. {}\n\n## Licence\n\n{}\n",
            commonest.unwrap_or(0) as f64 / story.test.len().max(1) as f64,
            story.comparison,
            self.bundle.licence,
        );
        out
    }
}

fn figure(estimate: Option<Estimate>) -> String {
    match estimate {
        Some(Estimate { value, interval: Some((low, high)) }) => format!("{value:.3} ({low:.2}–{high:.2})"),
        Some(Estimate { value, interval: None }) => format!("{value:.3}"),
        None => "–".into(),
    }
}
