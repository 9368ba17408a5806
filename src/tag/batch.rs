//! Cuts an article's inputs into batches with little padding.

use std::ops::Range;

/// Cuts inputs, whose lengths are given in ascending order, into consecutive batches of at most `budget` padded
/// tokens, so that the padded total plus a fixed cost per batch is least.
///
/// Dynamic programming over the sorted lengths: greedy batches waste about a quarter on padding inside an article.
pub fn cuts(lengths: &[usize], budget: usize) -> Vec<Range<usize>> {
    /// Cost of starting a batch, in padded tokens.
    const OVERHEAD: usize = 32;
    let n = lengths.len();
    let mut best = vec![(0usize, 0usize); n + 1];
    for end in 1..=n {
        let longest = lengths[end - 1].max(1);
        let first = (end - 1).min(end.saturating_sub(budget / longest));
        best[end] = (first..end)
            .map(|start| (best[start].0 + (end - start) * longest + OVERHEAD, start))
            .min()
            .unwrap_or((usize::MAX, end - 1));
    }
    let mut batches = Vec::new();
    let mut end = n;
    while end > 0 {
        let start = best[end].1;
        batches.push(start..end);
        end = start;
    }
    batches.reverse();
    batches
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::cuts;

    proptest! {
        #[test]
        fn batches_partition_the_inputs_within_the_budget(mut lengths in prop::collection::vec(1usize..200, 0..60), budget in 200usize..2000) {
            lengths.sort_unstable();
            let batches = cuts(&lengths, budget);
            let covered: Vec<usize> = batches.iter().cloned().flatten().collect();
            prop_assert_eq!(covered, (0..lengths.len()).collect::<Vec<_>>());
            for batch in batches {
                prop_assert!(batch.len() * lengths[batch.end - 1] <= budget);
            }
        }
    }

    #[test]
    fn an_input_over_the_budget_stands_alone() {
        assert_eq!(cuts(&[5, 900], 100), [0..1, 1..2]);
    }
}
