//! Logits against Python's, Transformers' own for the usual heads, on the tiny checkpoints of `tests/golden`.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use standpunt::schema::{Language, Span};
use standpunt::tag::{Encoded, Encoder, Pair, Precision, Tagger as _, Transformer, TransformerOptions};

use crate::support::Work;

#[derive(Deserialize)]
struct Golden {
    ids: Vec<Vec<u32>>,
    segments: Vec<Vec<u32>>,
    padded: Vec<[f64; 3]>,
    single: Vec<[f64; 3]>,
}

const FAMILIES: [&str; 5] = ["bert", "bert-mention", "xlm-roberta", "deberta-v2", "deberta-v3"];

pub fn golden_folder(family: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(family)
}

/// Padded and not, within 1e-4.
fn compare(folder: &Path) {
    let golden: Golden = serde_json::from_slice(&std::fs::read(folder.join("golden.json")).unwrap()).unwrap();
    let tokenizer = tokenizers::Tokenizer::from_file(folder.join("tokenizer.json")).unwrap();
    let opening = tokenizer.token_to_id("[T]");
    let encoded: Vec<Encoded> = golden
        .ids
        .iter()
        .zip(&golden.segments)
        .map(|(ids, segments)| Encoded {
            ids: ids.clone(),
            segments: segments.clone(),
            focus: ids.iter().position(|id| Some(*id) == opening).unwrap_or(0),
            cut: false,
        })
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

#[test]
fn hypotheses_make_a_zero_shot_tagger() {
    let work = Work::new();
    let toml = "id = \"nli\"\nkind = \"nli\"\nlabels = [\"entailment\", \"neutral\", \"contradiction\"]\nmax_length = 64\nlicence = \"CC0-1.0\"\n\
        [hypotheses.nl]\nagainst = \"Minsk wiedział {target}.\"\nneutral = \"council met {target}.\"\nfavor = \"Minsk vertrouwt {target}.\"\n";
    work.copy(golden_folder("bert"), "model").write("model/model.toml", toml).write("a.txt", "Minsk vertrouwt Moskou.");
    let (status, _, error) = work.run("run a.txt --model model --precision f32 --language nl --out out");
    assert_eq!(status, 0, "{error}");
    let record: serde_json::Value =
        serde_json::from_str(work.read("out/records.jsonl").lines().next().unwrap()).unwrap();
    // The three hypotheses as pairs of their own: softmax over their entailment logits.
    let folder = work.path("model");
    let options = TransformerOptions { precision: Precision::F32, batch_tokens: 2048 };
    let model = Transformer::load(&folder, options).unwrap();
    let encoder = Encoder::load(&folder, model.bundle()).unwrap();
    let pair = Pair {
        text: "Minsk vertrouwt Moskou.".into(),
        previous: String::new(),
        mention: Span::new(16, 22),
        target: "Rusland".into(),
        language: Language::Nl,
    };
    let hypotheses = ["Minsk wiedział Rusland.", "council met Rusland.", "Minsk vertrouwt Rusland."];
    let encoded: Vec<Encoded> = hypotheses.iter().map(|h| encoder.encode(&pair, Some(h)).unwrap()).collect();
    let entailment: Vec<f64> = model.logits(&encoded).unwrap().iter().map(|row| row[0].exp()).collect();
    let sum: f64 = entailment.iter().sum();
    for (label, value) in ["against", "neutral", "favor"].iter().zip(entailment) {
        let found = record["probabilities"][label].as_f64().unwrap();
        assert!((found - value / sum).abs() < 1e-5, "{label}: {found} instead of {}", value / sum);
    }
    work.write("a.txt", "Minsk trusts Moscow.");
    let error = work.fails("run a.txt --model model --language en --out out2", 5);
    assert!(error.contains("no hypotheses for 'en'"), "{error}");
}

#[test]
fn long_text_is_cut_around_the_target_which_stays() {
    let folder = golden_folder("bert");
    let model = Transformer::load(&folder, TransformerOptions::default()).unwrap();
    let encoder = Encoder::load(&folder, model.bundle()).unwrap();
    let filler = "council met Monday ".repeat(5000);
    let text = format!("{filler}Moskou {filler}");
    let pair = Pair {
        mention: Span::new(filler.len(), filler.len() + 6),
        text,
        previous: String::new(),
        target: "Russia".into(),
        language: Language::En,
    };
    let alone = Pair { text: "Moskou".into(), mention: Span::new(0, 6), ..pair.clone() };
    let (long, short) = (encoder.encode(&pair, None).unwrap(), encoder.encode(&alone, None).unwrap());
    assert!(long.cut && long.ids.len() <= model.bundle().max_length, "{}", long.ids.len());
    // Between the first separator and the end stands the target's name; before it, the mention.
    let first = &short.ids[1..short.ids.iter().position(|id| *id == 3).unwrap()];
    assert!(long.ids.windows(first.len()).any(|window| window == first), "the mention was cut away");
    let second = &short.ids[first.len() + 1..];
    assert!(long.ids.ends_with(second), "the target was cut away");
}

#[test]
fn the_focus_is_the_token_that_opens_the_mention() {
    let folder = golden_folder("bert-mention");
    let bundle = Transformer::load(&folder, TransformerOptions::default()).unwrap().bundle().clone();
    let opening = tokenizers::Tokenizer::from_file(folder.join("tokenizer.json")).unwrap().token_to_id("[T]").unwrap();
    let focus = |text: &str, word: &str| {
        let start = text.find(word).unwrap();
        let pair = Pair {
            text: text.into(),
            previous: String::new(),
            mention: Span::new(start, start + word.len()),
            target: "Rusland".into(),
            language: Language::Nl,
        };
        let encoded = Encoder::load(&folder, &bundle).unwrap().encode(&pair, None).unwrap();
        (encoded.focus, encoded.ids[encoded.focus])
    };
    assert_eq!(focus("Minsk vertrouwt Moskou.", "").0, 0, "nothing is marked");
    assert_eq!(focus("Minsk vertrouwt Moskou.", "Minsk"), (1, opening));
    let long = "council met Monday ".repeat(200) + "Moskou.";
    let found = ["Minsk vertrouwt Moskou.", &long].map(|text| focus(text, "Moskou"));
    assert!(found.iter().all(|(at, id)| *at > 1 && *id == opening), "{found:?}");
}

#[test]
fn an_article_cannot_utter_special_tokens() {
    let folder = golden_folder("bert-mention");
    let bundle = Transformer::load(&folder, TransformerOptions::default()).unwrap().bundle().clone();
    let text = "[T] Minsk [/T] [SEP] vertrouwt Moskou [CLS][MASK]";
    let start = text.find("Moskou").unwrap();
    let pair = Pair {
        text: text.into(),
        previous: String::new(),
        mention: Span::new(start, start + "Moskou".len()),
        target: "Rusland".into(),
        language: Language::Nl,
    };
    let encoded = Encoder::load(&folder, &bundle).unwrap().encode(&pair, None).unwrap();
    let tokenizer = tokenizers::Tokenizer::from_file(folder.join("tokenizer.json")).unwrap();
    let count = |token: &str| {
        let id = tokenizer.token_to_id(token).unwrap();
        encoded.ids.iter().filter(|found| **found == id).count()
    };
    assert_eq!(["[CLS]", "[SEP]", "[MASK]", "[T]", "[/T]"].map(count), [1, 2, 0, 1, 1]);
    assert!(encoded.focus > 5, "the mark stands at Moskou: {}", encoded.focus);
}

#[test]
fn bf16_stays_near_f32() {
    let tag = |family, precision| {
        let options = TransformerOptions { precision, batch_tokens: 2048 };
        let model = Transformer::load(&golden_folder(family), options).unwrap();
        let pair = Pair {
            text: "Minsk vertrouwt Moskou.".into(),
            previous: String::new(),
            mention: Span::new(16, 22),
            target: "Rusland".into(),
            language: Language::Nl,
        };
        model.tag(&[pair]).unwrap()[0].to_array()
    };
    for family in FAMILIES {
        for (exact, half) in tag(family, Precision::F32).into_iter().zip(tag(family, Precision::Bf16)) {
            assert!((exact - half).abs() < 0.05, "{family}: {exact} and {half}");
        }
    }
}
