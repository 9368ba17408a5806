//! Logits against Python Transformers' own, on the tiny checkpoints of `tests/golden`.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use standpunt::tag::{Encoded, Precision, Transformer, TransformerOptions};

#[derive(Deserialize)]
struct Golden {
    ids: Vec<Vec<u32>>,
    segments: Vec<Vec<u32>>,
    padded: Vec<[f64; 3]>,
    single: Vec<[f64; 3]>,
}

const FAMILIES: [&str; 4] = ["bert", "xlm-roberta", "deberta-v2", "deberta-v3"];

pub fn golden_folder(family: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(family)
}

/// Padded and not, within 1e-4.
fn compare(folder: &Path) {
    let golden: Golden = serde_json::from_slice(&std::fs::read(folder.join("golden.json")).unwrap()).unwrap();
    let encoded: Vec<Encoded> = golden
        .ids
        .iter()
        .zip(&golden.segments)
        .map(|(ids, segments)| Encoded { ids: ids.clone(), segments: segments.clone(), cut: false })
        .collect();
    for (batch_tokens, expected) in [(100_000, &golden.padded), (1, &golden.single)] {
        let model = Transformer::load(folder, TransformerOptions { precision: Precision::F32, batch_tokens }).unwrap();
        for (row, (found, expected)) in model.logits(&encoded).unwrap().iter().zip(expected).enumerate() {
            for i in 0..3 {
                assert!(
                    (found[i] - expected[i]).abs() < 1e-4,
                    "{folder:?}, row {row}: {found:?} instead of {expected:?}"
                );
            }
        }
    }
}

#[test]
fn logits_agree_with_transformers_padded_and_not() {
    for family in FAMILIES {
        compare(&golden_folder(family));
    }
}

/// The same for checkpoints of full size, where `tests/golden/make.py --full` made them.
#[test]
fn full_size_logits_agree_with_transformers() {
    let Some(folder) = std::env::var_os("STANDPUNT_FULL_SIZE") else {
        println!("skipped: set STANDPUNT_FULL_SIZE to the folder that tests/golden/make.py --full wrote");
        return;
    };
    for family in ["xlm-roberta-base", "mdeberta-v3-base"] {
        compare(&Path::new(&folder).join(family));
    }
}
