//! A model is a folder in Hugging Face layout plus `model.toml`, which says how to use it and what it was made from.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::TagError;
use crate::schema::{Language, Probabilities};

/// Name of the description inside a model folder.
pub const MODEL_TOML: &str = "model.toml";

/// How a model answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Fine-tuned on (sentence, target): three logits, one a stance.
    Pair,
    /// Zero-shot: a natural-language-inference model weighs a hypothesis per stance.
    Nli,
}

/// What the classification head reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Pooling {
    /// The first token, as sequence classifiers of Transformers do.
    #[default]
    First,
    /// The mean of segment 0 beside the token that opens the mention (the first where none is marked); BERT only.
    Mention,
}

/// `model.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    /// Name, as records carry it.
    pub id: String,
    /// How it answers.
    pub kind: Kind,
    /// What each logit means: stances for `pair`; `entailment`, `neutral`, `contradiction` for `nli`.
    pub labels: Vec<String>,
    /// What the classification head reads.
    #[serde(default)]
    pub pooling: Pooling,
    /// Longest input in tokens; the text is cut, never the target.
    pub max_length: usize,
    /// Licence of the weights.
    pub licence: String,
    /// What it was trained from.
    #[serde(default)]
    pub base: String,
    /// How a pair becomes text.
    #[serde(default)]
    pub input: InputTemplate,
    /// Calibration.
    #[serde(default)]
    pub temperature: Temperatures,
    /// Abstention.
    #[serde(default)]
    pub threshold: Thresholds,
    /// `nli` only: per language, a hypothesis for `against`, `neutral` and `favor`, with `{target}`.
    #[serde(default)]
    pub hypotheses: BTreeMap<Language, BTreeMap<String, String>>,
    /// sha256 of each file of the folder that the model needs.
    #[serde(default)]
    pub files: BTreeMap<String, String>,
    /// sha256 of the train and dev rows of each label file it was trained on.
    #[serde(default)]
    pub trained_on: BTreeMap<String, String>,
}

/// How a pair becomes the text that the network reads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct InputTemplate {
    /// Tokens set around the words that bring the target in; both empty for none.
    pub mark: [String; 2],
    /// Whether the sentence before is read too.
    pub previous: bool,
    /// Whether the target's name follows as the second segment.
    pub target: bool,
}

impl Default for InputTemplate {
    fn default() -> Self {
        Self { mark: [String::new(), String::new()], previous: false, target: true }
    }
}

/// Temperatures that the logits are divided by (Guo et al. 2017), per group of languages.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Temperatures {
    /// Of languages without an own one.
    pub default: f64,
    /// Per language.
    #[serde(flatten)]
    pub by_language: BTreeMap<Language, f64>,
}

impl Default for Temperatures {
    fn default() -> Self {
        Self { default: 1.0, by_language: BTreeMap::new() }
    }
}

impl Temperatures {
    /// The temperature of a language.
    #[must_use]
    pub fn of(&self, language: Language) -> f64 {
        self.by_language.get(&language).copied().unwrap_or(self.default)
    }
}

/// Best probabilities under which a claim is undecided.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Thresholds {
    /// Of targets and languages without an own one; 0 never abstains.
    pub default: f64,
    /// Per target id, then language.
    pub by_target: BTreeMap<String, BTreeMap<Language, f64>>,
}

impl Thresholds {
    /// The label of a distribution: its best stance, unless that is less probable than the threshold.
    #[must_use]
    pub fn decide(&self, p: Probabilities, target: &str, language: Language) -> crate::schema::Label {
        let threshold = self.by_target.get(target).and_then(|row| row.get(&language)).copied().unwrap_or(self.default);
        let (stance, best) = p.best();
        if best < threshold { crate::schema::Label::Undecided } else { stance.into() }
    }
}

impl Bundle {
    /// Reads and checks `model.toml` and the hashes that it states.
    ///
    /// # Errors
    /// [`TagError::Model`] names the file, the cause and the remedy.
    pub fn read(folder: &Path) -> Result<Self, TagError> {
        if !folder.is_dir() {
            return Err(TagError::model(folder, "there is no such folder", "give the folder that holds model.toml"));
        }
        let path = folder.join(MODEL_TOML);
        let text = fs::read_to_string(&path).map_err(|error| {
            TagError::model(&path, error, "a model folder needs model.toml; data/README.md describes it")
        })?;
        let bundle: Self = toml::from_str(&text)
            .map_err(|error| TagError::model(&path, error.to_string().trim_end(), "correct the field"))?;
        bundle.check(&path)?;
        for (name, expected) in &bundle.files {
            let file = folder.join(name);
            let found = sha256_of(&file).map_err(|error| {
                TagError::model(&file, error, "the folder is incomplete: fetch or train the model again")
            })?;
            if found != *expected {
                let cause = format!("sha256 is {found}, but {MODEL_TOML} says {expected}");
                return Err(TagError::model(
                    &file,
                    cause,
                    "the file was changed or damaged: fetch or train the model again",
                ));
            }
        }
        Ok(bundle)
    }

    fn check(&self, path: &Path) -> Result<(), TagError> {
        let wanted = match self.kind {
            Kind::Pair => ["against", "neutral", "favor"],
            Kind::Nli => ["entailment", "neutral", "contradiction"],
        };
        let mut labels: Vec<&str> = self.labels.iter().map(String::as_str).collect();
        labels.sort_unstable();
        let mut sorted = wanted;
        sorted.sort_unstable();
        if labels != sorted {
            let cause = format!("labels are {:?}", self.labels);
            return Err(TagError::model(
                path,
                cause,
                format!("this kind needs {wanted:?}, in the order of the logits"),
            ));
        }
        if !(8..=8192).contains(&self.max_length) {
            return Err(TagError::model(path, format!("max_length is {}", self.max_length), "give 8 to 8192"));
        }
        let temperatures = self.temperature.by_language.values().chain([&self.temperature.default]);
        if let Some(bad) = temperatures.copied().find(|t| !t.is_finite() || *t <= 0.0) {
            return Err(TagError::model(path, format!("temperature is {bad}"), "give a number above 0"));
        }
        let complete =
            |row: &BTreeMap<String, String>| ["against", "neutral", "favor"].iter().all(|l| row.contains_key(*l));
        if self.kind == Kind::Nli && !self.hypotheses.values().all(complete) {
            return Err(TagError::model(
                path,
                "a hypothesis is missing",
                "give against, neutral and favor for each language",
            ));
        }
        Ok(())
    }

    /// Position of a label among the logits.
    #[must_use]
    pub fn position(&self, label: &str) -> usize {
        // `check` has seen all of them.
        self.labels.iter().position(|l| l == label).unwrap_or(0)
    }
}

/// Lower-case hexadecimal sha256 of a file.
///
/// # Errors
/// As reading it.
pub fn sha256_of(path: &Path) -> io::Result<String> {
    let mut digest = Sha256::new();
    io::copy(&mut File::open(path)?, &mut digest)?;
    Ok(hex(&digest.finalize()))
}

/// Bytes as lower-case hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_description_survives_the_file() {
        let by_language = BTreeMap::from([(Language::Nl, 1.25), (Language::Be, 0.8)]);
        let row = BTreeMap::from([(Language::Nl, 0.5)]);
        let bundle = Bundle {
            id: "m".into(),
            kind: Kind::Pair,
            labels: ["against", "neutral", "favor"].map(String::from).to_vec(),
            pooling: Pooling::Mention,
            max_length: 128,
            licence: "CC0-1.0".into(),
            base: "b".into(),
            input: InputTemplate { mark: ["[T]".into(), "[/T]".into()], ..InputTemplate::default() },
            temperature: Temperatures { default: 1.5, by_language },
            threshold: Thresholds { default: 0.4, by_target: BTreeMap::from([("t".into(), row)]) },
            hypotheses: BTreeMap::new(),
            files: BTreeMap::from([("config.json".into(), "00".into())]),
            trained_on: BTreeMap::new(),
        };
        let text = toml::to_string(&bundle).unwrap();
        assert_eq!(toml::from_str::<Bundle>(&text).unwrap(), bundle, "{text}");
        assert!(toml::from_str::<Bundle>(&text.replace("nl = 1.25", "xx = 1.25")).is_err());
        assert!(toml::from_str::<Bundle>(&text.replace("max_length", "max_lenth")).is_err());
    }
}
