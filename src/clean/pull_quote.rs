//! Pull quotes: a sentence of the text displayed again, mostly shortened or reworded.

use std::collections::HashMap;

use super::sentences::{self, CLOSING, OPENING};
use crate::schema::Span;

/// Words that a display must have; fewer are a heading.
const MIN_WORDS: usize = 5;
/// Words of the longest display.
const MAX_WORDS: usize = 60;
/// Share of a line's words, weighted by how rare they are in the article, that one place of the text must have, in
/// their order. A whole line in quotation marks, or without a final full stop, is display already: less will do.
const SHARE: f64 = 0.85;
const SHARE_DISPLAYED: f64 = 0.6;
/// Sentences looked at per word and words looked up per line, which keeps the time linear in a text of any length.
const SENTENCES_PER_WORD: usize = 40;
const WORDS_LOOKED_UP: usize = 8;
/// Letters by which two forms of a word are held to be the same word.
const STEM: usize = 6;

/// A paragraph's rough sentences as word numbers.
struct Place {
    paragraph: usize,
    words: Vec<u32>,
}

/// For each paragraph, whether it repeats a sentence (or two in a row) of a longer paragraph.
pub(super) fn find(text: &str, paragraphs: &[Span]) -> Vec<bool> {
    let mut vocabulary: HashMap<String, u32> = HashMap::new();
    let mut places = Vec::new();
    for (paragraph, span) in paragraphs.iter().enumerate() {
        let body = span.of(text);
        for sentence in sentences::split(body) {
            let words = sentences::words(sentence.of(body)).map(|word| number(word, &mut vocabulary)).collect();
            places.push(Place { paragraph, words });
        }
    }
    let index = Index::new(&places, vocabulary.len());
    let mut first = 0;
    paragraphs
        .iter()
        .enumerate()
        .map(|(paragraph, span)| {
            let own = first..first + places[first..].iter().take_while(|place| place.paragraph == paragraph).count();
            first = own.end;
            let words: Vec<u32> = places[own].iter().flat_map(|place| &place.words).copied().collect();
            (MIN_WORDS..=MAX_WORDS).contains(&words.len())
                && !sentences::has_open_quote(span.of(text))
                && index.repeats(&words, paragraph, if is_displayed(span.of(text)) { SHARE_DISPLAYED } else { SHARE })
        })
        .collect()
}

/// In quotation marks from end to end, or without a final full stop.
fn is_displayed(line: &str) -> bool {
    (line.starts_with(OPENING) && line.ends_with(CLOSING)) || !sentences::ends_sentence(line)
}

/// The number of a word's stem: its first letters in lower case.
fn number(word: &str, vocabulary: &mut HashMap<String, u32>) -> u32 {
    let stem: String = word.chars().flat_map(char::to_lowercase).take(STEM).collect();
    let next = vocabulary.len() as u32;
    *vocabulary.entry(stem).or_insert(next)
}

/// The article's sentences, found by their words.
struct Index<'a> {
    places: &'a [Place],
    /// Numbers of the sentences that have a word, the first few only.
    found_in: Vec<Vec<usize>>,
    /// ln(1 + sentences / sentences with the word): rare words tell more.
    weight: Vec<f64>,
    /// Words of each paragraph.
    length: Vec<usize>,
}

impl<'a> Index<'a> {
    fn new(places: &'a [Place], vocabulary: usize) -> Self {
        let mut found_in = vec![Vec::new(); vocabulary];
        let mut count = vec![0usize; vocabulary];
        let mut length = vec![0; places.last().map_or(0, |place| place.paragraph + 1)];
        for (at, place) in places.iter().enumerate() {
            length[place.paragraph] += place.words.len();
            let mut words = place.words.clone();
            words.sort_unstable();
            words.dedup();
            for word in words {
                count[word as usize] += 1;
                if found_in[word as usize].len() < SENTENCES_PER_WORD {
                    found_in[word as usize].push(at);
                }
            }
        }
        let weight = count.iter().map(|&n| (1.0 + places.len() as f64 / n.max(1) as f64).ln()).collect();
        Self { places, found_in, weight, length }
    }

    /// Whether another, longer paragraph says `words` in one sentence or two.
    fn repeats(&self, words: &[u32], paragraph: usize, share: f64) -> bool {
        let total: f64 = words.iter().map(|&word| self.weight[word as usize]).sum();
        let mut rarest = words.to_vec();
        rarest.sort_unstable_by_key(|&word| (self.found_in[word as usize].len(), word));
        rarest.dedup();
        let mut candidates: Vec<usize> =
            rarest.iter().take(WORDS_LOOKED_UP).flat_map(|&word| &self.found_in[word as usize]).copied().collect();
        candidates.sort_unstable();
        candidates.dedup();
        candidates.into_iter().any(|at| {
            let place = &self.places[at];
            if place.paragraph == paragraph || self.length[place.paragraph] <= words.len() {
                return false;
            }
            let before = at.checked_sub(1).map(|i| &self.places[i]).filter(|b| b.paragraph == place.paragraph);
            let two: Vec<u32> =
                before.into_iter().chain([place]).flat_map(|p| p.words.iter().take(2 * MAX_WORDS)).copied().collect();
            self.in_common(words, &two) >= share * total
        })
    }

    /// Weight of the longest common subsequence.
    fn in_common(&self, left: &[u32], right: &[u32]) -> f64 {
        let mut row = vec![0.0; right.len() + 1];
        for &word in left {
            let mut diagonal = 0.0;
            for (at, &other) in right.iter().enumerate() {
                let above = row[at + 1];
                row[at + 1] =
                    if word == other { diagonal + self.weight[word as usize] } else { f64::max(above, row[at]) };
                diagonal = above;
            }
        }
        row[right.len()]
    }
}
