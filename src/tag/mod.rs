//! Scores claims: text and targets in, distributions over stances out.
//!
//! [`Tagger`] has two implementations: [`Transformer`], a fine-tuned or zero-shot classifier from a model folder, and
//! [`Lexicon`], the cue-word baseline. Neither knows of articles.

mod batch;
mod bundle;
mod deberta;
mod encoder;
mod lexicon;
mod mention;
mod network;
mod transformer;
mod weights;

pub use batch::Inputs;
pub use bundle::{Bundle, InputTemplate, Kind, MODEL_TOML, Pooling, Temperatures, Thresholds, hex, sha256_of};
pub use encoder::{Encoded, Encoder};
pub use lexicon::Lexicon;
pub use network::{Network, Precision};
pub use transformer::{Transformer, TransformerOptions, softmax};

use std::path::PathBuf;

use crate::schema::{Language, Probabilities, Span};

/// What a tagger sees of a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The sentence.
    pub text: String,
    /// The sentence before it, or empty.
    pub previous: String,
    /// The words that bring the target in, in bytes of `text`; empty where they are not known.
    pub mention: Span,
    /// Name of the target in the sentence's language.
    pub target: String,
    /// Language of the sentence.
    pub language: Language,
}

/// Scores (text, target) pairs.
pub trait Tagger: Send {
    /// Name and content hash, as records carry it.
    fn id(&self) -> &str;

    /// One distribution a pair, in order. The pairs of one call are batched together, and by nothing else, so a
    /// caller that passes one article a call gets the same bits whatever else it tags.
    ///
    /// # Errors
    /// [`TagError::NotANumber`] when the network returns NaN or infinity.
    fn tag(&self, pairs: &[Pair]) -> Result<Vec<Probabilities>, TagError>;
}

/// Why a model cannot be loaded or used.
#[derive(Debug, thiserror::Error)]
pub enum TagError {
    /// A part of the model folder is missing, unreadable or not what it should be.
    #[error("model {path}: {cause}\n  {remedy}", path = path.display())]
    Model {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong.
        cause: String,
        /// What to do.
        remedy: String,
    },
    /// The network returned NaN or infinity for a sentence.
    #[error(
        "the model's output for \"{text}\" is not a number\n  the weights are damaged; fetch or train the model again"
    )]
    NotANumber {
        /// The sentence.
        text: String,
    },
    /// A sentence could not be tokenised.
    #[error("cannot tokenise \"{text}\": {cause}")]
    Tokenise {
        /// The sentence.
        text: String,
        /// What the tokenizer said.
        cause: String,
    },
    /// A cue lexicon is not valid.
    #[error("cue lexicon: {0}")]
    Lexicon(String),
    /// libtorch refused an operation.
    #[error("libtorch: {0}")]
    Torch(#[from] tch::TchError),
    /// A network of rust-bert refused its inputs.
    #[error("rust-bert: {0}")]
    Bert(#[from] rust_bert::RustBertError),
}

impl TagError {
    pub(crate) fn model(path: impl Into<PathBuf>, cause: impl ToString, remedy: impl ToString) -> Self {
        Self::Model { path: path.into(), cause: cause.to_string(), remedy: remedy.to_string() }
    }
}
