//! Cleaning: case files of blocks, and what must hold for any text.

#![allow(clippy::unwrap_used)] // A failed helper fails its test.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::LazyLock;

use proptest::prelude::*;
use standpunt::clean::{CleanRules, clean, normalise};
use standpunt::schema::{Article, BlockKind, Document, Field, OffsetMap, Origin, Span};

static RULES: LazyLock<CleanRules> = LazyLock::new(CleanRules::default);

fn article(title: Option<&str>, body: &str) -> Article {
    Article {
        id: "a".into(),
        outlet: None,
        date: None,
        language: None,
        title: title.map(Into::into),
        body: body.into(),
        origin: Origin {
            path: "a.txt".into(),
            record: None,
            encoding: "utf-8".into(),
            offsets: OffsetMap::identity(body.len(), 0),
            exact: true,
        },
    }
}

const KINDS: [BlockKind; 9] = [
    BlockKind::Title,
    BlockKind::Lead,
    BlockKind::Heading,
    BlockKind::Byline,
    BlockKind::Caption,
    BlockKind::PullQuote,
    BlockKind::SourceList,
    BlockKind::Body,
    BlockKind::Metadata,
];

/// A line of a case: its text without the kinds, and the kinds with their texts; a malformed line is an error.
fn marked_line(line: &str) -> Result<(String, Vec<(String, String)>), String> {
    let (mut text, mut blocks) = (String::new(), Vec::new());
    let mut pieces = line.split('[');
    if pieces.next() != Some("") {
        return Err("a line begins with a kind in square brackets".into());
    }
    for piece in pieces {
        let (kind, words) = piece.split_once(']').ok_or("a bracket does not close")?;
        if kind != "..." && !KINDS.iter().any(|known| known.name() == kind) {
            return Err(format!("unknown kind '{kind}'"));
        }
        text.push_str(words);
        blocks.push((kind.to_owned(), words.trim().to_owned()));
    }
    Ok((text, blocks))
}

/// Runs one case; `[...]` goes on with the block of the line before.
fn check_case(lines: &[&str]) -> Result<(), String> {
    let (mut text, mut expected) = (String::new(), String::new());
    for line in lines {
        let (line_text, blocks) = if line.is_empty() { Default::default() } else { marked_line(line)? };
        writeln!(text, "{line_text}").unwrap();
        for (kind, words) in blocks {
            if kind == "..." {
                expected.pop();
                writeln!(expected, " {words}").unwrap();
            } else {
                writeln!(expected, "[{kind}] {words}").unwrap();
            }
        }
    }
    let document = clean(&article(None, &text), &RULES);
    let found: String =
        document.blocks.iter().map(|b| format!("[{}] {}\n", b.kind.name(), b.span.of(&document.text))).collect();
    if found == expected { Ok(()) } else { Err(format!("expected\n{expected}found\n{found}")) }
}

#[test]
fn case_files() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/clean");
    let (mut failures, mut cases) = (String::new(), 0);
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let file = std::fs::read_to_string(&path).unwrap();
        for case in file.split("\n== ").map(|case| case.strip_prefix("== ").unwrap_or(case)) {
            if case.starts_with('#') {
                continue;
            }
            let lines: Vec<&str> = case.lines().collect();
            cases += 1;
            if let Err(problem) = check_case(&lines[1..]) {
                writeln!(failures, "{}: {}: {problem}", path.display(), lines[0]).unwrap();
            }
        }
    }
    assert!(cases >= 25, "only {cases} cases found");
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn a_malformed_case_is_an_error() {
    for line in ["no kind", "[body text", "[boddy]text"] {
        assert!(marked_line(line).is_err(), "{line}");
    }
}

#[test]
fn a_title_field_stands_first_and_is_not_repeated() {
    let body = "Brug open\n\nDe brug over de Sozj is weer open. Het verkeer rijdt.\n\nEr is geen tol. Nog niet.";
    let document = clean(&article(Some("Brug open"), body), &RULES);
    let kinds: Vec<_> = document.blocks.iter().map(|block| block.kind).collect();
    assert_eq!(kinds, [BlockKind::Title, BlockKind::Heading, BlockKind::Lead, BlockKind::Body]);
    assert_eq!(document.to_article(document.blocks[0].span), (Field::Title, Span::new(0, 9)));
    let (field, span) = document.to_article(document.blocks[2].span);
    assert_eq!((field, span.of(body)), (Field::Body, "De brug over de Sozj is weer open. Het verkeer rijdt."));
}

#[test]
fn invisible_characters_go_and_spans_lead_back() {
    let source = "\u{202b}Loe\u{ad}ka\u{200b}sjenko\r\nin\u{a0}Minsk\u{2028}vandaag\r.\0";
    let (text, map) = normalise(source);
    assert_eq!(text, "Loekasjenko\nin Minsk\nvandaag\n.");
    assert_eq!(map.span_to_source(Span::new(0, 11), 1).of(source), "Loe\u{ad}ka\u{200b}sjenko");
    let minsk = text.find("Minsk").unwrap();
    assert_eq!(map.span_to_source(Span::new(minsk, minsk + 5), 1).of(source), "Minsk");
}

#[test]
fn own_rules_replace_the_embedded_ones() {
    let own = include_str!("../../data/blocks.toml").replace("\"Beeld\"", "\"Kiekje\"");
    let rules = CleanRules::parse(&own).unwrap();
    let document = clean(&article(None, "De haven. Kiekje EPA\n\nHet ijs is weg. Het schip vaart."), &rules);
    assert_eq!(document.blocks[0].kind, BlockKind::Caption);
    let error = CleanRules::parse("[credit]\nlabel = 3").unwrap_err().to_string();
    assert!(error.starts_with("the block rules are not valid"), "{error}");
}

#[test]
fn time_grows_linearly() {
    let line = "De minister zei dat de brug weer open gaat. ";
    let one_line = line.repeat(200_000);
    let lines: String = (0..100_000).map(|i| format!("Kort stuk nummer {i} over de brug\n")).collect();
    for body in [one_line, lines] {
        let started = std::time::Instant::now();
        let document = clean(&article(None, &body), &RULES);
        assert!(!document.blocks.is_empty());
        // A quadratic step would take minutes; ten seconds leaves room for a busy machine.
        assert!(started.elapsed().as_secs() < 10, "{:?}", started.elapsed());
    }
}

fn blocks_are_sound(document: &Document) {
    let mut at = 0;
    for block in &document.blocks {
        assert!(document.text[at..block.span.start].trim().is_empty(), "text between blocks");
        assert!(!block.span.is_empty() && block.span.of(&document.text).trim() == block.span.of(&document.text));
        at = block.span.end;
    }
    assert!(document.text[at..].trim().is_empty(), "text after the last block");
    assert!(document.blocks.is_sorted_by_key(|block| block.paragraph));
}

/// Text with what makes cleaning hard: breaks, invisible characters, credits, quotes, markers.
fn hard_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("\n"),
        Just("\r\n"),
        Just("\r"),
        Just("\u{2028}"),
        Just("\u{200b}"),
        Just("\u{ad}"),
        Just("\t"),
        Just("\0"),
        Just(" date 2020-08 "),
        Just("# "),
        Just("Foto ANP"),
        Just("Bronnen:"),
        Just("Door Jan Jansen"),
        Just("."),
        Just("de kleine stad "),
        Just("De Grote Stad "),
        Just("“"),
        Just("”"),
        Just("(l.) "),
        Just("ё"),
        Just("😀"),
    ];
    proptest::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_text_is_covered_by_its_blocks(text in prop_oneof![hard_text(), any::<String>()], title in any::<Option<String>>()) {
        let document = clean(&article(title.as_deref(), &text), &RULES);
        blocks_are_sound(&document);
        prop_assert_eq!(document.map.derived_len(), document.text.len() - document.body_start);
    }

    #[test]
    fn every_character_leads_back_to_itself_or_what_it_stands_for(text in prop_oneof![hard_text(), any::<String>()]) {
        let (derived, map) = normalise(&text);
        for (at, c) in derived.char_indices() {
            let span = map.span_to_source(Span::new(at, at + c.len_utf8()), c.len_utf8());
            let source = span.of(&text);
            let stands_for = match c {
                // Dropped characters behind a stand-in count as its own.
                '\n' | ' ' => source.starts_with(char::is_whitespace),
                c => source.starts_with(c),
            };
            prop_assert!(stands_for, "{:?} from {:?}", c, source);
        }
    }

    #[test]
    fn cleaning_is_idempotent(text in prop_oneof![hard_text(), any::<String>()]) {
        let once = clean(&article(None, &text), &RULES);
        let twice = clean(&article(None, &once.text), &RULES);
        prop_assert_eq!(&once.text, &twice.text);
        prop_assert_eq!(once.blocks, twice.blocks);
    }
}
