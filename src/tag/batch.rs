//! Cuts an article's inputs into batches with little padding, and makes tensors of them.

use std::ops::Range;

use tch::Tensor;

use super::Encoded;

/// A batch as networks read it.
pub struct Inputs {
    /// Token ids, shape (rows, longest row).
    pub ids: Tensor,
    /// 1 for tokens, 0 for padding; shape (rows, longest row).
    pub mask: Tensor,
    /// 0 for the text and padding, 1 for what follows the text; shape (rows, longest row).
    pub segments: Tensor,
    /// Position of the token that opens the mention, shape (rows).
    pub focus: Tensor,
}

impl Inputs {
    /// Fills rows up with the padding id to the length of the longest.
    #[must_use]
    pub fn new(rows: &[&Encoded], padding: u32) -> Self {
        let longest = rows.iter().map(|row| row.ids.len()).max().unwrap_or(0);
        let fill = |values: &dyn Fn(&Encoded) -> Vec<i64>, filler: i64| {
            let mut flat = Vec::with_capacity(rows.len() * longest);
            for row in rows {
                flat.extend(values(row));
                flat.resize(flat.len() + longest - row.ids.len(), filler);
            }
            Tensor::from_slice(&flat).view([rows.len() as i64, longest as i64])
        };
        let widen = |values: &[u32]| values.iter().map(|v| i64::from(*v)).collect();
        Self {
            ids: fill(&|row| widen(&row.ids), i64::from(padding)),
            mask: fill(&|row| vec![1; row.ids.len()], 0),
            segments: fill(&|row| widen(&row.segments), 0),
            focus: Tensor::from_slice(&rows.iter().map(|row| row.focus as i64).collect::<Vec<i64>>()),
        }
    }
}

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
