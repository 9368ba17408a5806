//! Measures attribution on coded articles: `cargo run --release --example attribution -- [--odd | --even] [--errors] FILE…`
//!
//! Reads JSONL rows {article, sentence, paragraph, block, language, text, target, label, presence, mention, holder,
//! voice}, one for each pair of a sentence and a target, and prints precision, recall and F1 of relevance, and the
//! share of right holders and voices among the pairs that are rightly found. `--odd` and `--even` take the articles
//! whose id ends in such a number; `--errors` lists what is wrong. Names are the same in any case, without articles,
//! titles and offices of the speech lexicon before them ("Raadsvoorzitter Charles Michel" is "Charles Michel"), without
//! given names ("Charles Michel" is "Michel"), and in Slavic languages in any grammatical case (a shared stem); `part`
//! also counts a name that contains the other. The holder of a neutral pair is its voice.

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
    let names = Names::read()?;
    let (targets, lexicon) = (Targets::embedded(), Lexicon::embedded());
    let mut scores: BTreeMap<String, Score> = BTreeMap::new();
    let mut took = std::time::Duration::ZERO;
    for rows in articles.values() {
        let (text, sentences) = document(rows);
        let start = std::time::Instant::now();
        let claims = attribute(&text, &sentences, &targets, &lexicon);
        took += start.elapsed();
        for row in rows.iter().filter(|row| row.block.is_analysed()) {
            let (score, presence) = compare(row, &claims, &text, &names, wants("--errors"));
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
fn compare(row: &Row, claims: &[Claim], text: &str, names: &Names, errors: bool) -> (Score, Option<Presence>) {
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
            (score.voice, score.voice_part) = names.agree(row.language, coded_voice, &voice);
            (score.holder, score.holder_part) = names.agree(row.language, coded_holder, &holder);
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

/// Names as they are compared: one list of words that may stand before a name, for every language.
struct Names {
    before: BTreeMap<Language, Vec<String>>,
    inflected: BTreeMap<Language, bool>,
}

/// What is read of the speech lexicon.
#[derive(Deserialize)]
struct Speech {
    languages: BTreeMap<Language, Lists>,
}

#[derive(Deserialize)]
struct Lists {
    titles: Vec<String>,
    determiners: Vec<String>,
    #[serde(default)]
    names_inflect: bool,
}

impl Names {
    fn read() -> anyhow::Result<Self> {
        let speech: Speech = toml::from_str(include_str!("../data/speech.toml"))?;
        let inflected = speech.languages.iter().map(|(&language, lists)| (language, lists.names_inflect)).collect();
        let before = speech.languages.into_iter();
        let before = before.map(|(language, lists)| (language, [lists.titles, lists.determiners].concat())).collect();
        Ok(Self { before, inflected })
    }

    /// Whether two names are equal, and whether one at least contains the other.
    fn agree(&self, language: Language, coded: &str, found: &str) -> (usize, usize) {
        let one = |coded: &str, found: &str| {
            let (a, b) = (self.plain(language, coded), self.plain(language, found));
            let (long, short) = if a.len() < b.len() { (&b, &a) } else { (&a, &b) };
            let given = long[..long.len() - short.len()].iter().all(|word| word.1);
            let same = long[long.len() - short.len()..].iter().zip(short).all(|(a, b)| self.same(language, &a.0, &b.0));
            let people = short.last().is_some_and(|word| word.1);
            same && !short.is_empty() && (long.len() == short.len() || given && people)
        };
        let (mut left, right): (Vec<_>, Vec<_>) = (coded.split(" & ").collect(), found.split(" & ").collect());
        let all = left.len() == right.len();
        let matched = right.iter().filter(|found| {
            let at = left.iter().position(|coded| one(coded, found));
            at.map(|at| left.remove(at)).is_some()
        });
        let equal = matched.count() == right.len() && all;
        let (coded, found) = (coded.to_lowercase(), found.to_lowercase());
        (usize::from(equal), usize::from(equal || coded.contains(&found) || found.contains(&coded)))
    }

    /// The words of a name, folded, and whether they have a capital; less articles and titles before it.
    fn plain(&self, language: Language, name: &str) -> Vec<(String, bool)> {
        let words = name.split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '\'' | '’' | '.')));
        let words = words.flat_map(|word| word.strip_prefix("l'").or(word.strip_prefix("L'")).or(Some(word)));
        let mut words: Vec<_> = words
            .filter(|word| !word.is_empty())
            .map(|word| (word.to_lowercase().replace('ё', "е"), word.starts_with(char::is_uppercase)))
            .collect();
        let before = self.before.get(&language).map_or(&[][..], Vec::as_slice);
        let listed = |word: &str| {
            before.iter().any(|entry| match (entry.strip_prefix('*'), entry.strip_suffix('*')) {
                (Some(end), _) => word.ends_with(end),
                (_, Some(start)) => word.starts_with(start),
                _ => word == entry,
            })
        };
        while words.len() > 1 && listed(&words[0].0) {
            words.remove(0);
        }
        words
    }

    /// Equal but for a genitive -s, or a case ending where the language has them.
    fn same(&self, language: Language, a: &str, b: &str) -> bool {
        let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
        let common = short.chars().zip(long.chars()).take_while(|(a, b)| a == b).count();
        let (short, long) = (short.chars().count(), long.chars().count());
        let inflected = self.inflected.get(&language) == Some(&true);
        a == b
            || common == short && long == short + 1 && a.ends_with('s') != b.ends_with('s')
            || inflected && common >= 3 && common + 2 >= short && common + 3 >= long
    }
}
