//! The three families of sequence classifiers: BERT and RoBERTa from rust-bert, DeBERTa and the head that reads the
//! mention from here.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use rust_bert::bert::{BertConfig, BertForSequenceClassification};
use rust_bert::roberta::RobertaForSequenceClassification;
use tch::nn::VarStore;
use tch::{Device, Tensor};

use super::deberta::{self, Deberta};
use super::mention::MentionBert;
use super::weights::{Header, check_weights, copy_weights, read_header};
use super::{Bundle, Inputs, Pooling, TagError};

/// Architecture, from `model_type` in config.json.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// BERT and its distillates.
    Bert,
    /// RoBERTa and XLM-R.
    Roberta,
    /// DeBERTa-v2 and v3, mDeBERTa.
    Deberta,
}

/// Arithmetic of the forward pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// bf16 where the processor multiplies matrices of it (AMX), else f32: the vector instructions alone are slower
    /// than f32's.
    #[default]
    Auto,
    /// 32-bit floats.
    F32,
    /// bfloat16.
    Bf16,
}

impl Precision {
    /// Whether to compute in bf16 on this processor.
    #[must_use]
    pub fn is_bf16(self) -> bool {
        match self {
            Self::F32 => false,
            Self::Bf16 => true,
            // Only Linux says so without unsafe code.
            Self::Auto => fs::read_to_string("/proc/cpuinfo").is_ok_and(|text| text.contains("amx_bf16")),
        }
    }
}

enum Classifier {
    Bert(BertForSequenceClassification),
    Mention(MentionBert),
    Roberta(RobertaForSequenceClassification),
    Deberta(Box<Deberta>),
}

/// A sequence classifier with its variables.
pub struct Network {
    classifier: Classifier,
    /// Its variables, by their names in Hugging Face checkpoints.
    pub variables: VarStore,
    /// Longest input that its positions reach.
    pub max_positions: usize,
}

impl Network {
    /// Builds the network of a model folder and loads its weights. With `new_head`, tensors of the classification
    /// head that the file lacks stay random, for training.
    ///
    /// # Errors
    /// [`TagError::Model`] names the file, field or tensor at fault.
    pub fn load(folder: &Path, bundle: &Bundle, new_head: bool) -> Result<Self, TagError> {
        let weights = folder.join("model.safetensors");
        let mut header = read_header(&weights)?;
        let network = Self::build(&folder.join("config.json"), &header, bundle)?;
        let needed = network.variables.variables();
        if new_head {
            for name in needed.keys().filter(|name| is_head(name)) {
                header.entry(name.clone()).or_insert_with(|| needed[name].size().iter().map(|n| *n as usize).collect());
            }
        }
        check_weights(&weights, &header, &needed)?;
        copy_weights(&weights, &needed)?;
        Ok(network)
    }

    /// The network of a model folder with random weights: to measure what the weights add, or to share another's.
    ///
    /// # Errors
    /// As [`Network::load`].
    pub fn random(folder: &Path, bundle: &Bundle) -> Result<Self, TagError> {
        let header = read_header(&folder.join("model.safetensors"))?;
        Self::build(&folder.join("config.json"), &header, bundle)
    }

    fn build(path: &Path, header: &Header, bundle: &Bundle) -> Result<Self, TagError> {
        let labels = &bundle.labels;
        let fail = |cause: String| TagError::model(path, cause, "put the model's own config.json there");
        let text = fs::read_to_string(path).map_err(|error| fail(error.to_string()))?;
        let mut json: serde_json::Value = serde_json::from_str(&text).map_err(|error| fail(error.to_string()))?;
        let family = match json["model_type"].as_str() {
            Some("bert") => Family::Bert,
            Some("roberta" | "xlm-roberta") => Family::Roberta,
            Some("deberta-v2") => Family::Deberta,
            other => {
                let cause = format!("model_type is {}", other.unwrap_or("missing"));
                return Err(TagError::model(path, cause, "use a bert, roberta, xlm-roberta or deberta-v2 classifier"));
            }
        };
        if bundle.pooling == Pooling::Mention && family != Family::Bert {
            return Err(TagError::model(path, "only model_type bert can read the mention", "use the pooling `first`"));
        }
        check_sizes(&json, header).map_err(fail)?;
        json["id2label"] = labels
            .iter()
            .enumerate()
            .map(|(i, label)| (i.to_string(), serde_json::Value::from(label.as_str())))
            .collect();
        let max_positions = json["max_position_embeddings"].as_u64().unwrap_or(512) as usize;
        let variables = VarStore::new(Device::Cpu);
        let root = variables.root();
        let refused = |error: rust_bert::RustBertError| fail(error.to_string());
        let classifier = match family {
            Family::Bert | Family::Roberta => {
                let config: BertConfig = serde_json::from_value(json).map_err(|error| fail(error.to_string()))?;
                if bundle.pooling == Pooling::Mention {
                    Classifier::Mention(MentionBert::new(&root, &config, labels.len() as i64))
                } else if family == Family::Bert {
                    Classifier::Bert(BertForSequenceClassification::new(root, &config).map_err(refused)?)
                } else {
                    Classifier::Roberta(RobertaForSequenceClassification::new(root, &config).map_err(refused)?)
                }
            }
            Family::Deberta => {
                let config: deberta::Config = serde_json::from_value(json).map_err(|error| fail(error.to_string()))?;
                Classifier::Deberta(Box::new(Deberta::new(&root, &config, labels.len() as i64)))
            }
        };
        // RoBERTa numbers positions from the padding id on, which costs two.
        let reserved = if family == Family::Roberta { 2 } else { 0 };
        Ok(Self { classifier, variables, max_positions: max_positions.saturating_sub(reserved) })
    }

    /// Logits, shape (rows, labels).
    ///
    /// # Errors
    /// As rust-bert refuses the shapes.
    pub fn forward(&self, inputs: &Inputs, train: bool) -> Result<Tensor, TagError> {
        let Inputs { ids, mask, segments, .. } = inputs;
        Ok(match &self.classifier {
            Classifier::Bert(net) => net.forward_t(Some(ids), Some(mask), Some(segments), None, None, train).logits,
            Classifier::Roberta(net) => net.forward_t(Some(ids), Some(mask), None, None, None, train).logits,
            Classifier::Deberta(net) => net.forward(ids, mask, segments, train),
            Classifier::Mention(net) => net.forward(inputs, train)?,
        })
    }

    /// Lets this network's variables share the memory of another's of the same shape.
    pub fn share(&self, other: &HashMap<String, Tensor>) {
        for (name, variable) in self.variables.variables() {
            if let Some(source) = other.get(&name) {
                variable.shallow_clone().set_data(source);
            }
        }
    }
}

/// Whether a variable belongs to the classification head, which a base model lacks.
fn is_head(name: &str) -> bool {
    name.starts_with("classifier.")
        || name.starts_with("head.")
        || name.starts_with("pooler.")
        || name.contains(".pooler.")
}

/// Compares the sizes that decide how much memory is taken with the weights, before it is taken.
fn check_sizes(config: &serde_json::Value, header: &Header) -> Result<(), String> {
    let size = |field: &str| {
        config[field].as_u64().map(|n| n as usize).ok_or(format!("{field} is missing or no whole number"))
    };
    let (vocabulary, hidden) = (size("vocab_size")?, size("hidden_size")?);
    let table = header.iter().find(|(name, _)| name.ends_with("embeddings.word_embeddings.weight"));
    let Some((name, shape)) = table else {
        return Err("the weights hold no word embeddings under the name that this model_type uses".into());
    };
    if *shape != [vocabulary, hidden] {
        return Err(format!("vocab_size {vocabulary} and hidden_size {hidden} contradict {name} of shape {shape:?}"));
    }
    let layers = size("num_hidden_layers")?;
    let found = header.keys().filter(|name| name.ends_with("attention.output.dense.weight")).count();
    if layers != found {
        return Err(format!("num_hidden_layers is {layers}, but the weights hold {found} layers"));
    }
    for (field, part) in
        [("intermediate_size", "intermediate.dense.bias"), ("max_position_embeddings", "position_embeddings.weight")]
    {
        if let Some((name, shape)) = header.iter().find(|(name, _)| name.ends_with(part))
            && shape.first() != Some(&size(field)?)
        {
            return Err(format!("{field} is {}, but {name} has shape {shape:?}", size(field)?));
        }
    }
    let heads = size("num_attention_heads")?;
    if heads == 0 || hidden % heads != 0 {
        return Err(format!("num_attention_heads {heads} does not divide hidden_size {hidden}"));
    }
    Ok(())
}
