//! Measures attribution on coded articles: `cargo run --release --example attribution -- [--odd | --even] [--errors] FILE…`
//!
//! Reads JSONL rows {article, sentence, paragraph, block, language, text, target, label, presence, mention, holder,
//! voice}, one for each pair of a sentence and a target, and prints precision, recall and F1 of relevance, and the
//! share of right holders and voices among the pairs that are rightly found. `--odd` and `--even` take the articles
//! whose id ends in such a number; `--errors` lists what is wrong. Names are compared without case and without a
//! leading article; `part` also counts a name that contains the other. The holder of a neutral pair is its voice.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};

use serde::Deserialize;
use standpunt::attribute::{Lexicon, Targets, attribute};
use standpunt::schema::{BlockKind, Claim, Language, Presence, Sentence, Span};

#[derive(Deserialize)]
struct Row {
    article: String,
    sentence: usize,
    paragraph: usize,
    block: BlockKind,
    language: Language,
    text: String,
    target: String,
    label: String,
    presence: Option<Presence>,
    mention: Option<String>,
    holder: Option<String>,
    voice: Option<String>,
}

/// Counters that add; the rates are methods.
#[derive(Clone, Copy, Default)]
struct Score {
    found: usize,
    wrong: usize,
    missed: usize,
    voice: usize,
    voice_part: usize,
    holder: usize,
    holder_part: usize,
}

impl Score {
    fn add(&mut self, other: &Self) {
        self.found += other.found;
        self.wrong += other.wrong;
        self.missed += other.missed;
        self.voice += other.voice;
        self.voice_part += other.voice_part;
        self.holder += other.holder;
        self.holder_part += other.holder_part;
    }

    fn print(&self, name: &str) {
        let rate = |part: usize, of: usize| if of == 0 { f64::NAN } else { part as f64 / of as f64 };
        let (p, r) = (rate(self.found, self.found + self.wrong), rate(self.found, self.found + self.missed));
        println!(
            "{name:<16} {:>6} {p:>6.3} {r:>6.3} {:>6.3} {:>7.3} {:>6.3} {:>7.3} {:>6.3}",
            self.found + self.missed,
            2.0 * p * r / (p + r),
            rate(self.voice, self.found),
            rate(self.voice_part, self.found),
            rate(self.holder, self.found),
            rate(self.holder_part, self.found),
        );
    }
}

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let wants = |option: &str| args.iter().any(|arg| arg == option);
    let mut articles: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for path in args.iter().filter(|arg| !arg.starts_with("--")) {
        for line in BufReader::new(std::fs::File::open(path)?).lines() {
            let row: Row = serde_json::from_str(&line?)?;
            let odd = row.article.ends_with(['1', '3', '5', '7', '9']);
            if !(wants("--odd") && !odd || wants("--even") && odd) {
                articles.entry(row.article.clone()).or_default().push(row);
            }
        }
    }
    let (targets, lexicon) = (Targets::embedded(), Lexicon::embedded());
    let mut scores: BTreeMap<String, Score> = BTreeMap::new();
    let mut took = std::time::Duration::ZERO;
    for rows in articles.values() {
        let (text, sentences) = document(rows);
        let start = std::time::Instant::now();
        let claims = attribute(&text, &sentences, &targets, &lexicon);
        took += start.elapsed();
        for row in rows.iter().filter(|row| row.block.is_analysed()) {
            let (score, presence) = compare(row, &claims, &text, wants("--errors"));
            for key in
                ["all".to_owned(), row.language.to_string(), row.target.clone(), format!("{presence:?}").to_lowercase()]
            {
                scores.entry(key).or_default().add(&score);
            }
        }
    }
    println!(
        "{:<16} {:>6} {:>6} {:>6} {:>6} {:>7} {:>6} {:>7} {:>6}",
        "", "pairs", "P", "R", "F1", "voice", "part", "holder", "part"
    );
    for (name, score) in &scores {
        score.print(name);
    }
    println!("{} articles, {:.2} ms each", articles.len(), took.as_secs_f64() * 1e3 / articles.len().max(1) as f64);
    Ok(())
}

/// The text and sentences of an article: one space between sentences, an empty line between paragraphs.
fn document(rows: &[Row]) -> (String, Vec<Sentence>) {
    let (mut text, mut sentences): (String, Vec<Sentence>) = Default::default();
    let mut seen = None;
    for row in rows.iter().filter(|row| row.block.is_analysed()) {
        if seen == Some(row.sentence) {
            continue;
        }
        seen = Some(row.sentence);
        if let Some(last) = sentences.last() {
            text.push_str(if last.paragraph == row.paragraph { " " } else { "\n\n" });
        }
        let start = text.len();
        text.push_str(&row.text);
        let span = Span::new(start, text.len());
        sentences.push(Sentence { span, block: row.block, paragraph: row.paragraph, language: row.language });
    }
    (text, sentences)
}

/// Scores one pair; the presence is the coded one, or that of a wrong claim.
fn compare(row: &Row, claims: &[Claim], text: &str, errors: bool) -> (Score, Option<Presence>) {
    let claim = claims.iter().find(|claim| {
        // A document's sentences are counted without those that are not analysed: compare the text.
        claim.target == row.target && claim.mention.start >= text.find(&row.text).unwrap_or(usize::MAX) && {
            let start = text.find(&row.text).unwrap_or(usize::MAX);
            claim.mention.start < start + row.text.len()
        }
    });
    let relevant = row.label != "none";
    let mut score = Score::default();
    let at = format!("{}#{} {}", row.article, row.sentence, row.target);
    match (claim, relevant) {
        (Some(claim), true) => {
            score.found = 1;
            let coded_voice = row.voice.as_deref().unwrap_or("author");
            let voice = claim.voice.to_string();
            let neutral = row.label == "neutral";
            let coded_holder = if neutral { coded_voice } else { row.holder.as_deref().unwrap_or("author") };
            let holder = if neutral { voice.clone() } else { claim.holder.to_string() };
            (score.voice, score.voice_part) = agree(coded_voice, &voice);
            (score.holder, score.holder_part) = agree(coded_holder, &holder);
            if errors && score.voice == 0 {
                println!("VOICE {at}: {coded_voice} / {voice} | {}", row.text);
            }
            if errors && score.holder == 0 && score.voice == 1 {
                println!("HOLDER {at}: {coded_holder} / {holder} | {}", row.text);
            }
        }
        (Some(claim), false) => {
            score.wrong = 1;
            if errors {
                println!("WRONG {at} {:?} '{}' | {}", claim.presence, claim.mention.of(text), row.text);
            }
        }
        (None, true) => {
            score.missed = 1;
            if errors {
                println!("MISSED {at} {:?} '{}' | {}", row.presence, row.mention.as_deref().unwrap_or(""), row.text);
            }
        }
        (None, false) => {}
    }
    (score, if relevant { row.presence } else { claim.map(|claim| claim.presence) })
}

/// Whether two names are equal, and whether one at least contains the other.
fn agree(coded: &str, found: &str) -> (usize, usize) {
    let plain = |name: &str| {
        let name = name.to_lowercase();
        let bare =
            ["de ", "het ", "een ", "the ", "a ", "der ", "die ", "das ", "le ", "la ", "les ", "l'", "un ", "une "];
        bare.iter().find_map(|article| name.strip_prefix(article)).unwrap_or(&name).to_owned()
    };
    let (coded, found) = (plain(coded), plain(found));
    (usize::from(coded == found), usize::from(coded.contains(&found) || found.contains(&coded)))
}
