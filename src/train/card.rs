//! Writes a trained model as a folder: weights, configuration, tokenizer, `model.toml` and the model card.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use half::f16;
use safetensors::Dtype;
use safetensors::tensor::TensorView;
use sha2::{Digest, Sha256};

use super::{Counts, Examples, SourceFile, TrainError, TrainOptions, Trained, data};
use crate::evaluate::{Bootstrap, Estimate, Item, score};
use crate::output::{OutputError, write_folder};
use crate::schema::{Language, Stance};
use crate::tag::{MODEL_TOML, TagError};

/// What the card tells beyond the model itself.
pub struct Story<'a> {
    /// How it was trained.
    pub options: &'a TrainOptions,
    /// On what.
    pub sources: &'a [SourceFile],
    /// The same, read.
    pub examples: &'a Examples,
    /// Seed of the kept model, and the best dev score of every seed.
    pub seeds: &'a [(u64, f64)],
    /// Test rows as the new model scores them.
    pub test: &'a [Item],
    /// The comparison with the model it started from, in words.
    pub comparison: &'a str,
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
        let hash = |bytes: &[u8]| Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        self.bundle.files = [("config.json", &config), ("tokenizer.json", &tokenizer), ("model.safetensors", &weights)]
            .into_iter()
            .map(|(name, bytes)| (name.to_owned(), hash(bytes)))
            .collect();
        self.bundle.trained_on.extend(data::hashes(story.sources)?);
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
            let shape = tensor.size().iter().map(|n| *n as usize).collect();
            let values = Vec::<f32>::try_from(tensor.f_contiguous()?.f_view([-1])?)?;
            let bytes = values.iter().flat_map(|value| f16::from_f32(*value).to_le_bytes()).collect();
            tensors.insert(name, (shape, bytes));
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
            config["architectures"] = serde_json::json!(["BertForSequenceClassification"]);
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
                let rows: Vec<_> = rows.iter().filter(|row| row.row.language == language).cloned().collect();
                Counts::of(&rows).0.map(|n| n.to_string()).join(" / ")
            };
            // Writing to a string cannot fail.
            let _ = writeln!(out, "| {language} | {} | {} | {} |", of(&e.train), of(&e.dev), of(&e.test));
        }
        out += "\nFiles (sha256 in `model.toml`) and their weights: ";
        out += &story
            .sources
            .iter()
            .map(|s| format!("`{}` × {}", s.path.file_name().unwrap_or_default().to_string_lossy(), s.weight))
            .collect::<Vec<_>>()
            .join(", ");
        let seeds =
            story.seeds.iter().map(|(seed, score)| format!("{seed}: {score:.3}")).collect::<Vec<_>>().join(", ");
        let dev = self.dev.iter().map(|score| format!("{score:.3}")).collect::<Vec<_>>().join(", ");
        let _ = write!(
            out,
            ".\n\n## Recipe\n\nAdamW, peak rate {} with 10 % warm-up and linear decay, × {} per layer downwards, batch {}, at most {} epochs, class weights by the inverse square root of the share, gradients clipped at 1, longest input {} tokens. The epoch with the best dev macro-F1 was kept (dev by epoch: {dev}). Best dev score by seed: {seeds}. Temperatures were fitted on dev.\n\n## Figures\n\nTest articles, never learned or chosen from; F1 of each stance, their mean, and accuracy of the most probable stance, with 95 % intervals clustered by article.\n\n| | rows | against | neutral | favor | macro-F1 | accuracy |\n|---|--:|--:|--:|--:|--:|--:|\n",
            o.rate, o.layer_decay, o.batch, o.epochs, self.bundle.max_length,
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
