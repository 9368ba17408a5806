//! End to end: raw articles in, every step scored against coded sentences.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::{Answer, Bootstrap, Confusion, Scores, score};
use crate::labels::{Code, LabelRow};
use crate::schema::{Holder, StanceRecord};

/// Least share of common words (Jaccard) at which two sentences are taken for the same, cut differently.
const OVERLAP: f64 = 0.5;

/// What the system made of an article.
#[derive(Clone, Debug, PartialEq)]
pub struct SystemArticle {
    /// Its id.
    pub id: String,
    /// All its analysed sentences, in order; a record's `sentence` counts in these.
    pub sentences: Vec<String>,
    /// Its claims.
    pub records: Vec<StanceRecord>,
}

/// A count out of another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// How many are right.
    pub right: u64,
    /// Of how many.
    pub of: u64,
}

impl Share {
    fn count(&mut self, right: bool) {
        self.right += u64::from(right);
        self.of += 1;
    }

    /// As a fraction; none of nothing.
    #[must_use]
    pub fn value(self) -> Option<f64> {
        (self.of > 0).then(|| self.right as f64 / self.of as f64)
    }
}

/// Scores of each step. Steps after the first are scored on sentences that the system has, cut the same or not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EndToEnd {
    /// Coded sentences that the system cut exactly so.
    pub segmentation: Share,
    /// Coded sentences found, though cut differently.
    pub overlapping: u64,
    /// Coded sentences that the system does not have: dropped in cleaning, or of another text.
    pub not_found: u64,
    /// Ids of the first ten coded rows not found.
    pub not_found_ids: Vec<String>,
    /// Coded articles that the run does not have, each with all its rows left out.
    pub articles_not_in_run: Vec<String>,
    /// Of the system's claims on coded pairs, those that are relevant (precision).
    pub relevance_precision: Share,
    /// Of the relevant pairs, those that the system claims (recall); sentences not found count as missed.
    pub relevance_recall: Share,
    /// Claims on pairs that nobody coded: not judged.
    pub unjudged_claims: u64,
    /// Claims that are named or carried as coded.
    pub presence: Share,
    /// Claims whose holder is the coded one, by name.
    pub holder: Share,
    /// Claims whose holder is of the coded class, author or quoted.
    pub holder_class: Share,
    /// Claims whose voice is the coded one, by name.
    pub voice: Share,
    /// Stance with all errors before it: a missed pair is a miss, a claim on a pair coded none a false alarm.
    pub stance: Scores,
}

/// Scores a run end to end.
#[must_use]
pub fn match_gold(rows: &[LabelRow], system: &[SystemArticle], bootstrap: Bootstrap) -> EndToEnd {
    let system: HashMap<&str, &SystemArticle> = system.iter().map(|article| (article.id.as_str(), article)).collect();
    let mut gold: BTreeMap<&str, Vec<(&LabelRow, Code)>> = BTreeMap::new();
    for row in rows {
        if let Some(code) = row.label {
            gold.entry(&row.article).or_default().push((row, code));
        }
    }
    let mut tally = Tally::default();
    for (&article, coded) in &gold {
        match system.get(article) {
            Some(system) => tally.article(coded, system),
            None => tally.articles_not_in_run.push(article.to_owned()),
        }
    }
    EndToEnd {
        segmentation: tally.segmentation,
        overlapping: tally.overlapping,
        not_found: tally.segmentation.of - tally.segmentation.right - tally.overlapping,
        not_found_ids: tally.not_found_ids,
        articles_not_in_run: tally.articles_not_in_run,
        relevance_precision: tally.precision,
        relevance_recall: tally.recall,
        unjudged_claims: tally.unjudged,
        presence: tally.presence,
        holder: tally.holder,
        holder_class: tally.holder_class,
        voice: tally.voice,
        stance: score::score(&tally.stance, bootstrap),
    }
}

#[derive(Default)]
struct Tally {
    segmentation: Share,
    overlapping: u64,
    not_found_ids: Vec<String>,
    articles_not_in_run: Vec<String>,
    precision: Share,
    recall: Share,
    unjudged: u64,
    presence: Share,
    holder: Share,
    holder_class: Share,
    voice: Share,
    stance: Vec<Confusion>,
}

impl Tally {
    fn article(&mut self, coded: &[(&LabelRow, Code)], system: &SystemArticle) {
        let sentences = Sentences::new(&system.sentences);
        let claims: HashMap<(usize, &str), &StanceRecord> =
            system.records.iter().map(|record| ((record.sentence, record.target.as_str()), record)).collect();
        let mut judged: HashSet<(usize, &str)> = HashSet::new();
        let mut found: HashMap<(usize, &str), Option<usize>> = HashMap::new();
        let mut confusion = Confusion::default();
        for &(row, code) in coded {
            let key = (row.sentence, row.text.as_str());
            let sentence = *found.entry(key).or_insert_with(|| self.sentence(&sentences, row));
            let claim = sentence.and_then(|i| claims.get(&(i, row.target.as_str())).copied());
            judged.extend(sentence.map(|i| (i, row.target.as_str())));
            confusion.count(code, claim.map_or(Answer::NoClaim, |claim| Answer::Given(claim.label)));
            if code != Code::None {
                self.recall.count(claim.is_some());
            }
            if let Some(claim) = claim {
                self.precision.count(code != Code::None);
                if code != Code::None {
                    self.attribution(row, claim);
                }
            }
        }
        self.unjudged += claims.keys().filter(|key| !judged.contains(*key)).count() as u64;
        self.stance.push(confusion);
    }

    fn sentence(&mut self, sentences: &Sentences, row: &LabelRow) -> Option<usize> {
        let found = sentences.find(&row.text, row.sentence);
        let exact = matches!(found, Some((_, true)));
        self.segmentation.count(exact);
        match found {
            Some(_) => self.overlapping += u64::from(!exact),
            None if self.not_found_ids.len() < 10 => self.not_found_ids.push(row.id.clone()),
            None => {}
        }
        found.map(|(i, _)| i)
    }

    /// Only what the row codes is scored.
    fn attribution(&mut self, row: &LabelRow, claim: &StanceRecord) {
        if let Some(presence) = row.presence {
            self.presence.count(presence == claim.presence);
        }
        if let Some(holder) = &row.holder {
            self.holder.count(same(holder, &claim.holder));
            self.holder_class.count(holder.class() == claim.holder.class());
        }
        if let Some(voice) = &row.voice {
            self.voice.count(same(voice, &claim.voice));
        }
    }
}

/// Names agree without regard to case, or when one is the end of the other ("Hartog", "Merijn Hartog").
fn same(a: &Holder, b: &Holder) -> bool {
    match (a, b) {
        (Holder::Named(a), Holder::Named(b)) => {
            let (a, b) = (normalised(a), normalised(b));
            let ends = |long: &str, short: &str| long == short || long.ends_with(&format!(" {short}"));
            ends(&a, &b) || ends(&b, &a)
        }
        _ => a == b,
    }
}

/// Lower-case words without punctuation, joined by single spaces.
fn normalised(text: &str) -> String {
    use unicode_segmentation::UnicodeSegmentation;
    text.unicode_words().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

/// An article's sentences, ready to be looked up by their words.
struct Sentences(Vec<(String, BTreeSet<String>)>);

impl Sentences {
    fn new(sentences: &[String]) -> Self {
        let words = |text: &String| {
            let text = normalised(text);
            let words = text.split(' ').map(str::to_owned).collect();
            (text, words)
        };
        Self(sentences.iter().map(words).collect())
    }

    /// The sentence and whether it is exactly that; of several, the one nearest to position `near`.
    fn find(&self, text: &str, near: usize) -> Option<(usize, bool)> {
        let text = normalised(text);
        let nearest = |i: &usize| i.abs_diff(near);
        let exact = (0..self.0.len()).filter(|&i| self.0[i].0 == text).min_by_key(nearest);
        if let Some(i) = exact {
            return Some((i, true));
        }
        let words: BTreeSet<String> = text.split(' ').map(str::to_owned).collect();
        let overlap = |i: usize| {
            let common = self.0[i].1.intersection(&words).count() as f64;
            common / (self.0[i].1.len() + words.len()) as f64
        };
        // Jaccard is x / (1 − x) of common / (both together), and rises with it.
        let least = OVERLAP / (1.0 + OVERLAP);
        let best =
            (0..self.0.len()).max_by(|&a, &b| overlap(a).total_cmp(&overlap(b)).then(nearest(&b).cmp(&nearest(&a))))?;
        (overlap(best) >= least).then_some((best, false))
    }
}
