//! From label rows to what the network sees.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::PathBuf;

use rand::Rng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use sha2::{Digest, Sha256};

use super::{FEWEST, TrainError, TrainOptions};
use crate::attribute::Targets;
use crate::labels::{self, LabelRow, Split};
use crate::schema::Stance;
use crate::tag::{Encoded, Encoder, Pair, TagError, hex};

/// A label file or folder, and how much its rows weigh.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceFile {
    /// The file or folder.
    pub path: PathBuf,
    /// Weight of its rows in the loss; 1 is usual.
    pub weight: f64,
}

impl SourceFile {
    /// Reads `PATH` or `PATH=WEIGHT`.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let weighted = text.rsplit_once('=').and_then(|(path, weight)| Some((path, weight.parse().ok()?)));
        let (path, weight) = weighted.filter(|(_, weight)| *weight > 0.0).unwrap_or((text, 1.0));
        Self { path: PathBuf::from(path), weight }
    }
}

/// A relevant label row, ready to be encoded.
#[derive(Clone, Debug)]
pub struct Example {
    /// The row.
    pub row: LabelRow,
    /// What the tagger sees.
    pub pair: Pair,
    /// Its stance.
    pub gold: Stance,
    /// Weight in the loss.
    pub weight: f64,
}

/// Label rows by split; rows coded "none" or not coded yet are left out.
#[derive(Clone, Debug, Default)]
pub struct Examples {
    /// To learn from.
    pub train: Vec<Example>,
    /// To choose the epoch and temperatures by.
    pub dev: Vec<Example>,
    /// To compare old and new by.
    pub test: Vec<Example>,
    /// sha256 of the train and dev rows of each label file, taken before training: files may change meanwhile.
    pub hashes: BTreeMap<String, String>,
}

/// Rows of each stance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts(pub [usize; 3]);

impl Examples {
    /// Reads label files; a target's name comes from the targets file, else it is the row's own word.
    ///
    /// # Errors
    /// [`TrainError::Labels`], [`TrainError::TooFew`], [`TrainError::NoDev`].
    pub fn read(sources: &[SourceFile], targets: &Targets) -> Result<Self, TrainError> {
        let mut examples = Self::default();
        let paths: Vec<PathBuf> = sources.iter().map(|source| source.path.clone()).collect();
        for (source, rows) in sources.iter().zip(labels::read_each(&paths)?) {
            for row in rows {
                let Some(gold) = row.label.and_then(labels::Code::stance) else { continue };
                let pair = row.pair(targets.name(&row.target, row.language));
                let example = Example { pair, gold, weight: source.weight, row };
                match example.row.split {
                    Split::Train => examples.train.push(example),
                    Split::Dev => examples.dev.push(example),
                    Split::Test => examples.test.push(example),
                }
            }
        }
        examples.hashes = hashes(sources)?;
        let counts = Counts::of(&examples.train);
        for (stance, found) in Stance::ALL.into_iter().zip(counts.0) {
            if found < FEWEST {
                return Err(TrainError::TooFew { label: stance.to_string(), found });
            }
        }
        if examples.dev.is_empty() {
            return Err(TrainError::NoDev);
        }
        Ok(examples)
    }
}

impl Counts {
    /// Counts examples by stance.
    #[must_use]
    pub fn of<'a>(examples: impl IntoIterator<Item = &'a Example>) -> Self {
        let mut counts = Self::default();
        examples.into_iter().for_each(|example| counts.0[example.gold as usize] += 1);
        counts
    }
}

/// An encoded example.
pub struct Row<'a> {
    /// What the network sees.
    pub encoded: Encoded,
    /// What it was made from.
    pub example: &'a Example,
}

pub fn encode<'a>(encoder: &Encoder, examples: &'a [Example]) -> Result<Vec<Row<'a>>, TrainError> {
    examples.iter().map(|example| Ok(Row { encoded: encoder.encode(&example.pair, None)?, example })).collect()
}

/// Weights that lift rare stances: the inverse square root of their share, 1 on average.
pub fn class_weights(rows: &[Row]) -> [f64; 3] {
    let mut totals = [0.0; 3];
    rows.iter().for_each(|row| totals[row.example.gold as usize] += row.example.weight);
    let sum: f64 = totals.iter().sum();
    let raw = totals.map(|total| (sum / (3.0 * total.max(1e-9))).sqrt());
    let mean: f64 = raw.iter().zip(totals).map(|(w, total)| w * total / sum).sum();
    raw.map(|w| w / mean)
}

/// Batches of rows of like length, in random order: little padding, and still another composition every epoch.
pub fn batches<'a, 'e>(rows: &'a [Row<'e>], size: usize, random: &mut ChaCha8Rng) -> Vec<Vec<&'a Row<'e>>> {
    let mut keyed: Vec<(usize, u32, &Row<'e>)> =
        rows.iter().map(|row| (row.encoded.ids.len() + random.random_range(0..8), random.random(), row)).collect();
    keyed.sort_by_key(|(length, tie, _)| (*length, *tie));
    let mut batches: Vec<Vec<&Row<'e>>> =
        keyed.chunks(size).map(|chunk| chunk.iter().map(|(_, _, row)| *row).collect()).collect();
    batches.shuffle(random);
    batches
}

/// What decides the outcome of training: options, rows and the base's weights.
///
/// # Errors
/// As reading the base.
pub fn plan(options: &TrainOptions, examples: &Examples) -> Result<String, TrainError> {
    let weights = options.from.join("model.safetensors");
    let mut hash = blake3::Hasher::new();
    hash.update(format!("{options:?}").as_bytes());
    hash.update_reader(
        File::open(&weights).map_err(|error| TagError::model(&weights, error, "put the weights there"))?,
    )
    .map_err(|error| TagError::model(&weights, error, "check the file"))?;
    for example in [&examples.train, &examples.dev].into_iter().flatten() {
        hash.update(format!("{:?}{}{}", example.pair, example.gold, example.weight).as_bytes());
    }
    Ok(hash.finalize().to_hex()[..16].to_owned())
}

/// sha256 of what is learned and chosen from: the train and dev rows of each label file, as read.
fn hashes(sources: &[SourceFile]) -> Result<BTreeMap<String, String>, TrainError> {
    let mut hashes: BTreeMap<String, Sha256> = BTreeMap::new();
    for source in sources {
        for file in labels::files(&source.path)? {
            // With the folder's name where one was given: two folders may hold files of the same names.
            let name = source.path.parent().and_then(|parent| file.strip_prefix(parent).ok()).unwrap_or(&file);
            let hash = hashes.entry(name.to_string_lossy().into_owned()).or_default();
            for row in labels::read(std::slice::from_ref(&file))?.iter().filter(|row| row.split != Split::Test) {
                hash.update(serde_json::to_vec(row).unwrap_or_default());
            }
        }
    }
    Ok(hashes.into_iter().map(|(name, hash)| (name, hex(&hash.finalize()))).collect())
}
