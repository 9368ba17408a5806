//! `standpunt train` on a tiny network: same seed, same bits; too few labels and leaks refused; the old model kept.

use serde_json::{Value, json};

use crate::support::Work;
use crate::tag::golden_folder;

/// `count` rows of each stance for a split, in articles of their own; the words give the stance away.
fn rows(split: &str, count: usize) -> String {
    let mut lines = String::new();
    for i in 0..count {
        for (label, verb) in [("against", "Kreml wiedział"), ("neutral", "council met"), ("favor", "vertrouwt")] {
            let row = json!({
                "id": format!("{split}{i}{label}"), "article": format!("{split}-{i}"), "language": "nl",
                "text": format!("Minsk {verb} Moskou op {split} dag {i}."), "target": "russia", "label": label,
                "mention": "Moskou", "split": split,
            });
            lines += &format!("{row}\n");
        }
    }
    lines
}

fn work(train: usize) -> Work {
    let work = Work::new();
    work.copy(golden_folder("bert"), "base")
        .write("labels.jsonl", rows("train", train) + &rows("dev", 4) + &rows("test", 6));
    work
}

const TRAIN: &str =
    "train --from base --labels labels.jsonl --threads 1 --rate 0.005 --epochs 20 --patience 20 --batch 8";

#[test]
fn the_same_labels_and_seed_give_the_same_bits_and_learn() {
    let work = work(16);
    for out in ["one", "two"] {
        let (status, text, error) = work.run(&format!("{TRAIN} --accept-worse --out {out}"));
        assert_eq!(status, 0, "{text}{error}");
    }
    assert_eq!(weights(&work, "one"), weights(&work, "two"));
    let (_, text, _) = work.run(&format!("{TRAIN} --accept-worse --seeds 2,3 --out three"));
    assert!(text.contains("mean of 2 seeds (and standard deviation): dev 1.000 (0.000), test "), "{text}");
    assert_ne!(weights(&work, "one"), weights(&work, "three"));
    // Chance is 1/3: words that give the stance away must be learned.
    assert!(text.contains("1.000"), "{text}");
    assert!(work.read("one/README.md").contains("| nl | 16 / 16 / 16 |"));
    work.write("a.txt", "Minsk vertrouwt Moskou op dag 3.");
    assert_eq!(work.run("run a.txt --model one --language nl --out out").0, 0);
}

#[test]
fn every_family_learns_in_mixed_precision() {
    for family in ["bert-mention", "xlm-roberta", "deberta-v3"] {
        let work = work(16);
        work.copy(golden_folder(family), "other");
        let train = TRAIN.replace("--from base", "--from other");
        let (status, text, error) = work.run(&format!("{train} --precision bf16 --accept-worse --out out"));
        assert_eq!(status, 0, "{family}: {text}{error}");
        assert!(text.contains("1.000"), "{family}: {text}");
        assert!(work.read("out/README.md").contains("bf16 with f32 master weights"));
    }
}

#[test]
fn a_plain_encoder_can_learn_to_read_the_mention() {
    let work = work(16);
    work.copy(golden_folder("bert-mention"), "marked");
    for base in ["base", "marked"] {
        std::fs::remove_file(work.path(&format!("{base}/model.toml"))).unwrap();
    }
    work.write("mine/nl.jsonl", rows("train", 16)).write("more/nl.jsonl", rows("dev", 4));
    let train = TRAIN.replace("--from base", "--from marked").replace("labels.jsonl", "mine --labels more");
    let (status, text, error) = work.run(&format!("{train} --pooling mention --out out"));
    assert_eq!(status, 0, "{text}{error}");
    assert!(text.contains("1.000"), "{text}");
    let toml = work.read("out/model.toml");
    assert!(toml.contains("pooling = \"mention\"") && toml.contains("mark = [\"[T]\", \"[/T]\"]"), "{toml}");
    assert!(toml.contains("\"mine/nl.jsonl\" = ") && toml.contains("\"more/nl.jsonl\" = "), "{toml}");
    work.write("a.txt", "Minsk vertrouwt Moskou op dag 3.");
    assert_eq!(work.run("run a.txt --model out --language nl --out run").0, 0);
    // Without the tokens that mark it, there is no mention to read.
    let error = work.fails(&format!("{TRAIN} --pooling mention --out never"), 5);
    assert!(error.contains("needs the tokens [T] and [/T]"), "{error}");
}

#[test]
fn a_worse_model_is_not_written() {
    let work = work(16);
    work.run(&format!("{TRAIN} --accept-worse --out good"));
    // Labels turned around for training make it worse on the test rows.
    let spoilt = work
        .read("labels.jsonl")
        .lines()
        .map(|line| {
            let mut row: Value = serde_json::from_str(line).unwrap();
            if row["split"] != "test" {
                row["label"] = json!(if row["label"] == "favor" { "against" } else { "favor" });
            }
            format!("{row}\n")
        })
        .collect::<String>();
    let neutral = rows("train", 10)
        .lines()
        .filter(|line| line.contains("neutral"))
        .map(|line| format!("{}\n", line.replace("train", "more")))
        .collect::<String>();
    work.write("spoilt.jsonl", spoilt + &neutral.replace("\"split\":\"more\"", "\"split\":\"train\""));
    let (status, text, error) = work.run("train --from good --labels spoilt.jsonl --threads 1 --rate 0.005 --epochs 20 --patience 20 --batch 8 --out bad");
    assert_eq!(status, 3, "{text}{error}");
    assert!(text.contains("was not written"), "{text}");
    assert!(!work.path("bad").exists());
}

#[test]
fn few_labels_that_teach_nothing_leave_the_old_model() {
    let work = work(16);
    work.run(&format!("{TRAIN} --accept-worse --out good"));
    // Eight of each stance, all coded wrongly; dev and test stay right.
    let wrong = rows("few", 8)
        .replace("\"split\":\"few\"", "\"split\":\"train\"")
        .replace("\"favor\"", "\"x\"")
        .replace("\"against\"", "\"favor\"")
        .replace("\"x\"", "\"against\"");
    work.write("few.jsonl", wrong + &rows("dev", 4) + &rows("test", 6));
    let (status, text, error) = work.run("train --from good --labels few.jsonl --threads 1 --rate 0.005 --out bad");
    assert_eq!(status, 3, "{text}{error}");
    assert!(text.contains("no epoch was better on dev than the model it started from"), "{text}");
    assert!(!work.path("bad").exists() && !work.path("bad.training").exists());
}

#[test]
fn a_stopped_training_goes_on_with_the_same_bits() {
    let work = work(16);
    let train = TRAIN.replace("20", "60");
    let (status, text, error) = work.run(&format!("{train} --out whole"));
    assert_eq!(status, 0, "{text}{error}");
    let mut child = work.start(&format!("{train} --out stopped"));
    let halfway = work.path("stopped.training/seed-1.safetensors");
    while !halfway.exists() && child.try_wait().unwrap().is_none() {
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    let interrupted = std::process::Command::new("sh").args(["-c", &format!("kill -INT {}", child.id())]).status();
    assert!(interrupted.unwrap().success(), "it had ended before it could be stopped");
    // The best so far is written, where it is better than the start.
    let ended = child.wait().unwrap().code();
    assert!(halfway.exists() && [Some(0), Some(3)].contains(&ended), "{ended:?}");
    let _ = std::fs::remove_dir_all(work.path("stopped"));
    let other = work.fails(&format!("{train} --rate 0.001 --out stopped").replace("--rate 0.005 ", ""), 6);
    assert!(other.contains("begun with other options, labels or base"), "{other}");
    let (status, text, error) = work.run(&format!("{train} --out stopped"));
    assert_eq!(status, 0, "{text}{error}");
    assert_eq!(weights(&work, "stopped"), weights(&work, "whole"));
    assert!(!work.path("stopped.training").exists());
}

fn weights(work: &Work, name: &str) -> Vec<u8> {
    std::fs::read(work.path(&format!("{name}/model.safetensors"))).unwrap()
}

#[test]
fn too_few_labels_are_refused() {
    let work = work(7);
    insta::assert_snapshot!(work.fails(&format!("{TRAIN} --out out"), 4), @r"
    error: against has 7 training rows, 8 are the least that training is worth with
      label more: `standpunt sample` draws what helps most
    ");
}

#[test]
fn all_problems_of_a_label_file_come_in_one_pass() {
    let work = Work::new();
    let row = |id: &str, article: &str, label: &str, split: &str| {
        format!(
            "{{\"id\":\"{id}\",\"article\":\"{article}\",\"language\":\"nl\",\"text\":\"De minister van {id} prees het Kremlin.\",\"target\":\"russia\",\"label\":\"{label}\",\"split\":\"{split}\"}}\n"
        )
    };
    let text = [
        row("1", "a", "favor", "train"),
        row("2", "a", "favor", "test"),
        row("3", "b", "favour", "dev"),
        row("1", "c", "none", "dev"),
    ]
    .concat();
    work.write("labels.jsonl", text).copy(golden_folder("bert"), "base");
    let error = work.fails("train --from base --labels labels.jsonl --out out", 4);
    for part in [
        "4 problems",
        "labels.jsonl:2: article 'a' is in split Train",
        "labels.jsonl:3: unknown variant `favour`",
        "did you mean 'favor'?",
        "labels.jsonl:4: id '1' was used at labels.jsonl:1",
    ] {
        assert!(error.contains(part), "'{part}' is not in:\n{error}");
    }
}

#[test]
fn a_dry_run_shows_balance_and_writes_nothing() {
    let work = work(9);
    let (status, text, _) = work.run(&format!("{TRAIN} --dry-run --out out"));
    assert_eq!(status, 0);
    assert!(text.contains("27 rows: 9 against, 9 neutral, 9 favor"), "{text}");
    assert!(text.contains("min at most on 1 threads"), "{text}");
    assert!(!work.path("out").exists());
}
