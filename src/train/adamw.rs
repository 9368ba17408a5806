//! AdamW with a learning rate per layer.
//!
//! tch's own optimizer sets rates per parameter group, but a group is fixed when a variable is created, which here
//! happens inside rust-bert.

use std::collections::BTreeMap;

use tch::nn::VarStore;
use tch::{Kind, Tensor};

const BETA: (f64, f64) = (0.9, 0.999);
const EPSILON: f64 = 1e-8;
const DECAY: f64 = 0.01;
/// Gradients are scaled down to this norm (Pascanu et al. 2013).
const CLIP: f64 = 1.0;

/// What the optimizer knows of one variable. Everything but `variable` is f32.
struct Slot {
    /// The network's own, possibly in bf16.
    variable: Tensor,
    /// The variable at full precision (Micikevicius et al. 2018): bf16 alone would lose small steps.
    master: Tensor,
    mean: Tensor,
    square: Tensor,
    rate: f64,
    decay: f64,
    /// Whether only rows with a gradient move.
    sparse: bool,
}

/// Decoupled weight decay (Loshchilov & Hutter 2019) and discriminative rates (Howard & Ruder 2018). Of the word
/// embeddings, only the rows that a batch touches move (as SparseAdam does): half of a small network are words.
pub struct AdamW {
    slots: BTreeMap<String, Slot>,
    steps: i32,
}

/// Tensors by name.
pub type Tensors = BTreeMap<String, Tensor>;

impl AdamW {
    /// `layer_decay` is the rate of each layer relative to the one above it; the head and the top layer have 1.
    /// The variables must still be f32; with `bf16` they are brought to it here, after the masters are taken.
    pub fn new(variables: &mut VarStore, layer_decay: f64, bf16: bool) -> Self {
        let masters: Tensors =
            variables.variables().into_iter().map(|(name, variable)| (name, variable.detach().copy())).collect();
        if bf16 {
            variables.bfloat16();
        }
        let mut named = variables.variables();
        let layers = 1 + masters.keys().filter_map(|name| layer(name)).max().unwrap_or(0);
        let slot = |(name, master): (String, Tensor)| {
            let above = match layer(&name) {
                Some(layer) => layers - 1 - layer,
                None if name.contains("embeddings") => layers,
                None => 0,
            };
            // Biases and normalisation are not decayed.
            let decay = if master.dim() > 1 { DECAY } else { 0.0 };
            let (mean, square) = (master.zeros_like(), master.zeros_like());
            let variable = named.remove(&name)?;
            let (sparse, rate) = (name.ends_with("word_embeddings.weight"), layer_decay.powi(above as i32));
            Some((name, Slot { variable, master, mean, square, rate, decay, sparse }))
        };
        Self { slots: masters.into_iter().filter_map(slot).collect(), steps: 0 }
    }

    /// One step along the gradients, which are cleared.
    pub fn step(&mut self, rate: f64) {
        self.steps += 1;
        let bias = (1.0 - BETA.0.powi(self.steps), 1.0 - BETA.1.powi(self.steps));
        tch::no_grad(|| {
            let mut gradients: Vec<Option<Gradient>> = self.slots.values().map(Slot::gradient).collect();
            let norm = gradients.iter().flatten().map(|g| g.values.norm().double_value(&[]).powi(2)).sum::<f64>();
            let scale = (CLIP / (norm.sqrt() + 1e-6)).min(1.0);
            for (slot, gradient) in self.slots.values_mut().zip(&mut gradients) {
                let Some(gradient) = gradient else { continue };
                let _ = gradient.values.g_mul_scalar_(scale);
                slot.step(gradient, rate, bias);
            }
        });
    }

    /// The variables at full precision.
    pub fn masters(&self) -> Tensors {
        self.slots.iter().map(|(name, slot)| (name.clone(), slot.master.copy())).collect()
    }

    /// All that the next step depends on, besides the gradients: masters and moments, and the steps done.
    pub fn state(&self) -> (Tensors, i32) {
        let parts = |(name, slot): (&String, &Slot)| {
            [("master", &slot.master), ("mean", &slot.mean), ("square", &slot.square)]
                .map(|(part, tensor)| (format!("{part}.{name}"), tensor.shallow_clone()))
        };
        (self.slots.iter().flat_map(parts).collect(), self.steps)
    }

    /// Goes on from a state.
    pub fn restore(&mut self, state: &Tensors, steps: i32) {
        self.steps = steps;
        tch::no_grad(|| {
            for (name, slot) in &mut self.slots {
                for (part, tensor) in
                    [("master", &mut slot.master), ("mean", &mut slot.mean), ("square", &mut slot.square)]
                {
                    if let Some(saved) = state.get(&format!("{part}.{name}")) {
                        tensor.copy_(saved);
                    }
                }
                slot.variable.copy_(&slot.master);
            }
        });
    }
}

/// Of a sparse slot, only the rows that are not zero.
struct Gradient {
    rows: Option<Tensor>,
    values: Tensor,
}

impl Slot {
    fn step(&mut self, gradient: &Gradient, rate: f64, bias: (f64, f64)) {
        let (rate, values) = (rate * self.rate, &gradient.values);
        if let Some(rows) = &gradient.rows {
            let pick = |tensor: &Tensor| tensor.index_select(0, rows);
            let (mut master, mut mean, mut square) = (pick(&self.master), pick(&self.mean), pick(&self.square));
            update([&mut master, &mut mean, &mut square], values, (rate, self.decay), bias);
            for (whole, part) in [(&mut self.master, &master), (&mut self.mean, &mean), (&mut self.square, &square)] {
                let _ = whole.index_copy_(0, rows, part);
            }
            let _ = self.variable.index_copy_(0, rows, &master.to_kind(self.variable.kind()));
        } else {
            update([&mut self.master, &mut self.mean, &mut self.square], values, (rate, self.decay), bias);
            self.variable.copy_(&self.master);
        }
        self.variable.zero_grad();
    }

    fn gradient(&self) -> Option<Gradient> {
        let whole = Some(self.variable.grad()).filter(Tensor::defined)?;
        let rows = self.sparse.then(|| whole.any_dim(1, false).nonzero().squeeze_dim(1));
        let values = rows.as_ref().map_or_else(|| whole.shallow_clone(), |rows| whole.index_select(0, rows));
        Some(Gradient { rows, values: values.to_kind(Kind::Float) })
    }
}

/// Moves weights and moments along a gradient.
fn update([master, mean, square]: [&mut Tensor; 3], gradient: &Tensor, (rate, decay): (f64, f64), bias: (f64, f64)) {
    let _ = mean.lerp_(gradient, 1.0 - BETA.0);
    let _ = square.lerp_(&gradient.square(), 1.0 - BETA.1);
    let mut step = square.sqrt();
    let _ = step.g_div_scalar_(bias.1.sqrt()).g_add_scalar_(EPSILON).reciprocal_().g_mul_(mean);
    let _ = master.g_mul_scalar_(1.0 - rate * decay).g_sub_(&step.g_mul_scalar_(rate / bias.0));
}

/// The encoder layer that a variable belongs to, from 0 at the bottom.
fn layer(name: &str) -> Option<usize> {
    name.split("encoder.layer.").nth(1)?.split('.').next()?.parse().ok()
}
