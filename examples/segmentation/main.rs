//! How well sentences are found, against plain `sentencex`.
//!
//! `cargo run --release --example segmentation -- [--errors] FILE…` with treebanks of Universal Dependencies (`.conllu`) or
//! case files (`.txt`); a file's name begins with its language (`nl_alpino-ud-dev.conllu`, `uk.txt`).
//!
//! A treebank is turned back into paragraphs. A boundary is the byte where a sentence ends inside a paragraph; a
//! paragraph's own end is given, and not counted. With `--errors` every boundary that `standpunt` misses or makes up is shown.

mod cases;
mod treebank;

use std::path::Path;

use anyhow::{Context, Result};
use standpunt::schema::Language;
use standpunt::segment;

/// A paragraph and where its sentences end, its last one left out.
pub struct Paragraph {
    text: String,
    ends: Vec<usize>,
}

/// Counts of boundaries.
#[derive(Default)]
struct Score {
    found: usize,
    predicted: usize,
    gold: usize,
}

impl Score {
    fn add(&mut self, predicted: &[usize], gold: &[usize]) {
        self.found += predicted.iter().filter(|end| gold.contains(end)).count();
        self.predicted += predicted.len();
        self.gold += gold.len();
    }

    fn precision(&self) -> f64 {
        self.found as f64 / self.predicted.max(1) as f64
    }

    fn recall(&self) -> f64 {
        self.found as f64 / self.gold.max(1) as f64
    }

    fn f1(&self) -> f64 {
        2.0 * self.found as f64 / (self.predicted + self.gold).max(1) as f64
    }
}

fn main() -> Result<()> {
    let mut files: Vec<String> = std::env::args().skip(1).collect();
    let errors = files.iter().any(|arg| arg == "--errors");
    files.retain(|arg| arg != "--errors");
    println!("| file | paragraphs | boundaries | sentencex P | R | F1 | standpunt P | R | F1 |");
    println!("|---|--:|--:|--:|--:|--:|--:|--:|--:|");
    for file in &files {
        let path = Path::new(file);
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let language: Language = name.chars().take(2).collect::<String>().parse().map_err(anyhow::Error::msg)?;
        let source = std::fs::read_to_string(path).with_context(|| format!("cannot read {file}"))?;
        let paragraphs = match path.extension().is_some_and(|extension| extension == "conllu") {
            true => treebank::paragraphs(&source),
            false => cases::parse(&source)
                .and_then(|cases| {
                    cases.into_iter().map(|case| case.ends().map(|ends| Paragraph { text: case.text, ends })).collect()
                })
                .map_err(anyhow::Error::msg)
                .with_context(|| file.clone())?,
        };
        let (mut plain, mut ours) = (Score::default(), Score::default());
        for Paragraph { text, ends } in &paragraphs {
            plain.add(&sentencex_ends(text, language), ends);
            let predicted = our_ends(text, language);
            ours.add(&predicted, ends);
            if errors {
                show_errors(text, &predicted, ends);
            }
        }
        println!(
            "| {name} | {} | {} | {:.4} | {:.4} | {:.4} | {:.4} | {:.4} | {:.4} |",
            paragraphs.len(),
            ours.gold,
            plain.precision(),
            plain.recall(),
            plain.f1(),
            ours.precision(),
            ours.recall(),
            ours.f1()
        );
    }
    Ok(())
}

fn our_ends(text: &str, language: Language) -> Vec<usize> {
    inner(text, segment::split(text, language).into_iter().map(|span| span.end))
}

/// Under the same codes that `standpunt` gives it: it has no Belarusian.
fn sentencex_ends(text: &str, language: Language) -> Vec<usize> {
    let code = if language == Language::Be { "ru" } else { language.code() };
    let boundaries = sentencex::get_sentence_boundaries(code, text);
    inner(text, boundaries.into_iter().map(|sentence| sentence.start_byte + sentence.text.trim_end().len()))
}

fn inner(text: &str, ends: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut ends: Vec<usize> = ends.filter(|end| *end > 0 && *end < text.trim_end().len()).collect();
    ends.dedup();
    ends
}

fn show_errors(text: &str, predicted: &[usize], gold: &[usize]) {
    let mut wrong: Vec<(usize, &str)> =
        predicted.iter().filter(|end| !gold.contains(end)).map(|end| (*end, "+")).collect();
    wrong.extend(gold.iter().filter(|end| !predicted.contains(end)).map(|end| (*end, "-")));
    wrong.sort_unstable();
    for (end, sign) in wrong {
        let (from, to) =
            (text.floor_char_boundary(end.saturating_sub(60)), text.ceil_char_boundary((end + 40).min(text.len())));
        println!("{sign} {}⏎{}", &text[from..end], &text[end..to]);
    }
}
