//! Ingest: dates and encodings by case files, bad input by what is said of it, offsets by the bytes they lead to.

#![allow(clippy::unwrap_used)] // A failed helper fails its test.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use encoding_rs::{WINDOWS_1251, WINDOWS_1252};
use insta::assert_snapshot;
use proptest::prelude::*;
use standpunt::ingest::{self, IngestOptions, Read, duplicates::clusters};
use standpunt::schema::{Article, Repair, Span};
use tempfile::TempDir;

fn options() -> IngestOptions {
    IngestOptions::new(jiff::civil::date(2025, 6, 1))
}

/// A folder with these files.
fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let dir = TempDir::new().unwrap();
    for (name, bytes) in files {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    dir
}

fn read_folder(dir: &Path) -> Vec<Read> {
    ingest::read(&[dir.to_str().unwrap().to_owned()], &options()).unwrap().collect()
}

fn read_one(name: &str, bytes: &[u8]) -> (Article, Vec<Repair>) {
    let dir = folder(&[(name, bytes)]);
    let mut all = read_folder(dir.path());
    assert_eq!(all.len(), 1);
    all.remove(0).unwrap()
}

/// One line per article or rejection, without the folder's own path.
fn told(files: &[(&str, &[u8])]) -> String {
    let dir = folder(files);
    let mut out = String::new();
    for read in read_folder(dir.path()) {
        match read {
            Ok((article, repairs)) => {
                let date = article.date.map_or("undated".to_owned(), |date| date.to_string());
                write!(out, "{} | {date} | {}", article.id, article.title.as_deref().unwrap_or("-")).unwrap();
                for repair in repairs {
                    write!(out, " | {}: {}", repair.kind, repair.detail).unwrap();
                }
                out.push('\n');
            }
            Err(rejection) => writeln!(out, "{}: {rejection}", rejection.kind).unwrap(),
        }
    }
    out.replace(&format!("{}/", dir.path().display()), "")
}

#[test]
fn dates() {
    let cases = include_str!("../cases/ingest/dates.txt");
    let (mut failures, mut count) = (String::new(), 0);
    for (number, line) in cases.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
        let malformed = format!("dates.txt:{}: want 'place: written => date, repairs'", number + 1);
        let (place, rest) = line.split_once(": ").expect(&malformed);
        let (written, expected) = rest.split_once(" => ").expect(&malformed);
        let text = "Een zin over de brug.";
        let (name, content) = match place {
            "marker" => ("a.txt".to_owned(), format!("{written}\n{text}")),
            "field" => ("a.md".to_owned(), format!("---\ndate: {written}\n---\n{text}")),
            "name" => (format!("{written}.txt"), text.to_owned()),
            _ => panic!("{malformed}"),
        };
        let (article, repairs) = read_one(&name, content.as_bytes());
        let mut found = vec![article.date.map_or("none".to_owned(), |date| date.to_string())];
        found.extend(repairs.into_iter().map(|repair| repair.kind));
        if found.join(", ") != expected.trim() {
            writeln!(failures, "dates.txt:{}: {line}: found {}", number + 1, found.join(", ")).unwrap();
        }
        count += 1;
    }
    assert!(count >= 50, "only {count} cases");
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn a_folder_is_read_in_order_with_relative_ids_and_each_file_once() {
    let dir = folder(&[("b.txt", b"Tweede."), ("a/c.txt", b"Eerste."), (".geheim.txt", b"Niet."), ("d.docx", b"PK")]);
    let root = dir.path().to_str().unwrap().to_owned();
    let ids = |inputs: &[String]| -> Vec<String> {
        let read = ingest::read(inputs, &options()).unwrap().collect::<Vec<_>>();
        read.into_iter().map(|read| read.map_or_else(|rejection| rejection.kind, |(article, _)| article.id)).collect()
    };
    assert_eq!(ids(std::slice::from_ref(&root)), ["a/c", "b", "unknown_format"]);
    assert_eq!(ids(&[format!("{root}/b.txt"), root.clone()]), ["b", "a/c", "unknown_format"]);
    assert_eq!(ids(&[format!("{root}/**/*.txt")]), ["a/c", "b"]);
}

#[test]
fn what_stops_a_run() {
    let dir = folder(&[("d.docx", b"PK"), ("leeg/x", b"")]);
    let root = dir.path().to_str().unwrap();
    let error = |input: &str| {
        let error = ingest::read(&[format!("{root}/{input}")], &options()).err().unwrap();
        error.to_string().replace(root, "ROOT")
    };
    assert_snapshot!(error("nergens"), @"ROOT/nergens: no such file or folder; check the path, or put a pattern such as 'news/*.txt' in quotes");
    assert_snapshot!(error("*.txt"), @"ROOT/*.txt: no such file or folder; check the path, or put a pattern such as 'news/*.txt' in quotes");
    assert_snapshot!(error("a***"), @"ROOT/a***: not a valid pattern; '*' fits any name, '**' any folders, '[ab]' one of the letters");
    assert_snapshot!(error("d.docx"), @"ROOT/d.docx: no article found; known formats are .txt, .md, .jsonl, .csv, .tsv and .html");
    assert_snapshot!(error("leeg"), @"ROOT/leeg: no article found; known formats are .txt, .md, .jsonl, .csv, .tsv and .html");
}

#[test]
fn bad_json_lines_are_named_and_the_others_read() {
    let deep = format!(r#"{{"text": {}1{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    let lines = [
        r#"{"text": "#,
        r#"{"id": "een", "text": "De brug is open.", "date": "2021-03-04", "title": " Brug \n open "}"#,
        "",
        r#"["text"]"#,
        r#"{"text": NaN}"#,
        r#"{"text": ["a"]}"#,
        r#"{"text": "a", "Text": "b"}"#,
        r#"{"id": "een", "text": "Nog een.", "language": "it"}"#,
        r#"{"id": "leeg", "text": " \u200b "}"#,
        r#"{"titel": "Zonder tekst"}"#,
        &deep,
        r#"{"id": 7, "text": "Een getal als id.", "date": 2020}"#,
        r#"{"text": "Zonder id"#,
    ];
    assert_snapshot!(told(&[("n.jsonl", lines.join("\n").as_bytes())]), @r#"
    bad_json: n.jsonl:1: not a JSON object: EOF while parsing a value, at byte 9
    een | 2021-03-04 | Brug open
    bad_json: n.jsonl:4: not a JSON object: invalid type: sequence, expected an object
    bad_json: n.jsonl:5: not a JSON object: expected value, at byte 10
    wrong_type: n.jsonl:6: 'text' is a list; text is needed
    bad_json: n.jsonl:7: not a JSON object: the key 'text' stands twice, at byte 26
    een-2 | undated | - | language_unknown: 'it' is none of nl, en, de, fr, ru, uk, pl, be; the language is detected | duplicate_id: the id 'een' was taken; now 'een-2'
    empty: n.jsonl:9: the article has no text
    no_text: n.jsonl:10: no key holds the text: found titel; name it text, or map it in the configuration
    bad_json: n.jsonl:11: not a JSON object: recursion limit exceeded, at byte 136
    7 | 2020 | -
    bad_json: n.jsonl:13: not a JSON object: EOF while parsing a string, at byte 19
    "#);
}

#[test]
fn tables() {
    let files: [(&str, &[u8]); 8] = [
        (
            "a.csv",
            b"id;titel;tekst;datum\n1;Brug;\"De brug; weer open.\";24-02-2022\n2;Kort;\n3;Haven;De haven.;2022\n",
        ),
        ("b.csv", b"id,text\n1,\"Regel een\nregel twee\"\n2,\"Nooit dicht\n3,Verloren\n"),
        ("c.csv", b"id,text\n"),
        ("d.csv", b"id,woorden\n1,De brug.\n"),
        ("e.tsv", b"text\tsource\nDe \"brug\" is dicht.\tDe Grenspost\n"),
        ("f.csv", b"sep=;\r\nText;Date\r\nDe haven.;13/01/2023\r\n"),
        ("g.csv", b"\xff\xfet\0e\0x\0t\0\t\0i\0d\0\n\0B\0r\0u\0g\0\t\0Z\0\n\0"),
        ("h.csv", b""),
    ];
    assert_snapshot!(told(&files), @r#"
    1 | 2022-02-24 | Brug
    ragged_row: a.csv:3: 3 fields where the header has 4
    3 | 2022 | Haven
    1-2 | undated | - | duplicate_id: the id '1' was taken; now '1-2'
    unclosed_quote: b.csv:4: the quotation mark that opens here never closes; this row and all after it cannot be read
    empty: c.csv: a header row with no row below it
    no_text_column: d.csv: no column holds the text: found id, woorden; name it text, or map it in the configuration
    e:2 | undated | -
    f:3 | 2023-01-13 | -
    Z | undated | - | encoding: read as utf-16le (by its byte order mark)
    empty: h.csv: the file is empty
    "#);
}

#[test]
fn front_matter_and_pages() {
    let page = "<html lang=\"de-DE\"><head><meta charset=\"windows-1252\"><title>Br\u{fc}cke offen</title>\
        <meta property=\"article:published_time\" content=\"2022-03-04T05:06:07+01:00\"></head><body><nav>Start | Politik</nav><article><h1>Br\u{fc}cke offen</h1>"
        .to_owned()
        + &"<p>Die Br\u{fc}cke \u{fc}ber den Fluss ist wieder offen, und die ersten Lastwagen fuhren am Morgen, sagte ein Sprecher.</p>".repeat(12)
        + "</article><footer>Impressum</footer></body></html>";
    let latin: Vec<u8> = page.chars().map(|c| c as u8).collect();
    let deep = "<div><b>".repeat(100_000);
    let files: [(&str, &[u8]); 6] = [
        ("a.md", "---\ntitle: \"Brug: open\"\ndate: 24 februari 2022\nbron: De Grenspost\nlang: nl-BE\ntags:\n  - brug\n---\nDe brug.".as_bytes()),
        ("b.md", b"+++\ntitle = 'Haven'\ndate = 2022-02\n+++\nDe haven."),
        ("c.md", b"---\ntitle: Nooit dicht\nDe tekst.\n"),
        ("d.html", &latin),
        ("e.html", b"<html><body></body></html>"),
        ("f.html", deep.as_bytes()),
    ];
    assert_snapshot!(told(&files), @r#"
    a | 2022-02-24 | Brug: open
    b | 2022-02 | Haven
    c | undated | - | front_matter: front matter begins and never ends; read as text
    d | 2022-03-04 | Brücke offen | encoding: read as windows-1252 (as the file says)
    no_main_text: e.html: no main text found (failed to grab the article); save the article's text as .txt
    no_main_text: f.html: no main text found (more than 512 elements inside one another); save the article's text as .txt
    "#);
}

#[test]
fn damaged_files_are_repaired_or_rejected_by_name() {
    let gzip: Vec<u8> = (0..4000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let files: [(&str, &[u8]); 6] = [
        ("a.txt", b"De brug\0 is open."),
        ("b.txt", b"Caf\xc3\xa9 en caf\xc3\xa9, \xc3 na byte zestien."),
        ("c.txt", b" \r\n \n"),
        ("d.txt", b" date 2022-02-24 \n\xe2\x80\x8b\n"),
        ("e.txt", &gzip),
        ("f.txt", b""),
    ];
    assert_snapshot!(told(&files), @r#"
    a | undated | - | control_characters: 1 removed, the first U+0000 at byte 7
    b | undated | - | invalid_bytes: 1 invalid sequence(s), the first at byte 16, read as U+FFFD
    empty: c.txt: the file is empty
    empty: d.txt: the article has no text
    binary: e.txt: not text: 518 control characters and 0 invalid sequences; convert it to UTF-8 text
    empty: f.txt: the file is empty
    "#);
}

/// Text in an encoding: its bytes, and the name it should be read under.
fn encoded(text: &str) -> Vec<(Vec<u8>, &'static str)> {
    let utf16 = |bytes: fn(u16) -> [u8; 2], mark: bool| -> Vec<u8> {
        let mark = mark.then_some('\u{feff}');
        mark.into_iter()
            .chain(text.chars())
            .flat_map(|c| c.encode_utf16(&mut [0; 2]).to_vec())
            .flat_map(bytes)
            .collect()
    };
    vec![
        (text.as_bytes().to_vec(), "utf-8"),
        ([b"\xef\xbb\xbf", text.as_bytes()].concat(), "utf-8"),
        (utf16(u16::to_le_bytes, true), "utf-16le"),
        (utf16(u16::to_be_bytes, true), "utf-16be"),
        (utf16(u16::to_le_bytes, false), "utf-16le"),
        (utf16(u16::to_be_bytes, false), "utf-16be"),
    ]
}

#[test]
fn encodings_are_detected_and_offsets_reach_the_bytes() {
    let russian = "Министр заявил, что мост через реку откроют осенью. Строители с этим не согласны — и молчат.";
    let dutch = "De cafébaas zei dat de officiële opening één week is uitgesteld; ‘jammer’, vond hij.";
    let mut cases = encoded(russian);
    cases.extend(encoded(dutch));
    cases.push((WINDOWS_1251.encode(russian).0.into_owned(), "windows-1251"));
    cases.push((WINDOWS_1252.encode(dutch).0.into_owned(), "windows-1252"));
    for (bytes, name) in cases {
        let (article, repairs) = read_one("a.txt", &bytes);
        assert_eq!(article.origin.encoding, name);
        assert_eq!(repairs.iter().any(|repair| repair.kind == "encoding"), name != "utf-8");
        let text = if article.body.contains("мост") { russian } else { dutch };
        assert_eq!(article.body, text, "{name}");
        let word = if text == russian { "реку" } else { "officiële" };
        let start = text.find(word).unwrap();
        let last = word.chars().next_back().unwrap().len_utf8();
        let span = article.origin.offsets.span_to_source(Span::new(start, start + word.len()), last);
        let encoding = encoding_rs::Encoding::for_label(name.as_bytes()).unwrap();
        assert_eq!(encoding.decode_without_bom_handling(&bytes[span.start..span.end]).0, word, "{name}");
    }
}

#[test]
fn markdown_offsets_skip_the_front_matter() {
    let file = "\u{feff}---\ntitle: Café\n---\nDe brug is één keer open.";
    let (article, _) = read_one("a.md", file.as_bytes());
    assert!(article.origin.exact);
    let at = article.body.find("één").unwrap();
    let span = article.origin.offsets.span_to_source(Span::new(at, at + 5), 1);
    assert_eq!(span.of(file), "één");
}

#[test]
fn fifty_megabytes_on_one_line_are_read() {
    let text = "De brug is open en de haven ook. ".repeat(50 * 1024 * 1024 / 33);
    let (article, repairs) = read_one("a.txt", text.as_bytes());
    assert_eq!((article.body.len(), repairs.len()), (text.len(), 0));
    let json = format!("{{\"text\": \"{text}\"}}");
    assert_eq!(read_one("a.jsonl", json.as_bytes()).0.body.len(), text.len());
}

#[test]
fn copies_are_clustered_under_the_first() {
    let story: String = (0..120).map(|i| format!("Woord{} staat hier na {}. ", i * 7 % 113, i)).collect();
    let copy = format!("Een andere kop\n\nMet een andere lead, door een ander persbureau geschreven.\n\n{story}");
    let cut = story[..story.len() * 6 / 10].to_owned();
    let shouted = story.to_uppercase().replace(". ", ".\n\n");
    let other: String = (0..120).map(|i| format!("Iets heel anders {} over {}. ", i * 5 % 97, i + 500)).collect();
    let texts = [other.as_str(), &story, "", &copy, &cut, "", &shouted, "Kort.", "Kort!"];
    assert_eq!(clusters(&texts), [0, 1, 2, 1, 1, 5, 1, 7, 7]);
}

proptest! {
    #[test]
    fn reading_never_panics_and_loses_nothing(
        bytes in proptest::collection::vec(any::<u8>(), 0..400),
        name in prop_oneof![Just("a.txt"), Just("a.md"), Just("a.jsonl"), Just("a.csv"), Just("a.tsv"), Just("a.html")],
    ) {
        let dir = folder(&[(name, &bytes)]);
        let all = read_folder(dir.path());
        // A file of blank JSON lines has no article and no bad line.
        prop_assert!(!all.is_empty() || name == "a.jsonl");
        for (article, _) in all.into_iter().flatten() {
            let end = article.origin.offsets.to_source(article.body.len());
            prop_assert_eq!(end, if article.origin.exact { bytes.len() } else { article.body.len() });
        }
    }

    #[test]
    fn clusters_name_their_first_member_whatever_the_order(words in proptest::collection::vec("[a-d ]{0,40}", 0..30)) {
        let found = clusters(&words);
        for (at, &first) in found.iter().enumerate() {
            prop_assert!(first <= at && found[first] == first);
        }
        let reversed: Vec<&String> = words.iter().rev().collect();
        let mirrored = clusters(&reversed);
        let n = words.len();
        for left in 0..n {
            for right in 0..n {
                prop_assert_eq!(found[left] == found[right], mirrored[n - 1 - left] == mirrored[n - 1 - right]);
            }
        }
    }
}
