//! Finds articles that are the same text: word for word, or a wire story with another title, lead or ending.
//!
//! Texts are sets of three-word shingles. MinHash signatures (Broder 1997) cut into bands (locality-sensitive hashing,
//! Leskovec, Rajaraman and Ullman, *Mining of Massive Datasets*, 3.4) propose pairs; each pair is then compared by its
//! true overlap. All hashes are fixed, so the same texts always give the same clusters.

use std::collections::HashMap;

use rayon::prelude::*;

/// Words of a shingle.
const SHINGLE: usize = 3;
/// Bands and rows: 42 bands of 3 propose a pair that shares half its shingles with probability 1 − (1 − ½³)⁴² = 0.996.
const BANDS: usize = 42;
const ROWS: usize = 3;
/// Share of the shingles of both together (Jaccard) from which two texts are copies.
const SAME: f64 = 0.5;
/// Share of the shorter text's shingles from which it is a cut copy, if it is not too short for that to tell.
const CONTAINED: f64 = 0.8;
const MIN_SHINGLES: usize = 40;
/// Texts of a band's bucket that each further one is compared with: a bucket of thousands is one story many times over,
/// and its first texts stand for it.
const PER_BUCKET: usize = 8;

/// For each text the index of the first text of its cluster (its own where it stands alone).
///
/// Texts with the same words are one cluster whatever their case, punctuation and spacing; a text without words stands
/// alone. Near copies share half of their shingles, or the shorter of them is four fifths contained in the longer.
#[must_use]
pub fn clusters<T: AsRef<str> + Sync>(texts: &[T]) -> Vec<usize> {
    let shingles: Vec<Vec<u64>> = texts.par_iter().map(|text| shingles(text.as_ref())).collect();
    let exact: Vec<Option<blake3::Hash>> = texts.par_iter().map(|text| fingerprint(text.as_ref())).collect();
    let mut forest = Forest((0..texts.len()).collect());
    let mut first_of = HashMap::new();
    let mut distinct = Vec::new();
    for (at, hash) in exact.iter().enumerate() {
        let Some(hash) = hash else { continue };
        let first = *first_of.entry(*hash).or_insert(at);
        forest.join(first, at);
        if first == at {
            distinct.push(at);
        }
    }
    distinct.retain(|&at| !shingles[at].is_empty());
    for band in 0..BANDS {
        let mut pairs = candidates(&shingles, &distinct, band);
        pairs.retain(|&(left, right)| forest.root(left) != forest.root(right));
        let copies: Vec<_> =
            pairs.into_par_iter().filter(|&(left, right)| is_copy(&shingles[left], &shingles[right])).collect();
        for (left, right) in copies {
            forest.join(left, right);
        }
    }
    (0..texts.len()).map(|at| forest.root(at)).collect()
}

/// The words as compared: letters and digits in lower case.
fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

/// A hash of all words in order; none for a text without words.
fn fingerprint(text: &str) -> Option<blake3::Hash> {
    let mut hasher = blake3::Hasher::new();
    for word in words(text) {
        hasher.update(word.as_bytes()).update(b" ");
    }
    (hasher.count() > 0).then(|| hasher.finalize())
}

/// Hashes of all runs of [`SHINGLE`] words, sorted, each once; none for a shorter text.
fn shingles(text: &str) -> Vec<u64> {
    let hashes: Vec<u64> = words(text).map(|word| fnv(word.as_bytes())).collect();
    let mut shingles: Vec<u64> =
        hashes.windows(SHINGLE).map(|run| run.iter().fold(0, |sum, &hash| mix(sum ^ hash))).collect();
    shingles.sort_unstable();
    shingles.dedup();
    shingles
}

/// FNV-1a, 64 bits: fixed, unlike the standard library's hasher.
fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The finalizer of SplitMix64 (Steele, Lea and Flood 2014): every bit of the input moves every bit of the output.
fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// Pairs of `texts` that agree in a band of their signatures, the smaller index first.
fn candidates(shingles: &[Vec<u64>], texts: &[usize], band: usize) -> Vec<(usize, usize)> {
    let mut keyed: Vec<(u64, usize)> = texts.par_iter().map(|&at| (key(&shingles[at], band), at)).collect();
    keyed.par_sort_unstable();
    let mut pairs = Vec::new();
    for bucket in keyed.chunk_by(|left, right| left.0 == right.0) {
        for (i, &(_, right)) in bucket.iter().enumerate() {
            pairs.extend(bucket[..i.min(PER_BUCKET)].iter().map(|&(_, left)| (left, right)));
        }
    }
    pairs
}

/// A band of a MinHash signature as one key.
fn key(shingles: &[u64], band: usize) -> u64 {
    (0..ROWS).fold(0, |key, row| {
        let seed = mix((band * ROWS + row) as u64);
        let least = shingles.iter().map(|&shingle| mix(shingle ^ seed)).min();
        mix(key ^ least.unwrap_or(u64::MAX))
    })
}

fn is_copy(left: &[u64], right: &[u64]) -> bool {
    let shared = shared(left, right) as f64;
    let shorter = left.len().min(right.len());
    let jaccard = shared / ((left.len() + right.len()) as f64 - shared);
    jaccard >= SAME || (shorter >= MIN_SHINGLES && shared / shorter as f64 >= CONTAINED)
}

/// How many numbers two sorted lists share.
fn shared(left: &[u64], right: &[u64]) -> usize {
    let (mut l, mut r, mut count) = (0, 0, 0);
    while l < left.len() && r < right.len() {
        match left[l].cmp(&right[r]) {
            std::cmp::Ordering::Less => l += 1,
            std::cmp::Ordering::Greater => r += 1,
            std::cmp::Ordering::Equal => {
                (l, r, count) = (l + 1, r + 1, count + 1);
            }
        }
    }
    count
}

/// Union-find in which the smallest member is the root.
struct Forest(Vec<usize>);

impl Forest {
    fn root(&mut self, mut at: usize) -> usize {
        while self.0[at] != at {
            self.0[at] = self.0[self.0[at]];
            at = self.0[at];
        }
        at
    }

    fn join(&mut self, left: usize, right: usize) {
        let (left, right) = (self.root(left), self.root(right));
        self.0[left.max(right)] = left.min(right);
    }
}
