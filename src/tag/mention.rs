//! BERT with a head that reads the sentence and the mention, where the usual one reads the first token only.
//!
//! The mean of the hidden states of segment 0 stands beside the state of the token that opens the mention (entity
//! start, Baldini Soares et al. 2019, arXiv 1906.03158); a layer with tanh and a linear one follow. Encoders trained as
//! sentence embedders have learned to put meaning into the mean and little into the first token.

use rust_bert::RustBertError;
use rust_bert::bert::{BertConfig, BertEmbeddings, BertModel};
use tch::nn::{self, Module, Path};
use tch::{Kind, Tensor};

use super::Inputs;

/// `bert.*`, `head.dense.*` and `head.out_proj.*`, by their names in the checkpoint.
pub struct MentionBert {
    bert: BertModel<BertEmbeddings>,
    dense: nn::Linear,
    out: nn::Linear,
    dropout: f64,
}

impl MentionBert {
    /// A network of random weights.
    pub fn new(root: &Path, config: &BertConfig, labels: i64) -> Self {
        let width = 2 * config.hidden_size;
        Self {
            bert: BertModel::new_with_optional_pooler(root / "bert", config, false),
            dense: nn::linear(root / "head" / "dense", width, width, Default::default()),
            out: nn::linear(root / "head" / "out_proj", width, labels, Default::default()),
            dropout: config.hidden_dropout_prob,
        }
    }

    /// Logits, shape (batch, labels).
    ///
    /// # Errors
    /// As rust-bert refuses the inputs' shapes.
    pub fn forward(&self, inputs: &Inputs, train: bool) -> Result<Tensor, RustBertError> {
        let Inputs { ids, mask, segments, focus } = inputs;
        let states =
            self.bert.forward_t(Some(ids), Some(mask), Some(segments), None, None, None, None, train)?.hidden_state;
        // Padding belongs to segment 0, too.
        let text = (mask * segments.eq(0)).unsqueeze(-1).to_kind(states.kind());
        // In f32: bf16 does not hold every number of tokens.
        let sum = |tensor: &Tensor| tensor.sum_dim_intlist(1, false, Kind::Float);
        let mean = (sum(&(&states * &text)) / sum(&text)).to_kind(states.kind());
        let width = states.size()[2];
        let mention = states.gather(1, &focus.view([-1, 1, 1]).expand([-1, 1, width], false), false).squeeze_dim(1);
        let read = Tensor::cat(&[mean, mention], -1);
        Ok(self.out.forward(&self.dense.forward(&read).tanh().dropout(self.dropout, train)))
    }
}
