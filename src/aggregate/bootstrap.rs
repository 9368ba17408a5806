//! Bootstrap intervals of means over independent units.

use ndarray::Array1;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// A 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// 2.5 % quantile.
    pub low: f64,
    /// 97.5 % quantile.
    pub high: f64,
}

/// Fewest units that an interval is given for: with fewer, resampling says next to nothing.
pub const FEWEST_UNITS: usize = 3;

/// Mean of `values`, one a unit, and its percentile bootstrap interval (Efron & Tibshirani 1993, ch. 13) over
/// `replicates` resamples of the units. The same seed gives the same bits on any number of threads. No mean without
/// values, no interval with fewer than three.
#[must_use]
pub fn mean_interval(values: &[f64], replicates: usize, seed: u64) -> (Option<f64>, Option<Interval>) {
    let values = Array1::from_vec(values.to_vec());
    let mean = values.mean();
    if values.len() < FEWEST_UNITS || replicates == 0 {
        return (mean, None);
    }
    let mut means: Vec<f64> = (0..replicates as u64)
        .into_par_iter()
        .map(|replicate| {
            let mut random = ChaCha8Rng::seed_from_u64(seed);
            random.set_stream(replicate);
            let sum: f64 = (0..values.len()).map(|_| values[random.random_range(0..values.len())]).sum();
            sum / values.len() as f64
        })
        .collect();
    means.sort_by(f64::total_cmp);
    let at = |q: f64| means[((means.len() - 1) as f64 * q).round() as usize];
    (mean, Some(Interval { low: at(0.025), high: at(0.975) }))
}

#[cfg(test)]
mod tests {
    use super::mean_interval;

    #[test]
    fn interval_holds_the_mean_and_repeats() {
        let values: Vec<f64> = (0..40).map(|i| f64::from(i % 3) - 1.0).collect();
        let (mean, interval) = mean_interval(&values, 500, 7);
        let (mean, interval_value) = (mean.unwrap(), interval.unwrap());
        assert!(interval_value.low < mean && mean < interval_value.high);
        assert_eq!(mean_interval(&values, 500, 7).1, interval);
        // The standard error is about 0.13: the interval must be neither a point nor the whole range.
        assert!((0.35..0.65).contains(&(interval_value.high - interval_value.low)), "{interval_value:?}");
    }

    #[test]
    fn too_few_units_have_no_interval() {
        assert_eq!(mean_interval(&[0.5, 1.0], 500, 7), (Some(0.75), None));
        assert_eq!(mean_interval(&[], 500, 7), (None, None));
    }
}
