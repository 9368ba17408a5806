//! Percentile intervals from resampled articles (Efron & Tibshirani 1993, ch. 13; clustered: Davison & Hinkley 1997, §3.8).

use std::ops::AddAssign;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// A figure with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The figure.
    pub value: f64,
    /// From 2.5 to 97.5 %; none where there are too few articles to tell.
    pub interval: Option<(f64, f64)>,
}

/// How to resample. The same seed gives the same interval on any number of threads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bootstrap {
    /// How many times.
    pub resamples: u64,
    /// Seed of the generator.
    pub seed: u64,
}

impl Default for Bootstrap {
    fn default() -> Self {
        Self { resamples: 2000, seed: 20_220_224 }
    }
}

/// Fewest articles that an interval is given for: with fewer, resampling shows little but itself.
pub const FEWEST_ARTICLES: usize = 5;

impl Bootstrap {
    /// Statistics of the sum of `articles`' counters, each with its interval.
    ///
    /// Resamples in which a statistic is undefined are left out of its interval, which is withheld when they are more
    /// than one in twenty.
    pub fn estimate<T, const K: usize>(
        self,
        articles: &[T],
        statistics: impl Fn(&T) -> [Option<f64>; K] + Sync,
    ) -> [Option<Estimate>; K]
    where
        T: Default + Sync + for<'a> AddAssign<&'a T>,
    {
        let values = statistics(&sum(articles.iter()));
        let resampled: Vec<[Option<f64>; K]> = if articles.len() < FEWEST_ARTICLES {
            Vec::new()
        } else {
            (0..self.resamples).into_par_iter().map(|i| statistics(&self.resample(articles, i))).collect()
        };
        std::array::from_fn(|k| {
            let defined: Vec<f64> = resampled.iter().filter_map(|row| row[k]).collect();
            let enough = !defined.is_empty() && defined.len() * 20 >= resampled.len() * 19;
            values[k].map(|value| Estimate { value, interval: enough.then(|| percentiles(defined)) })
        })
    }

    fn resample<T>(self, articles: &[T], number: u64) -> T
    where
        T: Default + for<'a> AddAssign<&'a T>,
    {
        let mut rng = self.stream(number);
        sum((0..articles.len()).map(|_| &articles[rng.random_range(0..articles.len())]))
    }

    /// An independent generator per resample, so that threads share nothing.
    pub(super) fn stream(self, number: u64) -> ChaCha8Rng {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        rng.set_stream(number);
        rng
    }
}

/// Adds counters up.
pub(super) fn sum<'a, T: Default + AddAssign<&'a T> + 'a>(counters: impl Iterator<Item = &'a T>) -> T {
    counters.fold(T::default(), |mut total, counter| {
        total += counter;
        total
    })
}

/// The 2.5 and 97.5 % points, by linear interpolation (Hyndman & Fan 1996, type 7).
pub(super) fn percentiles(mut values: Vec<f64>) -> (f64, f64) {
    values.sort_by(f64::total_cmp);
    let at = |q: f64| {
        let position = q * (values.len() - 1) as f64;
        let below = values[position.floor() as usize];
        below + position.fract() * (values[position.ceil() as usize] - below)
    };
    (at(0.025), at(0.975))
}
