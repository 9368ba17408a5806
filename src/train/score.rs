//! The network's answers to coded rows, as `evaluate` scores them.

use tch::Kind;

use super::TrainError;
use super::data::Row;
use crate::evaluate::{Confusion, Item};
use crate::schema::Stance;
use crate::tag::{Bundle, Encoded, Inputs, Network, softmax};

/// Runs the network over rows, in order; probabilities at the bundle's temperatures.
pub fn predict(network: &Network, rows: &[Row], padding: u32, bundle: &Bundle) -> Result<Vec<Item>, TrainError> {
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by_key(|i| rows[*i].encoded.ids.len());
    let mut items: Vec<Option<Item>> = rows.iter().map(|_| None).collect();
    for chunk in order.chunks(32) {
        let inputs: Vec<&Encoded> = chunk.iter().map(|i| &rows[*i].encoded).collect();
        let logits = tch::no_grad(|| network.forward(&Inputs::new(&inputs, padding), false))?;
        let flat = Vec::<f64>::try_from(logits.f_to_kind(Kind::Double)?.f_contiguous()?.f_view([-1])?)?;
        for (i, values) in chunk.iter().zip(flat.chunks_exact(3)) {
            let gold = rows[*i].example.row.clone();
            let logits = Stance::ALL.map(|stance| values[bundle.position(stance.name())]);
            let probabilities = softmax(logits, bundle.temperature.of(gold.language)).into();
            let label = bundle.threshold.decide(probabilities, &gold.target, gold.language);
            items[*i] = Some(Item { stance: rows[*i].example.gold, gold, probabilities, label });
        }
    }
    Ok(items.into_iter().flatten().collect())
}

/// Macro-F1 of the most probable stances; 0 where it is not defined.
pub fn macro_f1(items: &[Item]) -> f64 {
    let mut confusion = Confusion::default();
    items.iter().for_each(|item| confusion.count(item.stance.into(), item.forced().into()));
    confusion.macro_f1().unwrap_or(0.0)
}
