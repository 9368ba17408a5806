//! Sentences: the case files of every language, and what holds for any text.

#[path = "../../examples/segmentation/cases.rs"]
mod cases;

use proptest::prelude::*;
use standpunt::schema::{Block, BlockKind, Document, Language, OffsetMap, Span};
use standpunt::segment::{detect_language, segment, split};

fn sentences(text: &str, language: Language) -> Vec<&str> {
    split(text, language).into_iter().map(|span| span.of(text)).collect()
}

fn document(blocks: &[(BlockKind, &str)]) -> Document {
    let mut text = String::new();
    let mut spans = Vec::new();
    for (paragraph, (kind, content)) in blocks.iter().enumerate() {
        let start = text.len();
        text.push_str(content);
        spans.push(Block { kind: *kind, span: Span::new(start, text.len()), paragraph });
        text.push('\n');
    }
    let map = OffsetMap::identity(text.len(), 0);
    Document { text, blocks: spans, body_start: 0, map }
}

#[test]
fn case_files_hold() {
    let mut failures = Vec::new();
    for language in Language::ALL {
        let path = format!("{}/tests/cases/segment/{language}.txt", env!("CARGO_MANIFEST_DIR"));
        let source = std::fs::read_to_string(&path).expect("a case file for every language");
        let cases = cases::parse(&source).unwrap_or_else(|problem| panic!("{path}: {problem}"));
        assert!(cases.len() >= 40, "{path} has {} cases", cases.len());
        for case in cases {
            let found = sentences(&case.text, language);
            if found != case.sentences {
                failures.push(format!("{language}: {found:#?}"));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn malformed_cases_are_refused() {
    let problem = |source: &str| cases::parse(source).err().unwrap_or_default();
    insta::assert_snapshot!(problem("Een zin."), @r"
    a case needs one '---':
    Een zin.
    ");
    insta::assert_snapshot!(problem("Een zin.\n---\nEen.\nzin."), @r"
    'Een.' does not go on the text:
    Een zin.
    ");
    insta::assert_snapshot!(problem("Een. Twee.\n---\nEen."), @r"
    the sentences end before the text:
    Een. Twee.
    ");
}

#[test]
fn sentences_stay_inside_analysed_blocks() {
    let document = document(&[
        (BlockKind::Title, "Minsk zwijgt"),
        (BlockKind::Caption, "De grens. Foto ANP"),
        (BlockKind::Body, "De grens is dicht. Niemand weet"),
        (BlockKind::Body, "waarom. Minsk zwijgt."),
    ]);
    let lines: Vec<String> = segment(&document, Language::Nl)
        .into_iter()
        .map(|found| format!("{} {} {}", found.block.name(), found.paragraph, found.span.of(&document.text)))
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    title 0 Minsk zwijgt
    body 2 De grens is dicht.
    body 2 Niemand weet
    body 3 waarom.
    body 3 Minsk zwijgt.
    ");
}

#[test]
fn a_blank_line_ends_a_sentence_and_a_line_break_does_not() {
    assert_eq!(sentences("Een kop\n \nDe tekst\ngaat door.", Language::Nl), ["Een kop", "De tekst\ngaat door."]);
    assert_eq!(sentences(" \n\n ", Language::Nl), [""; 0]);
}

#[test]
fn a_long_line_is_cut_like_a_short_one() {
    let line = "Op 19 feb. sprak dhr. Jansen (r.) met \"Minsk. Moskou zweeg.\" Daarna ging hij weg. ".repeat(20_000);
    assert_eq!(split(&line, Language::Nl).len(), 3 * 20_000);
}

#[test]
fn a_line_without_words_or_ends_is_one_sentence() {
    for text in ["а".repeat(500_000), "( ".repeat(500_000), "\" ".repeat(500_000), "woord ".repeat(200_000)] {
        assert_eq!(split(&text, Language::Ru).len(), 1, "{}", &text[..20]);
    }
}

#[test]
fn languages_are_told_apart() {
    for (text, language) in [
        ("De regering in Minsk wil de banden aanhalen.", Language::Nl),
        ("The government in Minsk wants closer ties.", Language::En),
        ("Die Regierung in Minsk will engere Beziehungen.", Language::De),
        ("Le gouvernement de Minsk veut resserrer les liens.", Language::Fr),
        ("Правительство в Минске хочет укрепить связи.", Language::Ru),
        ("Президент заявил о готовности к диалогу с Западом.", Language::Ru),
        ("Уряд у Мінську хоче зміцнити зв'язки.", Language::Uk),
        ("Президент заявив про готовність до діалогу.", Language::Uk),
        ("Урад у Мінску хоча ўмацаваць сувязі.", Language::Be),
        ("Прэзідэнт заявіў пра гатоўнасць да дыялогу з Захадам.", Language::Be),
        ("Rząd w Mińsku chce zacieśnić więzi.", Language::Pl),
    ] {
        assert_eq!(detect_language(text), Some(language), "{text}");
    }
    assert_eq!(detect_language("123 — !"), None);
    assert_eq!(detect_language(""), None);
}

#[test]
fn a_quoted_language_does_not_decide() {
    let text = "Паводле міністэрства, «граница закрыта до особого распоряжения». Пра гэта паведаміла прэс-служба, \
                а жыхары Брэста кажуць, што чэргі пачаліся яшчэ ўчора ўвечары.";
    assert_eq!(detect_language(text), Some(Language::Be));
}

/// Pieces that make the rules work hard, and arbitrary text between them.
fn texts() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        ". ", ".", "! ", "? ", "… ", "...", "\"", "“", "”", "„", "«", "»", "'", "’", ",,", "''", "``", "(", ")", "(!)",
        "[", "]", "[1]", " ", "\u{a0}", "\n", "\n\n", "\u{2029}", "De", "een", "19 feb", "г", "т. е", "J", "А", "3",
        "😀", "www.a.nl", "dhr", " – ", "\u{301}", "\0",
    ]);
    prop_oneof![any::<String>(), prop::collection::vec(pieces, 0..60).prop_map(|pieces| pieces.concat())]
}

proptest! {
    #[test]
    fn sentences_and_the_white_space_between_them_are_the_text(text in texts(), language in prop::sample::select(Language::ALL.to_vec())) {
        let mut at = 0;
        for span in split(&text, language) {
            prop_assert!(text[at..span.start].chars().all(char::is_whitespace));
            let sentence = span.of(&text);
            prop_assert!(!sentence.is_empty());
            prop_assert_eq!(sentence.trim(), sentence);
            at = span.end;
        }
        prop_assert!(text[at..].chars().all(char::is_whitespace));
    }
}
