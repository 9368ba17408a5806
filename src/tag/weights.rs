//! Checks a weights file before libtorch sees it, and copies it into a network's variables.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use safetensors::{Dtype, SafeTensors};
use tch::{Kind, Tensor};

use super::TagError;

/// Shape of each tensor in a safetensors file, by name.
pub type Header = HashMap<String, Vec<usize>>;

/// More than any real model's header takes; a crafted one can ask for a gigabyte.
const MAX_HEADER: u64 = 16 << 20;

fn fail(path: &Path, cause: impl ToString, remedy: &str) -> TagError {
    TagError::model(path, cause, remedy)
}

/// Reads only the header.
///
/// # Errors
/// [`TagError::Model`], which recognises git-lfs pointers, web pages, pickles and truncated files.
pub fn read_header(path: &Path) -> Result<Header, TagError> {
    let mut file = File::open(path).map_err(|error| {
        let folder = path.parent().unwrap_or(Path::new("."));
        if folder.join("pytorch_model.bin").exists() {
            return fail(path, "missing; pytorch_model.bin is a pickle, which can run code and is not read",
                "convert it: AutoModelForSequenceClassification.from_pretrained(…).save_pretrained(…, safe_serialization=True)");
        }
        fail(path, error, "put the model's weights there, in safetensors format")
    })?;
    let size = file.metadata().map_err(|error| fail(path, error, "check the disk"))?.len();
    let mut start = [0u8; 8];
    file.read_exact(&mut start).map_err(|_| fail(path, format!("only {size} bytes"), "fetch the file again"))?;
    if start.starts_with(b"version ") {
        return Err(fail(path, "a git-lfs pointer, not the weights", "run git lfs pull in the model's repository"));
    }
    if start.trim_ascii_start().starts_with(b"<") {
        return Err(fail(
            path,
            "a web page, not the weights",
            "fetch the file again, logged in if the model asks for it",
        ));
    }
    let length = u64::from_le_bytes(start);
    if length > MAX_HEADER || length + 8 > size {
        return Err(fail(
            path,
            format!("its header claims {length} bytes, the file has {size}"),
            "not safetensors, or cut off: fetch it again",
        ));
    }
    let mut header = vec![0; length as usize];
    file.read_exact(&mut header).map_err(|error| fail(path, error, "fetch the file again"))?;
    let json: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(&header)
        .map_err(|error| fail(path, error, "the header is damaged: fetch the file again"))?;
    let shape = |value: &serde_json::Value| serde_json::from_value(value["shape"].clone()).unwrap_or_default();
    Ok(json
        .iter()
        .filter(|(name, _)| *name != "__metadata__")
        .map(|(name, value)| (name.clone(), shape(value)))
        .collect())
}

/// Compares names and shapes with what the network needs.
///
/// # Errors
/// [`TagError::Model`] names the first tensor that is missing or has another shape.
pub fn check_weights(path: &Path, header: &Header, needed: &HashMap<String, Tensor>) -> Result<(), TagError> {
    let mut names: Vec<&String> = needed.keys().collect();
    names.sort();
    for name in names {
        let shape: Vec<usize> = needed[name].size().iter().map(|n| *n as usize).collect();
        match header.get(name).or_else(|| header.get(bare(name))) {
            None => {
                return Err(fail(
                    path,
                    format!("tensor {name} is missing"),
                    "config.json describes another model, or the weights have no classifier yet: train one",
                ));
            }
            Some(found) if *found != shape => {
                return Err(fail(
                    path,
                    format!("tensor {name} has shape {found:?}, config.json asks for {shape:?}"),
                    "config.json and the weights belong to different models",
                ));
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// A variable's name in a checkpoint of the bare encoder, which lacks the leading `bert.`, `roberta.` or `deberta.`.
fn bare(name: &str) -> &str {
    name.split_once('.').map_or(name, |(_, rest)| rest)
}

/// Copies the tensors that `needed` names from the file, as f32. Names that the file lacks are left as they are.
///
/// # Errors
/// [`TagError::Model`] when the file is damaged or a tensor holds NaN or infinity.
pub fn copy_weights(path: &Path, needed: &HashMap<String, Tensor>) -> Result<(), TagError> {
    let bytes = std::fs::read(path).map_err(|error| fail(path, error, "check the file"))?;
    let file =
        SafeTensors::deserialize(&bytes).map_err(|error| fail(path, error, "the file is damaged: fetch it again"))?;
    let _guard = tch::no_grad_guard();
    for (name, variable) in needed {
        let Ok(view) = file.tensor(name).or_else(|_| file.tensor(bare(name))) else { continue };
        let kind = match view.dtype() {
            Dtype::F32 => Kind::Float,
            Dtype::F16 => Kind::Half,
            Dtype::BF16 => Kind::BFloat16,
            Dtype::F64 => Kind::Double,
            other => {
                return Err(fail(
                    path,
                    format!("tensor {name} is of type {other:?}"),
                    "convert the weights to f32, f16 or bf16",
                ));
            }
        };
        let shape: Vec<i64> = view.shape().iter().map(|n| *n as i64).collect();
        let tensor = Tensor::f_from_data_size(view.data(), &shape, kind)?.f_to_kind(Kind::Float)?;
        if i64::try_from(tensor.f_isfinite()?.f_all()?)? == 0 {
            return Err(fail(
                path,
                format!("tensor {name} holds NaN or infinity"),
                "the weights are damaged: fetch or train the model again",
            ));
        }
        variable.shallow_clone().f_copy_(&tensor)?;
    }
    Ok(())
}
