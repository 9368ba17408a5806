//! The committed report of the embedded model, made again: its figures must be the same.

use std::path::Path;

use serde_json::Value;

use crate::support::Work;

fn project(path: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path).display().to_string()
}

#[test]
fn the_committed_report_reproduces() {
    let work = Work::new();
    let (labels, articles) = (project("data/labels"), project("data/labels/articles"));
    let (status, _, error) = work.run(&format!(
        "evaluate --labels {labels} --articles {articles} --precision f32 --name standpunt-mini --out again"
    ));
    assert_eq!(status, 0, "{error}");
    let committed = std::fs::read_to_string(project("evaluation/reports/standpunt-mini/report.json")).unwrap();
    let (committed, again): (Value, Value) =
        (serde_json::from_str(&committed).unwrap(), serde_json::from_str(&work.read("again/report.json")).unwrap());
    assert_eq!(committed["model"], again["model"]);
    assert_eq!(committed["labels"], again["labels"], "the labels have changed: make the report again");
    // Another processor may round a logit otherwise and tip a sentence; no more than that.
    let near = |pointer: &str, tolerance: f64| {
        let value = |report: &Value| {
            report.pointer(pointer).and_then(Value::as_f64).unwrap_or_else(|| panic!("{pointer} is missing"))
        };
        let (old, new) = (value(&committed), value(&again));
        assert!((old - new).abs() <= tolerance, "{pointer}: {old} committed, {new} now");
    };
    for pointer in
        ["/forced/macro_f1/value", "/forced/accuracy/value", "/given/macro_f1/value", "/calibration/ece/value"]
    {
        near(pointer, 0.005);
    }
    for step in ["segmentation", "relevance_precision", "relevance_recall", "voice", "holder"] {
        assert_eq!(committed["end_to_end"][step], again["end_to_end"][step], "{step}");
    }
}

#[test]
fn labels_without_their_articles_and_of_one_kind_are_said() {
    let work = Work::new();
    let row = |id: u32, label: &str| {
        format!(
            "{{\"id\":\"{id}\",\"article\":\"a{id}\",\"language\":\"nl\",\"text\":\"Zin {id}: Moskou zweeg over het gas.\",\"target\":\"russia\",\"label\":{label},\"mention\":\"Moskou\",\"split\":\"test\"}}\n"
        )
    };
    work.write("none.jsonl", row(1, "\"none\"") + &row(2, "null"));
    insta::assert_snapshot!(work.fails("evaluate --labels none.jsonl --model lexicon --out out", 4), @r"
    error: no labelled, relevant pair to score: 1 rows are still to be filled in, 1 are coded none
      give a label file with against, neutral and favor
    ");
    work.write("one.jsonl", row(1, "\"neutral\"") + &row(2, "\"neutral\""));
    let (status, text, _) = work.run("evaluate --labels one.jsonl --model lexicon --out one");
    assert_eq!(status, 0);
    assert!(text.contains("No pair is coded against"), "{text}");
    work.write("other.txt", "Een ander artikel over Rusland.");
    let (status, _, error) = work.run("evaluate --labels one.jsonl --articles other.txt --model lexicon --out two");
    assert_eq!(status, 0, "{error}");
    assert!(
        work.read("two/report.json").contains("\"articles_not_in_run\": [\n      \"a1\","),
        "{}",
        work.read("two/report.json")
    );
}

#[test]
fn a_sample_corrects_the_index_of_its_run_and_of_no_other() {
    let work = Work::new();
    for i in 0..12 {
        let verb = ["prees", "veroordeelde", "bezocht"][i % 3];
        work.write(
            &format!("in/a{i}.txt"),
            format!(
                " date 2022-{:02}\nMinister {i} {verb} Rusland in zijn toespraak over het verdrag van dag {i}.",
                1 + i % 6
            ),
        );
    }
    assert_eq!(work.run("run in --model lexicon --out run").0, 0);
    assert_eq!(work.run("sample run --articles 8 --claims 3 --out drawn").0, 0);
    let error = work.fails("report run --labels drawn/random.jsonl --out early", 4);
    assert!(error.contains("rows of the sample that are not coded: 8"), "{error}");
    let filled = work.read("drawn/random.jsonl").replace("\"label\":null", "\"label\":\"favor\"");
    work.write("coded.jsonl", &filled);
    let (status, _, error) = work.run("report run --labels coded.jsonl --out pages");
    assert_eq!(status, 0, "{error}");
    let index = work.read("pages/index.csv");
    let whole = index.lines().find(|line| line.starts_with("all,russia,all,article")).unwrap();
    assert_eq!(whole.split(',').nth(5), Some("8"), "{whole}");
    work.write("foreign.jsonl", filled.replace("\"article\":\"a", "\"article\":\"b"));
    let error = work.fails("report run --labels foreign.jsonl --out foreign", 4);
    assert!(error.contains("articles that the run does not have"), "{error}");
}
