//! AdamW with a learning rate per layer.
//!
//! tch's own optimizer sets rates per parameter group, but a group is fixed when a variable is created, which here
//! happens inside rust-bert.

use tch::nn::VarStore;
use tch::{Kind, Tensor};

const BETA: (f64, f64) = (0.9, 0.999);
const EPSILON: f64 = 1e-8;
const DECAY: f64 = 0.01;
/// Gradients are scaled down to this norm (Pascanu et al. 2013).
const CLIP: f64 = 1.0;

struct Slot {
    variable: Tensor,
    mean: Tensor,
    square: Tensor,
    rate: f64,
    decay: f64,
}

/// Decoupled weight decay (Loshchilov & Hutter 2019) and discriminative rates (Howard & Ruder 2018).
pub struct AdamW {
    slots: Vec<Slot>,
    steps: i32,
}

impl AdamW {
    /// `layer_decay` is the rate of each layer relative to the one above it; the head and the top layer have 1.
    pub fn new(variables: &VarStore, layer_decay: f64) -> Self {
        let mut named: Vec<(String, Tensor)> = variables.variables().into_iter().collect();
        named.sort_by(|a, b| a.0.cmp(&b.0));
        let layers = 1 + named.iter().filter_map(|(name, _)| layer(name)).max().unwrap_or(0);
        let slot = |(name, variable): (String, Tensor)| {
            let above = match layer(&name) {
                Some(layer) => layers - 1 - layer,
                None if name.contains("embeddings") => layers,
                None => 0,
            };
            let (mean, square) = (variable.zeros_like(), variable.zeros_like());
            // Biases and normalisation are not decayed.
            let decay = if variable.dim() > 1 { DECAY } else { 0.0 };
            Slot { mean, square, rate: layer_decay.powi(above as i32), decay, variable }
        };
        Self { slots: named.into_iter().map(slot).collect(), steps: 0 }
    }

    /// One step along the gradients, which are cleared.
    pub fn step(&mut self, rate: f64) {
        self.steps += 1;
        let bias = (1.0 - BETA.0.powi(self.steps), 1.0 - BETA.1.powi(self.steps));
        tch::no_grad(|| {
            let norm = self
                .slots
                .iter()
                .map(|slot| slot.gradient().map_or(0.0, |g| g.norm().double_value(&[]).powi(2)))
                .sum::<f64>();
            let scale = (CLIP / (norm.sqrt() + 1e-6)).min(1.0);
            for slot in &mut self.slots {
                let Some(mut gradient) = slot.gradient() else { continue };
                let _ = gradient.g_mul_scalar_(scale);
                let rate = rate * slot.rate;
                let _ = slot.mean.lerp_(&gradient, 1.0 - BETA.0);
                let _ = slot.square.g_mul_scalar_(BETA.1).addcmul_(&gradient, &(&gradient * (1.0 - BETA.1)));
                let spread = (&slot.square / bias.1).sqrt() + EPSILON;
                let _ = slot.variable.g_mul_scalar_(1.0 - rate * slot.decay);
                let _ = slot.variable.g_sub_(&(&slot.mean / spread * (rate / bias.0)));
                slot.variable.zero_grad();
            }
        });
    }
}

impl Slot {
    fn gradient(&self) -> Option<Tensor> {
        Some(self.variable.grad()).filter(Tensor::defined).map(|gradient| gradient.to_kind(Kind::Float))
    }
}

/// The encoder layer that a variable belongs to, from 0 at the bottom.
fn layer(name: &str) -> Option<usize> {
    name.split("encoder.layer.").nth(1)?.split('.').next()?.parse().ok()
}
