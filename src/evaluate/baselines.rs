//! What the model must beat: always the commonest stance, and a bag of words.

use std::collections::{BTreeMap, BTreeSet};

use linfa::prelude::Fit;
use linfa::{Dataset, ParamGuard};
use linfa_logistic::MultiLogisticRegression;
use ndarray::{Array1, Array2};
use rayon::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

use super::{EvaluateError, Item};
use crate::labels::{Code, LabelRow, Split};
use crate::schema::{Label, Language, Probabilities, Stance};

/// Words kept of each language: the ones in most training rows, so that the dense f32 matrices of 40,000 rows in all
/// stay under 500 MB.
const VOCABULARY: usize = 3000;

/// A trained baseline, scored like the model.
#[derive(Clone, Debug, PartialEq)]
pub struct Baseline {
    /// What it is called in reports.
    pub name: &'static str,
    /// The test pairs with its predictions.
    pub items: Vec<Item>,
}

/// Both baselines, learned from `rows` of the train split, on the pairs of `test`.
///
/// # Errors
/// [`EvaluateError::OneClass`] when there is nothing to learn, [`EvaluateError::Baseline`] when the optimiser fails.
pub fn baselines(rows: &[LabelRow], test: &[Item]) -> Result<Vec<Baseline>, EvaluateError> {
    let train: Vec<(&LabelRow, Stance)> = rows
        .iter()
        .filter(|row| row.split == Split::Train)
        .filter_map(|row| Some((row, row.label.and_then(Code::stance)?)))
        .collect();
    let mut counts = [0usize; 3];
    for (_, stance) in &train {
        counts[*stance as usize] += 1;
    }
    if counts.iter().filter(|&&n| n > 0).count() < 2 {
        let label = Stance::ALL.into_iter().find(|&s| counts[s as usize] > 0).map_or("(no row)", Stance::name);
        return Err(EvaluateError::OneClass { split: "train", label: label.into() });
    }
    let shares = counts.map(|n| n as f64 / train.len() as f64);
    let majority: Vec<Item> = test.iter().map(|item| with(item, shares.into())).collect();
    // A regression for each language: of one list for all, the largest language would take most words.
    let languages: BTreeSet<Language> = test.iter().map(|item| item.gold.language).collect();
    let judged = languages.into_par_iter().map(|language| {
        let train: Vec<_> = train.iter().filter(|(row, _)| row.language == language).copied().collect();
        let (places, test): (Vec<usize>, Vec<&Item>) =
            test.iter().enumerate().filter(|(_, item)| item.gold.language == language).unzip();
        if train.iter().all(|(_, stance)| *stance == train[0].1) {
            // Nothing to learn: the shares of all languages stay.
            return Ok(Vec::new());
        }
        let judged = bag_of_words(&train, &test)
            .map_err(|error| EvaluateError::Baseline(format!("{}: {error}", language.code())))?;
        Ok(places.into_iter().zip(judged).collect())
    });
    let judged: Vec<Vec<(usize, Item)>> = judged.collect::<Result<_, EvaluateError>>()?;
    let mut words = majority.clone();
    for (place, item) in judged.into_iter().flatten() {
        words[place] = item;
    }
    Ok(vec![
        Baseline { name: "always the commonest stance", items: majority },
        Baseline { name: "TF-IDF + logistic regression", items: words },
    ])
}

fn with(item: &Item, probabilities: Probabilities) -> Item {
    Item { probabilities, label: Label::from(probabilities.best().0), ..item.clone() }
}

fn bag_of_words(train: &[(&LabelRow, Stance)], test: &[&Item]) -> Result<Vec<Item>, linfa_logistic::error::Error> {
    let words = TfIdf::fit(train.iter().map(|(row, _)| *row));
    let stances: Array1<usize> = train.iter().map(|(_, stance)| *stance as usize).collect();
    let data = Dataset::new(words.transform(train.iter().map(|(row, _)| *row)), stances);
    let model = MultiLogisticRegression::<f32>::default().alpha(1.0).max_iterations(200).check()?;
    let model = model.fit(&data)?;
    let predicted = model.predict_probabilities(&words.transform(test.iter().map(|item| &item.gold)));
    let item = |(item, row): (&&Item, ndarray::ArrayView1<f32>)| {
        let mut p = [0.0; 3];
        for (&class, &value) in model.classes().iter().zip(row) {
            p[class] = f64::from(value);
        }
        with(item, p.into())
    };
    Ok(test.iter().zip(predicted.rows()).map(item).collect())
}

/// Word weights tf · (ln((1 + n) / (1 + df)) + 1), rows of unit length (Manning et al. 2008, §6.2).
///
/// linfa-preprocessing has one too, but takes the document frequencies of the rows it transforms, so that a test row's
/// weights would depend on the other test rows, and orders its columns at random.
struct TfIdf {
    /// Word to column and weight, sorted for the same sums on every run.
    words: BTreeMap<String, (usize, f64)>,
}

impl TfIdf {
    fn fit<'a>(rows: impl Iterator<Item = &'a LabelRow>) -> Self {
        let mut frequencies: BTreeMap<String, usize> = BTreeMap::new();
        let mut n = 0;
        for row in rows {
            n += 1;
            for word in terms(row).into_iter().collect::<BTreeSet<_>>() {
                *frequencies.entry(word).or_default() += 1;
            }
        }
        let mut commonest: Vec<(String, usize)> = frequencies.into_iter().filter(|(_, df)| *df > 1).collect();
        commonest.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        commonest.truncate(VOCABULARY);
        let weight = |df: usize| ((1.0 + f64::from(n)) / (1.0 + df as f64)).ln() + 1.0;
        let words = commonest.into_iter().enumerate().map(|(column, (word, df))| (word, (column, weight(df))));
        Self { words: words.collect() }
    }

    fn transform<'a>(&self, rows: impl ExactSizeIterator<Item = &'a LabelRow>) -> Array2<f32> {
        let mut matrix: Array2<f32> = Array2::zeros((rows.len(), self.words.len()));
        for (row, mut out) in rows.zip(matrix.rows_mut()) {
            for (column, weight) in terms(row).iter().filter_map(|word| self.words.get(word)) {
                out[*column] += *weight as f32;
            }
            let length = out.dot(&out).sqrt();
            if length > 0.0 {
                out /= length;
            }
        }
        matrix
    }
}

/// Lower-case words, and the target as a word of its own kind.
fn terms(row: &LabelRow) -> Vec<String> {
    let words = row.text.unicode_words().map(str::to_lowercase);
    words.chain([format!("target={}", row.target)]).collect()
}
