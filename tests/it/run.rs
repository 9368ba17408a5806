//! `standpunt run` from files to the run folder, and what it says to bad input.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use crate::support::Work;

const ARTICLE: &str = " date 2022-03-11 Minsk houdt de deur open.\n\n\
    Volgens Loekasjenko is Rusland een trouwe bondgenoot. \u{201e}Moskou helpt ons\u{201d}, zei hij.\n\n\
    De Europese Unie veroordeelde het bezoek.\n";

fn rows(work: &Work, name: &str) -> Vec<Value> {
    work.read(name).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn every_record_leads_back_to_the_bytes_of_its_file() {
    let work = Work::new();
    let mut utf16 = vec![0xFF, 0xFE];
    utf16.extend(ARTICLE.encode_utf16().flat_map(u16::to_le_bytes));
    work.write("in/plain.txt", ARTICLE)
        .write("in/crlf.txt", ARTICLE.replace('\n', "\r\n"))
        .write("in/bom.txt", format!("\u{feff}{ARTICLE}"))
        .write("in/utf16.txt", utf16);
    let (status, _, error) = work.run("run in --model lexicon --out out");
    assert_eq!(status, 0, "{error}");
    let records = rows(&work, "out/records.jsonl");
    assert!(records.len() >= 8, "{}", records.len());
    for record in records {
        let article = record["article"].as_str().unwrap();
        let bytes = fs::read(work.path(&format!("in/{article}.txt"))).unwrap();
        let (start, end) =
            (record["span"]["start"].as_u64().unwrap() as usize, record["span"]["end"].as_u64().unwrap() as usize);
        let slice = if article == "utf16" {
            let units: Vec<u16> =
                bytes[start..end].chunks(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
            String::from_utf16(&units).unwrap()
        } else {
            String::from_utf8(bytes[start..end].to_vec()).unwrap()
        };
        assert_eq!(slice, record["text"].as_str().unwrap(), "{article}");
    }
}

#[test]
fn the_ledger_adds_up_and_nothing_is_dropped() {
    let work = Work::new();
    work.write("in/a.txt", ARTICLE).write("in/empty.txt", "").write("in/undated.txt", "Moskou zweeg.\n");
    work.write("in/latin.txt", b"Rusland \xe9n Moskou zwegen over het caf\xe9 in Minsk.\n".as_slice());
    work.write("in/rows.jsonl", "{\"id\":\"r1\",\"text\":\"Rusland zweeg.\",\"date\":\"2022-03\"}\n{broken\n");
    let (status, _, _) = work.run("run in --model lexicon --out out");
    assert_eq!(status, 3, "done, but some were rejected");
    let ledger = rows(&work, "out/ledger.jsonl");
    let of = |status: &str| ledger.iter().filter(|entry| entry["status"] == status).count();
    assert_eq!((ledger.len(), of("accepted"), of("repaired"), of("rejected")), (6, 3, 1, 2));
    let info: toml::Value = toml::from_str(&work.read("out/run.toml")).unwrap();
    assert_eq!(info["counts"]["read"].as_integer(), Some(6));
    assert_eq!(info["counts"]["undated"].as_integer(), Some(2));
    let analysed: BTreeSet<String> =
        rows(&work, "out/texts.jsonl").iter().map(|text| text["article"].as_str().unwrap().to_owned()).collect();
    assert_eq!(analysed, BTreeSet::from(["a", "latin", "r1", "undated"].map(String::from)));
    assert!(work.read("out/dates.csv").contains("undated,russia,all"), "{}", work.read("out/dates.csv"));
}

#[test]
fn rows_do_not_depend_on_threads_or_company() {
    let work = Work::new();
    for i in 0..6 {
        work.write(
            &format!("in/a{i}.txt"),
            format!("{ARTICLE}\nOok in week {i} zweeg het Kremlin. {}", "De NAVO waarschuwde Rusland. ".repeat(i)),
        );
    }
    work.run("run in --out one --threads 1");
    work.run("run in --out two --threads 2");
    work.run("run in/a3.txt --out alone");
    assert_eq!(work.read("one/records.jsonl"), work.read("two/records.jsonl"));
    let own = |text: String| {
        text.lines().filter(|line| line.contains("\"article\":\"a3\"")).map(String::from).collect::<Vec<_>>()
    };
    // Copies of one text are a cluster in company, which alone is not: the cluster may differ, nothing else.
    let free = |lines: Vec<String>| -> Vec<Value> {
        lines
            .iter()
            .map(|line| {
                let mut row: Value = serde_json::from_str(line).unwrap();
                row["cluster"] = Value::Null;
                row
            })
            .collect()
    };
    let alone = free(own(work.read("alone/records.jsonl")));
    assert!(!alone.is_empty());
    assert_eq!(free(own(work.read("one/records.jsonl"))), alone);
}

#[test]
fn copies_count_once_unless_told_otherwise() {
    let work = Work::new();
    let text = "Het Kremlin prijst de leider van Belarus. De EU veroordeelt hem en kondigt nieuwe maatregelen aan tegen zijn regering in Minsk.";
    work.write("in/a.txt", format!(" date 2022-03\n{text}")).write("in/b.txt", format!(" date 2022-03\n{text}"));
    work.run("run in --model lexicon --out once");
    work.run("run in --model lexicon --out each --duplicates each");
    let units = |name: &str| {
        let text = work.read(&format!("{name}/dates.csv"));
        text.lines()
            .find(|line| line.starts_with("2022-03,russia,all"))
            .unwrap()
            .split(',')
            .skip(3)
            .take(2)
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(units("once"), "2 1");
    assert_eq!(units("each"), "2 2");
}

#[test]
fn an_existing_folder_is_left_alone() {
    let work = Work::new();
    work.write("a.txt", ARTICLE).write("out/mine.txt", "mine");
    insta::assert_snapshot!(work.fails("run a.txt --model lexicon --out out", 6), @r"
    error: out exists already
      choose another folder with --out, or remove it; nothing is overwritten
    ");
    assert_eq!(work.names(), ["a.txt", "out"]);
}

#[test]
fn nothing_is_half_written_when_the_run_fails() {
    let work = Work::new();
    work.write("a.txt", ARTICLE);
    let error = work.fails("run a.txt missing.txt --model lexicon --out out", 4);
    assert!(error.contains("missing.txt"), "{error}");
    work.fails("run a.txt --model lexicon --out a.txt/out", 6);
    assert_eq!(work.names(), ["a.txt"]);
}

#[test]
fn inspect_shows_every_stage_as_json() {
    let work = Work::new();
    work.write("a.txt", ARTICLE);
    let (status, out, error) = work.run("inspect a.txt --json --model lexicon");
    assert_eq!(status, 0, "{error}");
    let shown: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(shown[0]["date"]["value"], "2022-03-11");
    let sentences = shown[0]["sentences"].as_array().unwrap();
    let claims: Vec<&Value> = sentences.iter().flat_map(|sentence| sentence["claims"].as_array().unwrap()).collect();
    assert!(claims.iter().any(|claim| claim["target"] == "west" && claim["presence"] == "named"));
    for claim in claims {
        let sum: f64 =
            ["against", "neutral", "favor"].iter().map(|label| claim["probabilities"][label].as_f64().unwrap()).sum();
        assert!((sum - 1.0).abs() < 1e-9);
    }
}

#[test]
fn another_study_needs_only_a_targets_file() {
    let work = Work::new();
    work.write(
        "china.toml",
        "[[target]]\nid = \"china\"\n[target.words.nl]\nname = \"China\"\nwords = [\"China*\", \"Peking\"]\n",
    );
    work.write("a.txt", "Peking prees het verdrag met Moskou.");
    let (status, out, error) = work.run("inspect a.txt --json --model lexicon --language nl --targets china.toml");
    if status != 0 {
        panic!("{error}");
    }
    let shown: Value = serde_json::from_str(&out).unwrap();
    let claims = shown[0]["sentences"][0]["claims"].as_array().unwrap();
    assert_eq!(claims.len(), 1);
    assert_eq!(claims[0]["target"], "china");
}
