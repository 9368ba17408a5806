//! The transformer tagger. With `train`, the only place that knows libtorch.

use std::path::{Path, PathBuf};

use tch::Kind as Dtype;

use super::bundle::Kind;
use super::{Bundle, Encoded, Encoder, Inputs, Network, Pair, Precision, TagError, Tagger, batch};
use crate::schema::{Probabilities, Stance};

/// How to run a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TransformerOptions {
    /// Arithmetic.
    pub precision: Precision,
    /// Most padded tokens in one batch.
    pub batch_tokens: usize,
}

impl Default for TransformerOptions {
    fn default() -> Self {
        Self { precision: Precision::Auto, batch_tokens: 2048 }
    }
}

/// A sequence classifier from a model folder.
pub struct Transformer {
    id: String,
    folder: PathBuf,
    bundle: Bundle,
    encoder: Encoder,
    network: Network,
    options: TransformerOptions,
}

impl Transformer {
    /// Loads a model folder.
    ///
    /// # Errors
    /// [`TagError::Model`].
    pub fn load(folder: &Path, options: TransformerOptions) -> Result<Self, TagError> {
        let mut bundle = Bundle::read(folder)?;
        let encoder = Encoder::load(folder, &bundle)?;
        let mut network = Network::load(folder, &bundle, false)?;
        if bundle.max_length > network.max_positions {
            bundle.max_length = network.max_positions;
        }
        let table =
            network.variables.variables().into_iter().find(|(name, _)| name.ends_with("word_embeddings.weight"));
        let rows = table.map_or(0, |(_, t)| t.size()[0] as usize);
        if encoder.vocabulary() > rows {
            let cause = format!("{} token ids, but the weights embed {rows}", encoder.vocabulary());
            return Err(TagError::model(
                folder.join("tokenizer.json"),
                cause,
                "tokenizer and weights belong to different models",
            ));
        }
        if options.precision.is_bf16() {
            network.variables.bfloat16();
        }
        network.variables.freeze();
        let weights = folder.join("model.safetensors");
        // What model.toml states was compared with the file already.
        let hash = match bundle.files.get("model.safetensors") {
            Some(stated) => stated.clone(),
            None => super::sha256_of(&weights).map_err(|error| TagError::model(&weights, error, "check the file"))?,
        };
        Ok(Self {
            id: format!("{}@{}", bundle.id, &hash[..12]),
            folder: folder.to_owned(),
            bundle,
            encoder,
            network,
            options,
        })
    }

    /// Another tagger over the same weights, for another thread.
    ///
    /// # Errors
    /// As [`Transformer::load`].
    pub fn replicate(&self) -> Result<Self, TagError> {
        let mut network = Network::random(&self.folder, &self.bundle)?;
        if self.options.precision.is_bf16() {
            network.variables.bfloat16();
        }
        network.variables.freeze();
        network.share(&self.network.variables.variables());
        Ok(Self {
            id: self.id.clone(),
            folder: self.folder.clone(),
            bundle: self.bundle.clone(),
            encoder: self.encoder.clone(),
            network,
            options: self.options,
        })
    }

    /// Its description.
    #[must_use]
    pub fn bundle(&self) -> &Bundle {
        &self.bundle
    }

    /// Raw logits, a row of three for each input.
    ///
    /// # Errors
    /// As libtorch refuses.
    pub fn logits(&self, inputs: &[Encoded]) -> Result<Vec<[f64; 3]>, TagError> {
        // Two models of one thread each beat one model of two threads; the setting is per calling thread.
        tch::set_num_threads(1);
        let mut order: Vec<usize> = (0..inputs.len()).collect();
        order.sort_by_key(|i| inputs[*i].ids.len());
        let lengths: Vec<usize> = order.iter().map(|i| inputs[*i].ids.len()).collect();
        let mut logits = vec![[0.0; 3]; inputs.len()];
        for range in batch::cuts(&lengths, self.options.batch_tokens) {
            let rows: Vec<&Encoded> = order[range.clone()].iter().map(|i| &inputs[*i]).collect();
            let inputs = Inputs::new(&rows, self.encoder.padding);
            let out = tch::no_grad(|| self.network.forward(&inputs, false))?;
            // bf16 cannot be extracted as it is.
            let flat = Vec::<f64>::try_from(out.f_to_kind(Dtype::Double)?.f_contiguous()?.f_view([-1])?)?;
            for (row, values) in order[range].iter().zip(flat.chunks_exact(3)) {
                logits[*row].copy_from_slice(values);
            }
        }
        Ok(logits)
    }

    fn inputs(&self, pair: &Pair) -> Result<Vec<Encoded>, TagError> {
        match self.bundle.kind {
            Kind::Pair => Ok(vec![self.encoder.encode(pair, None)?]),
            Kind::Nli => {
                let row = self.bundle.hypotheses.get(&pair.language).ok_or_else(|| {
                    TagError::model(
                        self.folder.join(super::MODEL_TOML),
                        format!("no hypotheses for '{}'", pair.language),
                        "add them",
                    )
                })?;
                let encode = |stance: Stance| {
                    let hypothesis = row[stance.name()].replace("{target}", &pair.target);
                    self.encoder.encode(pair, Some(&hypothesis))
                };
                Stance::ALL.into_iter().map(encode).collect()
            }
        }
    }

    /// The distribution of one pair from the logits of its inputs.
    fn distribution(&self, pair: &Pair, logits: &[[f64; 3]]) -> Result<Probabilities, TagError> {
        let scores = match self.bundle.kind {
            Kind::Pair => Stance::ALL.map(|stance| logits[0][self.bundle.position(stance.name())]),
            // Softmax over the hypotheses' entailment logits (Yin et al. 2019, as in Transformers' zero-shot pipeline).
            Kind::Nli => [0, 1, 2].map(|i| logits[i][self.bundle.position("entailment")]),
        };
        if scores.iter().any(|score| !score.is_finite()) {
            return Err(TagError::NotANumber { text: pair.text.clone() });
        }
        Ok(softmax(scores, self.bundle.temperature.of(pair.language)).into())
    }
}

impl Tagger for Transformer {
    fn id(&self) -> &str {
        &self.id
    }

    fn tag(&self, pairs: &[Pair]) -> Result<Vec<Probabilities>, TagError> {
        let inputs = pairs.iter().map(|pair| self.inputs(pair)).collect::<Result<Vec<_>, _>>()?;
        let per_pair = if self.bundle.kind == Kind::Nli { 3 } else { 1 };
        let logits = self.logits(&inputs.concat())?;
        pairs.iter().zip(logits.chunks_exact(per_pair)).map(|(pair, rows)| self.distribution(pair, rows)).collect()
    }
}

/// Softmax of `scores` divided by a temperature.
#[must_use]
pub fn softmax(scores: [f64; 3], temperature: f64) -> [f64; 3] {
    let top = scores.iter().copied().fold(f64::MIN, f64::max);
    let powers = scores.map(|score| ((score - top) / temperature).exp());
    let sum: f64 = powers.iter().sum();
    powers.map(|p| p / sum)
}
