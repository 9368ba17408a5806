//! Model folders with something wrong: refused with exit 5 before anything is written, the file named.

use crate::support::Work;
use crate::tag::golden_folder;

/// The error for the tiny BERT folder after `spoil`, which gets the folder's name within the work folder.
fn error_after(spoil: impl Fn(&Work)) -> String {
    let work = Work::new();
    work.copy(golden_folder("bert"), "model").write("a.txt", "Moskou zweeg.");
    // The stated hash would be found first.
    let toml = work.read("model/model.toml");
    work.write("model/model.toml", toml.split("[files]").next().unwrap());
    spoil(&work);
    let error = work.fails("run a.txt --model model --out out", 5);
    assert!(!work.path("out").exists());
    error
}

#[test]
fn a_sound_folder_runs() {
    let work = Work::new();
    work.copy(golden_folder("bert"), "model").write("a.txt", "Moskou zweeg.");
    let (status, _, error) = work.run("run a.txt --model model --out out --language nl");
    assert_eq!(status, 0, "{error}");
    assert_eq!(work.read("out/records.jsonl").lines().count(), 1);
}

#[test]
fn missing_parts_are_named() {
    for part in ["model.toml", "config.json", "tokenizer.json", "model.safetensors"] {
        let error = error_after(|work| std::fs::remove_file(work.path(&format!("model/{part}"))).unwrap());
        assert!(error.contains(part), "{part}: {error}");
    }
}

#[test]
fn weights_that_are_something_else_are_recognised() {
    let error = error_after(|work| {
        work.write("model/model.safetensors", "version https://git-lfs.github.com/spec/v1\noid sha256:0\n");
    });
    insta::assert_snapshot!(error, @r"
    error: model model/model.safetensors: a git-lfs pointer, not the weights
      run git lfs pull in the model's repository
    ");
    let error = error_after(|work| {
        work.write("model/model.safetensors", "<!DOCTYPE html><html>Sign in</html>");
    });
    assert!(error.contains("a web page"), "{error}");
    let error = error_after(|work| {
        work.write("model/model.safetensors", [0xFF; 64]);
    });
    assert!(error.contains("its header claims"), "{error}");
    let error = error_after(|work| {
        std::fs::remove_file(work.path("model/model.safetensors")).unwrap();
        work.write("model/pytorch_model.bin", "pickle");
    });
    assert!(error.contains("safe_serialization=True"), "{error}");
}

#[test]
fn damaged_weights_are_refused() {
    let sound = std::fs::read(golden_folder("bert").join("model.safetensors")).unwrap();
    let error = error_after(|work| {
        work.write("model/model.safetensors", &sound[..sound.len() - 100]);
    });
    assert!(error.contains("model.safetensors"), "{error}");
    let error = error_after(|work| {
        let mut spoilt = sound.clone();
        let end = spoilt.len();
        spoilt[end - 4..].copy_from_slice(&f32::NAN.to_le_bytes());
        work.write("model/model.safetensors", spoilt);
    });
    assert!(error.contains("NaN or infinity"), "{error}");
}

#[test]
fn contradictions_are_named_by_field() {
    let with = |from: &str, to: &str| {
        error_after(|work| {
            let config = work.read("model/config.json");
            assert!(config.contains(from));
            work.write("model/config.json", config.replace(from, to));
        })
    };
    assert!(with("\"vocab_size\": 160", "\"vocab_size\": 4000000000").contains("vocab_size 4000000000"));
    assert!(with("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 200").contains("num_hidden_layers"));
    assert!(with("\"intermediate_size\": 40", "\"intermediate_size\": 41").contains("intermediate_size"));
    assert!(with("\"model_type\": \"bert\"", "\"model_type\": \"gpt2\"").contains("model_type is gpt2"));
    assert!(with("\"num_attention_heads\": 2", "\"num_attention_heads\": 0").contains("num_attention_heads"));
}

#[test]
fn only_bert_reads_the_mention() {
    let error = error_after(|work| {
        let toml = work.read("model/model.toml");
        work.write("model/model.toml", format!("pooling = \"mention\"\n{toml}"));
        let config = work.read("model/config.json").replace("\"bert\"", "\"roberta\"");
        work.write("model/config.json", config);
    });
    assert!(error.contains("only model_type bert can read the mention"), "{error}");
}

#[test]
fn a_hostile_tokenizer_is_refused_or_harmless() {
    let sound = std::fs::read_to_string(golden_folder("bert").join("tokenizer.json")).unwrap();
    for spoilt in ["", "[]", "{\"model\": 3}", &sound[..sound.len() / 2]] {
        let error = error_after(|work| {
            work.write("model/tokenizer.json", spoilt);
        });
        assert!(error.contains("tokenizer.json"), "{error}");
    }
    // A fixed padding to four billion tokens asks for 16 GB where it is obeyed.
    let work = Work::new();
    let mut padded: serde_json::Value = serde_json::from_str(&sound).unwrap();
    padded["padding"] = serde_json::json!({"strategy": {"Fixed": 4_000_000_000u64}, "direction": "Right", "pad_to_multiple_of": null, "pad_id": 0, "pad_type_id": 0, "pad_token": "[PAD]"});
    work.copy(golden_folder("bert"), "model")
        .write("model/tokenizer.json", padded.to_string())
        .write("a.txt", "Moskou zweeg.");
    let (status, _, error) = work.run("run a.txt --model model --out out --language nl");
    assert_eq!(status, 0, "{error}");
}

#[test]
fn a_changed_file_is_found_by_its_hash() {
    let work = Work::new();
    work.copy(golden_folder("bert"), "model").write("a.txt", "Moskou zweeg.");
    let mut bytes = std::fs::read(work.path("model/model.safetensors")).unwrap();
    let end = bytes.len();
    bytes[end - 1] ^= 1;
    work.write("model/model.safetensors", bytes);
    let error = work.fails("run a.txt --model model --out out", 5);
    assert!(error.contains("sha256") && error.contains("model.safetensors"), "{error}");
}
