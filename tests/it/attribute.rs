//! Attribution by the case files of tests/cases/attribute, one per language, and by its properties.

use std::fmt::Write as _;

use proptest::prelude::*;
use standpunt::attribute::{Lexicon, Targets, TargetsError, attribute};
use standpunt::schema::{BlockKind, Language, Presence, Sentence, Span};

/// A case file: `== name` starts a case, a line is a sentence, an empty line a new paragraph, and an indented line a
/// claim of the sentence above: `target named|carried "mention" @holder ^voice`. `#` starts a comment.
fn cases(file: &str) -> Vec<(&str, Vec<&str>)> {
    let mut cases: Vec<(&str, Vec<&str>)> = Vec::new();
    for (number, line) in file.lines().enumerate() {
        if let Some(name) = line.strip_prefix("== ") {
            cases.push((name, Vec::new()));
        } else if !line.starts_with('#') {
            match cases.last_mut() {
                Some((_, lines)) => lines.push(line.trim_end()),
                None => assert!(line.trim().is_empty(), "line {}: stands before the first '== name'", number + 1),
            }
        }
    }
    for (name, lines) in &cases {
        assert!(lines.iter().any(|line| !line.is_empty()), "case '{name}' is empty");
        for line in lines.iter().filter(|line| line.starts_with(' ')) {
            let parts = line.contains(" @") && line.contains(" ^") && line.matches('"').count() >= 2;
            assert!(parts, "case '{name}': '{line}' is not: target named|carried \"mention\" @holder ^voice");
        }
    }
    cases
}

/// The case as the attribution has it.
fn rendered(lines: &[&str], language: Language, targets: &Targets, lexicon: &Lexicon) -> String {
    let (mut text, mut sentences, mut paragraph) = (String::new(), Vec::new(), 0);
    for line in lines.iter().filter(|line| !line.starts_with(' ')) {
        if line.is_empty() {
            paragraph += 1;
            continue;
        }
        let last = sentences.last().map(|last: &Sentence| last.paragraph);
        text.push_str(last.map_or("", |last| if last == paragraph { " " } else { "\n\n" }));
        let span = Span::new(text.len(), text.len() + line.len());
        text.push_str(line);
        sentences.push(Sentence { span, block: BlockKind::Body, paragraph, language });
    }
    let claims = attribute(&text, &sentences, targets, lexicon);
    let (mut out, mut paragraph) = (String::new(), 0);
    for (i, sentence) in sentences.iter().enumerate() {
        if sentence.paragraph > paragraph {
            paragraph = sentence.paragraph;
            out.push('\n');
        }
        writeln!(out, "{}", sentence.span.of(&text)).unwrap();
        for claim in claims.iter().filter(|claim| claim.sentence == i) {
            let presence = if claim.presence == Presence::Named { "named" } else { "carried" };
            let mention = claim.mention.of(&text);
            writeln!(out, "  {} {presence} \"{mention}\" @{} ^{}", claim.target, claim.holder, claim.voice).unwrap();
        }
    }
    out
}

fn check(language: Language, file: &str, at_least: usize) {
    let (targets, lexicon) = (Targets::embedded(), Lexicon::embedded());
    let cases = cases(file);
    assert!(cases.len() >= at_least, "only {} cases", cases.len());
    let mut wrong = String::new();
    for (name, lines) in &cases {
        let expected = lines.join("\n");
        let found = rendered(lines, language, &targets, &lexicon);
        if found.trim_end() != expected.trim_end() {
            write!(wrong, "== {name}\n{found}\n").unwrap();
        }
    }
    assert!(wrong.is_empty(), "these cases come out as:\n{wrong}");
}

#[test]
fn dutch() {
    check(Language::Nl, include_str!("../cases/attribute/nl.txt"), 40);
}

#[test]
fn english() {
    check(Language::En, include_str!("../cases/attribute/en.txt"), 15);
}

#[test]
fn german() {
    check(Language::De, include_str!("../cases/attribute/de.txt"), 15);
}

#[test]
fn french() {
    check(Language::Fr, include_str!("../cases/attribute/fr.txt"), 15);
}

#[test]
fn russian() {
    check(Language::Ru, include_str!("../cases/attribute/ru.txt"), 15);
}

#[test]
fn ukrainian() {
    check(Language::Uk, include_str!("../cases/attribute/uk.txt"), 15);
}

#[test]
fn polish() {
    check(Language::Pl, include_str!("../cases/attribute/pl.txt"), 15);
}

#[test]
fn belarusian() {
    check(Language::Be, include_str!("../cases/attribute/be.txt"), 15);
}

#[test]
fn another_study_needs_no_code() {
    let targets = Targets::parse(
        r#"
        [[target]]
        id = "china"
        [target.words.en]
        name = "China"
        actors.neuter = ["China", "Beijing"]
        words = ["Chinese"]
        not = ["Chinese cabbage"]
        "#,
    )
    .unwrap();
    let lines = [
        "Beijing barred Chinese cabbage from Korea.",
        "It said the crop was infested.",
        "Korea grows Chinese cabbage.",
    ];
    insta::assert_snapshot!(rendered(&lines, Language::En, &targets, &Lexicon::embedded()), @r#"
    Beijing barred Chinese cabbage from Korea.
      china named "Beijing" @author ^author
    It said the crop was infested.
      china carried "It" @Beijing ^Beijing
    Korea grows Chinese cabbage.
    "#);
}

#[test]
fn faults_of_a_targets_file_are_named() {
    let fault = |toml: &str| Targets::parse(toml).err().map(|error: TargetsError| error.to_string()).unwrap();
    insta::assert_snapshot!(fault(""), @"targets file: no [[target]]; define at least one");
    let twice = "[[target]]\nid = 'a'\nwords = {}\n[[target]]\nid = 'a'\nwords = {}";
    insta::assert_snapshot!(fault(twice), @"targets file: the target 'a' is defined twice; merge the two");
    let star = "[[target]]\nid = 'a'\n[target.words.nl]\nname = 'A'\nwords = ['*']";
    insta::assert_snapshot!(fault(star), @"targets file, a in nl: the entry '*' has a word without letters; write the word itself, with * only before or after it");
}

proptest! {
    /// Whatever the text, mentions lie on character boundaries inside their sentence, claims are in order, and a
    /// second run finds the same.
    #[test]
    fn claims_are_in_bounds_ordered_and_deterministic(
        words in prop::collection::vec(
            prop::sample::select(vec![
                "Poetin", "zei", "dat", "hij", "„", "”", "‘", "’", "'", "\"", "«", "»", "–", "EU-landen", "volgens",
                ",", ":", "Путин", "ё", "İ", "Eva Hartog", "aldus", "de", "Wit-Russisch", "👩‍🚀", "l’OTAN", "Navo",
            ]),
            1..40,
        ),
        cuts in prop::collection::vec(1_usize..6, 1..12),
        language in prop::sample::select(Language::ALL.to_vec()),
    ) {
        let (mut text, mut sentences, mut words) = (String::new(), Vec::new(), words.into_iter());
        for (paragraph, cut) in cuts.into_iter().enumerate() {
            let sentence: Vec<&str> = words.by_ref().take(cut).collect();
            if sentence.is_empty() {
                break;
            }
            let start = text.len();
            text.push_str(&sentence.join(" "));
            let span = Span::new(start, text.len());
            sentences.push(Sentence { span, block: BlockKind::Body, paragraph: paragraph / 2, language });
            text.push('\n');
        }
        let (targets, lexicon) = (Targets::embedded(), Lexicon::embedded());
        let claims = attribute(&text, &sentences, &targets, &lexicon);
        for claim in &claims {
            prop_assert!(sentences[claim.sentence].span.contains(claim.mention));
            prop_assert!(text.is_char_boundary(claim.mention.start) && text.is_char_boundary(claim.mention.end));
            prop_assert!(!claim.mention.is_empty());
        }
        prop_assert!(claims.is_sorted_by_key(|claim| (claim.sentence, claim.target.clone())));
        prop_assert_eq!(claims, attribute(&text, &sentences, &targets, &lexicon));
    }
}
