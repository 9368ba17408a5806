//! Scores during training: macro-F1, temperatures, and whether the new model is worse than the old.

use std::collections::{BTreeMap, HashMap};

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tch::Kind;

use super::TrainError;
use super::data::Row;
use crate::schema::{Language, Probabilities, Stance};
use crate::tag::{Bundle, Encoded, Network, Temperatures, softmax};

/// One scored row.
#[derive(Clone, Debug)]
pub struct Scored {
    /// Its article, the unit of resampling.
    pub article: String,
    /// Its language.
    pub language: Language,
    /// What it is.
    pub gold: Stance,
    /// What the network says, by [`Stance::ALL`].
    pub logits: [f64; 3],
    /// The same as a distribution.
    pub probabilities: Probabilities,
}

impl Scored {
    /// Recomputes the distribution with a temperature.
    pub fn apply(&mut self, temperatures: &Temperatures) {
        self.probabilities = softmax(self.logits, temperatures.of(self.language)).into();
    }
}

/// Runs the network over rows, in order.
pub fn predict(network: &Network, rows: &[Row], padding: u32, bundle: &Bundle) -> Result<Vec<Scored>, TrainError> {
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by_key(|i| rows[*i].encoded.ids.len());
    let mut scored: Vec<Option<Scored>> = rows.iter().map(|_| None).collect();
    for chunk in order.chunks(32) {
        let inputs: Vec<&Encoded> = chunk.iter().map(|i| &rows[*i].encoded).collect();
        let (ids, mask, segments) = crate::tag::tensors(&inputs, padding);
        let logits = tch::no_grad(|| network.forward(&ids, &mask, &segments, false));
        let flat = Vec::<f64>::try_from(logits.f_to_kind(Kind::Double)?.f_contiguous()?.f_view([-1])?)?;
        for (i, values) in chunk.iter().zip(flat.chunks_exact(3)) {
            let logits = Stance::ALL.map(|stance| values[bundle.position(stance.name())]);
            scored[*i] = Some(Scored {
                article: rows[*i].article.clone(),
                language: rows[*i].language,
                gold: Stance::ALL[rows[*i].gold],
                logits,
                probabilities: softmax(logits, 1.0).into(),
            });
        }
    }
    Ok(scored.into_iter().flatten().collect())
}

/// F1 of each stance, by [`Stance::ALL`]; 0 where there is neither a row nor a prediction.
#[must_use]
pub fn per_class(rows: &[(Stance, Stance)]) -> [f64; 3] {
    Stance::ALL.map(|stance| {
        let hit = rows.iter().filter(|(gold, said)| *gold == stance && *said == stance).count() as f64;
        let wrong = rows.iter().filter(|(gold, said)| (*gold == stance) != (*said == stance)).count() as f64;
        if hit > 0.0 { 2.0 * hit / (2.0 * hit + wrong) } else { 0.0 }
    })
}

fn decisions<'a>(rows: impl IntoIterator<Item = &'a Scored>) -> Vec<(Stance, Stance)> {
    rows.into_iter().map(|row| (row.gold, row.probabilities.best().0)).collect()
}

/// F1 of each stance of scored rows.
#[must_use]
pub fn score(rows: &[Scored]) -> [f64; 3] {
    per_class(&decisions(rows))
}

/// Mean of the three F1s.
#[must_use]
pub fn macro_f1(rows: &[Scored]) -> f64 {
    score(rows).iter().sum::<f64>() / 3.0
}

/// One temperature per group of languages, by dev: the minimum of the log loss (Guo et al. 2017), golden section
/// search over 0.3..5. Groups with fewer than 100 rows take the overall temperature.
#[must_use]
pub fn temperatures(dev: &[Scored]) -> Temperatures {
    use Language::{Be, De, En, Fr, Nl, Pl, Ru, Uk};
    let groups: [&[Language]; 3] = [&[Nl], &[En, De, Fr], &[Ru, Uk, Pl, Be]];
    let fit = |rows: &[&Scored]| {
        let loss =
            |t: f64| rows.iter().map(|row| -softmax(row.logits, t)[row.gold as usize].max(1e-12).ln()).sum::<f64>();
        let (mut low, mut high) = (0.3, 5.0);
        let golden = (5f64.sqrt() - 1.0) / 2.0;
        while high - low > 1e-3 {
            let (a, b) = (high - golden * (high - low), low + golden * (high - low));
            if loss(a) < loss(b) { high = b } else { low = a }
        }
        (low + high) / 2.0
    };
    let round = |t: f64| (t * 1000.0).round() / 1000.0;
    let default = round(fit(&dev.iter().collect::<Vec<_>>()));
    let mut by_language = BTreeMap::new();
    for group in groups {
        let rows: Vec<&Scored> = dev.iter().filter(|row| group.contains(&row.language)).collect();
        if rows.len() >= 100 {
            let t = round(fit(&rows));
            by_language.extend(group.iter().map(|language| (*language, t)));
        }
    }
    Temperatures { default, by_language }
}

/// Approximate randomisation by article (Noreen 1989; Yeh 2000): the share of random swaps of the two models' answers,
/// article by article, whose macro-F1 difference is at least as large as the observed one.
#[must_use]
pub fn paired_test(old: &[Scored], new: &[Scored], rounds: usize, seed: u64) -> (f64, f64) {
    let f1 = |rows: &[(Stance, Stance)]| per_class(rows).iter().sum::<f64>() / 3.0;
    let (old_said, new_said) = (decisions(old), decisions(new));
    let observed = f1(&new_said) - f1(&old_said);
    let mut articles: HashMap<&str, usize> = HashMap::new();
    let article: Vec<usize> = old
        .iter()
        .map(|row| {
            let n = articles.len();
            *articles.entry(&row.article).or_insert(n)
        })
        .collect();
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut as_large = 0;
    for _ in 0..rounds {
        let swap: Vec<bool> = (0..articles.len()).map(|_| random.random()).collect();
        let mix = |swapped: bool| -> Vec<(Stance, Stance)> {
            (0..old_said.len()).map(|i| if swap[article[i]] == swapped { old_said[i] } else { new_said[i] }).collect()
        };
        as_large += usize::from((f1(&mix(false)) - f1(&mix(true))).abs() >= observed.abs() - 1e-12);
    }
    (observed, (as_large + 1) as f64 / (rounds + 1) as f64)
}
