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

fn load(family: &str, batch_tokens: usize) -> (Transformer, Vec<Encoded>, Golden) {
    let folder = golden_folder(family);
    let golden: Golden = serde_json::from_slice(&std::fs::read(folder.join("golden.json")).unwrap()).unwrap();
    let model = Transformer::load(&folder, TransformerOptions { precision: Precision::F32, batch_tokens }).unwrap();
    let encoded = golden.ids.iter().zip(&golden.segments);
    let encoded =
        encoded.map(|(ids, segments)| Encoded { ids: ids.clone(), segments: segments.clone(), cut: false }).collect();
    (model, encoded, golden)
}

fn assert_near(family: &str, found: &[[f64; 3]], expected: &[[f64; 3]]) {
    for (row, (f, e)) in found.iter().zip(expected).enumerate() {
        for i in 0..3 {
            assert!((f[i] - e[i]).abs() < 1e-4, "{family}, row {row}: {f:?} instead of {e:?}");
        }
    }
}

#[test]
fn logits_agree_with_transformers_padded_and_not() {
    for family in FAMILIES {
        let (model, encoded, golden) = load(family, 100_000);
        assert_near(family, &model.logits(&encoded).unwrap(), &golden.padded);
        let (model, encoded, golden) = load(family, 1);
        assert_near(family, &model.logits(&encoded).unwrap(), &golden.single);
    }
}
