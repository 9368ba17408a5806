//! What a stopped training goes on from: one safetensors file a seed, replaced by a rename.

use std::collections::HashMap;
use std::fs::{self, File};
use std::path::Path;

use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use serde::{Deserialize, Serialize};
use tch::Tensor;

use super::TrainError;
use super::adamw::Tensors;
use crate::output::OutputError;

/// How far a seed has come.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Progress {
    /// What it learns from and how; another plan must not go on from here.
    pub plan: String,
    /// Epochs finished.
    pub epoch: usize,
    /// Batches of the next epoch that are done.
    pub step: usize,
    /// Steps of the optimizer.
    pub steps: i32,
    /// Macro-F1 on dev of the model it started from, where that is a classifier.
    pub start: Option<f64>,
    /// The same after each epoch.
    pub dev: Vec<f64>,
    /// The best of these, and after how many epochs it came.
    pub best: Option<(f64, usize)>,
}

const KEY: &str = "progress";
/// Prefix of the best weights so far, beside the optimizer's state.
const KEPT: &str = "kept.";

/// Writes the file beside its place and moves it there.
pub fn save(path: &Path, progress: &Progress, state: &Tensors, kept: &Tensors) -> Result<(), TrainError> {
    let failed = |error: std::io::Error| OutputError::Unwritable { path: path.to_owned(), source: error };
    let kept = kept.iter().map(|(name, tensor)| (format!("{KEPT}{name}"), tensor));
    let all = state.iter().map(|(name, tensor)| (name.clone(), tensor)).chain(kept);
    let tensors = all.map(|(name, tensor)| Ok((name, shape(tensor), bytes(tensor, f32::to_le_bytes)?)));
    let tensors = tensors.collect::<Result<Vec<_>, TrainError>>()?;
    let views = tensors.iter().map(|(name, shape, data)| Ok((name, TensorView::new(Dtype::F32, shape.clone(), data)?)));
    let views: Result<Vec<_>, safetensors::SafeTensorError> = views.collect();
    let text = serde_json::to_string(progress).map_err(std::io::Error::other).map_err(failed)?;
    let metadata = HashMap::from([(KEY.to_owned(), text)]);
    let fresh = path.with_extension("new");
    let write = || {
        fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
        let data = safetensors::serialize(views.map_err(std::io::Error::other)?, Some(metadata));
        fs::write(&fresh, data.map_err(std::io::Error::other)?)?;
        File::open(&fresh)?.sync_all()?;
        fs::rename(&fresh, path)
    };
    Ok(write().map_err(failed)?)
}

/// Progress, the optimizer's state and the best weights of a file that [`save`] wrote for the same plan; `None` where there is none.
pub fn load(path: &Path, plan: &str) -> Result<Option<(Progress, Tensors, Tensors)>, TrainError> {
    let other = |cause: String| TrainError::OtherPlan { path: path.to_owned(), cause };
    let Ok(data) = fs::read(path) else { return Ok(None) };
    let (_, header) = SafeTensors::read_metadata(&data).map_err(|error| other(error.to_string()))?;
    let text = header.metadata().as_ref().and_then(|entries| entries.get(KEY)).cloned().unwrap_or_default();
    let progress: Progress = serde_json::from_str(&text).map_err(|error| other(error.to_string()))?;
    if progress.plan != plan {
        return Err(other("begun with other options, labels or base".into()));
    }
    let (mut state, mut kept) = (Tensors::new(), Tensors::new());
    for (name, view) in SafeTensors::deserialize(&data).map_err(|error| other(error.to_string()))?.tensors() {
        let shape: Vec<i64> = view.shape().iter().map(|n| *n as i64).collect();
        let tensor = Tensor::f_from_data_size(view.data(), &shape, tch::Kind::Float)?;
        match name.strip_prefix(KEPT) {
            Some(name) => kept.insert(name.to_owned(), tensor),
            None => state.insert(name, tensor),
        };
    }
    Ok(Some((progress, state, kept)))
}

/// Shape of a tensor as safetensors counts it.
pub fn shape(tensor: &Tensor) -> Vec<usize> {
    tensor.size().iter().map(|n| *n as usize).collect()
}

/// The values of a tensor, in order, each encoded.
pub fn bytes<const N: usize>(tensor: &Tensor, encode: fn(f32) -> [u8; N]) -> Result<Vec<u8>, TrainError> {
    let values = Vec::<f32>::try_from(tensor.f_contiguous()?.f_view([-1])?)?;
    Ok(values.into_iter().flat_map(encode).collect())
}
