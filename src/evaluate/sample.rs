//! What to code next, in two streams that never mix: a random one to evaluate and correct by, and one of uncertain and
//! novel claims to train on. What is picked because the model is unsure says nothing of how good the model is.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use unicode_segmentation::UnicodeSegmentation;

use crate::labels::{LabelRow, Split};
use crate::schema::StanceRecord;

/// How much to draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Articles of the random stream, with all their claims.
    pub articles: usize,
    /// Claims of the training stream; half uncertain, half novel.
    pub claims: usize,
    /// Most claims of the training stream from one article.
    pub per_article: usize,
    /// Seed of the draw.
    pub seed: u64,
}

impl Default for Plan {
    fn default() -> Self {
        Self { articles: 50, claims: 200, per_article: 3, seed: 1 }
    }
}

/// The two streams; no article is in both.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draw {
    /// Every claim of the drawn articles, split `test`, with the articles' inclusion probability. The population is the
    /// articles with at least one claim.
    pub random: Vec<LabelRow>,
    /// Claims picked for what they teach, split `train`, without inclusion probability.
    pub training: Vec<LabelRow>,
}

/// Draws from a run. `known` are rows coded already: their articles are drawn for training no more, and what they say
/// is not novel. `previous` gives the sentence before a record's.
///
/// Articles of `known` stay in the random stream's population, unless a model was trained on them: then the sample is
/// of the other articles, and so must the corpus be that it corrects.
///
/// The codes, holders and presences that the system gave are left out, so that they do not lead the annotator.
#[must_use]
pub fn draw(
    records: &[StanceRecord],
    known: &[LabelRow],
    plan: Plan,
    previous: impl Fn(&StanceRecord) -> String,
) -> Draw {
    let learned: HashSet<&str> =
        known.iter().filter(|row| row.split != Split::Test).map(|row| row.article.as_str()).collect();
    let population: BTreeSet<&str> =
        records.iter().map(|record| record.article.as_str()).filter(|article| !learned.contains(article)).collect();
    let mut shuffled: Vec<&str> = population.iter().copied().collect();
    shuffled.shuffle(&mut ChaCha8Rng::seed_from_u64(plan.seed));
    let drawn: BTreeSet<&str> = shuffled.iter().copied().take(plan.articles).collect();
    let inclusion = drawn.len() as f64 / population.len().max(1) as f64;
    let mut random: Vec<LabelRow> = records
        .iter()
        .filter(|record| drawn.contains(record.article.as_str()))
        .map(|record| LabelRow { inclusion: Some(inclusion), ..row(record, Split::Test, previous(record)) })
        .collect();
    random.sort_by(|a, b| (&a.article, a.sentence, &a.target).cmp(&(&b.article, b.sentence, &b.target)));
    let coded: HashSet<&str> = known.iter().map(|row| row.article.as_str()).collect();
    let free: Vec<&StanceRecord> = records
        .iter()
        .filter(|record| !drawn.contains(record.article.as_str()) && !coded.contains(record.article.as_str()))
        .collect();
    let training =
        instructive(&free, known, plan).into_iter().map(|record| row(record, Split::Train, previous(record)));
    Draw { training: training.collect(), random }
}

/// Alternately the least certain claim (smallest margin between the best two stances: Settles 2009, §3.1) and the most
/// novel one (largest share of words in no coded text), at most `per_article` of an article.
fn instructive<'a>(records: &[&'a StanceRecord], known: &[LabelRow], plan: Plan) -> Vec<&'a StanceRecord> {
    let seen: HashSet<String> = known.iter().flat_map(|row| words(&row.text)).collect();
    let order = |key: &dyn Fn(&StanceRecord) -> f64| {
        let mut sorted: Vec<(f64, &'a StanceRecord)> = records.iter().map(|record| (key(record), *record)).collect();
        sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
        sorted.into_iter().map(|(_, record)| record)
    };
    let familiar = |record: &StanceRecord| {
        let words = words(&record.text);
        words.iter().filter(|word| seen.contains(*word)).count() as f64 / words.len().max(1) as f64
    };
    let mut picked = Vec::new();
    let mut taken: HashSet<(&str, usize, &str)> = HashSet::new();
    let mut of_article: BTreeMap<&str, usize> = BTreeMap::new();
    for (uncertain, novel) in order(&margin).zip(order(&familiar)) {
        for record in [uncertain, novel] {
            let count = of_article.entry(&record.article).or_default();
            let full = picked.len() >= plan.claims || *count >= plan.per_article;
            if !full && taken.insert((&record.article, record.sentence, &record.target)) {
                *count += 1;
                picked.push(record);
            }
        }
    }
    picked
}

fn margin(record: &StanceRecord) -> f64 {
    let mut p = record.probabilities.to_array();
    p.sort_by(f64::total_cmp);
    p[2] - p[1]
}

fn words(text: &str) -> BTreeSet<String> {
    text.unicode_words().map(str::to_lowercase).collect()
}

fn row(record: &StanceRecord, split: Split, previous: String) -> LabelRow {
    LabelRow {
        id: format!("{}#{}#{}", record.article, record.sentence, record.target),
        article: record.article.clone(),
        language: record.language,
        sentence: record.sentence,
        paragraph: 0,
        block: record.block,
        text: record.text.clone(),
        previous,
        target: record.target.clone(),
        label: None,
        presence: None,
        mention: record.text.contains(&record.mention).then(|| record.mention.clone()).filter(|m| !m.is_empty()),
        holder: None,
        voice: None,
        annotators: BTreeMap::new(),
        tags: Vec::new(),
        split,
        inclusion: None,
    }
}
