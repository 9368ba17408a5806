//! How good the labels are, and what an index built on them is worth.
//!
//! [`Items`] joins coded rows to predictions; [`score`] counts them, [`calibration`] and [`abstention`] ask what the
//! probabilities are worth, [`agreement`] gives the human ceiling, [`baselines`] and [`compare`] stand beside the
//! model, [`match_gold`] goes end to end. [`Report`] is all of that on paper. [`index`] corrects an aggregate for the
//! classifier's errors by a coded random sample, which [`sample`] draws.
//!
//! Every interval is a 95 % interval clustered by article: sentences of one article are not independent.

pub mod abstention;
pub mod agreement;
pub mod baselines;
pub mod bootstrap;
pub mod calibration;
pub mod compare;
mod confusion;
mod errors;
pub mod index;
mod item;
pub mod match_gold;
mod misclassification;
mod problem;
mod render;
pub mod report;
pub mod sample;
pub mod score;
mod slices;
mod svg;

pub use bootstrap::{Bootstrap, Estimate};
pub use confusion::{Answer, Confusion};
pub use errors::{ErrorGroup, WorstError};
pub use item::{Item, Items, Prediction};
pub use misclassification::{Coded, misclassification_corrected};
pub use problem::EvaluateError;
pub use report::{Inputs, Report};
pub use score::{ClassScores, Scores};
pub use slices::{Dimension, Slice};
