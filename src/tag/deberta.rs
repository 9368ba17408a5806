//! DeBERTa-v2 and v3 classifiers.
//!
//! rust-bert 0.23 has this family too, but its relative positions are not Transformers': the position scores are
//! divided by d·s instead of √(d·s), content-to-position indices are not shifted by the span, and the logarithmic
//! buckets divide whole numbers. Hence this module, after He et al. 2021 (arXiv 2006.03654, 2111.09543) and the
//! reference implementation in Transformers.

use serde::Deserialize;
use tch::nn::{self, ConvConfig, LayerNormConfig, Module, Path};
use tch::{Device, Kind, Tensor};

/// The fields of config.json that matter here, with Transformers' defaults.
#[derive(Deserialize)]
pub struct Config {
    vocab_size: i64,
    hidden_size: i64,
    num_hidden_layers: i64,
    num_attention_heads: i64,
    intermediate_size: i64,
    max_position_embeddings: i64,
    hidden_dropout_prob: f64,
    #[serde(default)]
    type_vocab_size: i64,
    embedding_size: Option<i64>,
    layer_norm_eps: Option<f64>,
    relative_attention: Option<bool>,
    max_relative_positions: Option<i64>,
    position_buckets: Option<i64>,
    position_biased_input: Option<bool>,
    share_att_key: Option<bool>,
    norm_rel_ebd: Option<String>,
    #[serde(default)]
    pos_att_type: PositionTypes,
    conv_kernel_size: Option<i64>,
    conv_groups: Option<i64>,
    conv_act: Option<String>,
    pooler_hidden_size: Option<i64>,
}

/// Written as `"p2c|c2p"` or as a list.
#[derive(Deserialize)]
#[serde(untagged)]
enum PositionTypes {
    Joined(String),
    List(Vec<String>),
}

impl Default for PositionTypes {
    fn default() -> Self {
        Self::List(Vec::new())
    }
}

impl PositionTypes {
    fn has(&self, name: &str) -> bool {
        match self {
            Self::Joined(text) => text.split('|').any(|part| part.trim() == name),
            Self::List(list) => list.iter().any(|part| part == name),
        }
    }
}

/// A DeBERTa-v2/v3 encoder with pooler and classifier.
pub struct Deberta {
    words: nn::Embedding,
    positions: Option<nn::Embedding>,
    segments: Option<nn::Embedding>,
    projection: Option<nn::Linear>,
    norm: nn::LayerNorm,
    relative: Option<Relative>,
    layers: Vec<Layer>,
    convolution: Option<Convolution>,
    pooler: nn::Linear,
    classifier: nn::Linear,
    dropout: f64,
}

/// Relative position embeddings, shared by all layers.
struct Relative {
    table: nn::Embedding,
    norm: Option<nn::LayerNorm>,
    buckets: i64,
    max_position: i64,
    /// Positions farther apart than this share an embedding.
    span: i64,
}

struct Layer {
    query: nn::Linear,
    key: nn::Linear,
    value: nn::Linear,
    position_query: Option<nn::Linear>,
    position_key: Option<nn::Linear>,
    c2p: bool,
    p2c: bool,
    heads: i64,
    output: nn::Linear,
    output_norm: nn::LayerNorm,
    inner: nn::Linear,
    outer: nn::Linear,
    outer_norm: nn::LayerNorm,
}

struct Convolution {
    conv: nn::Conv1D,
    norm: nn::LayerNorm,
    tanh: bool,
}

fn linear(path: Path, from: i64, to: i64) -> nn::Linear {
    nn::linear(path, from, to, nn::LinearConfig::default())
}

fn layer_norm(path: Path, size: i64, eps: f64) -> nn::LayerNorm {
    nn::layer_norm(path, vec![size], LayerNormConfig { eps, ..Default::default() })
}

impl Deberta {
    /// Creates the variables under `root`, named as in Hugging Face checkpoints.
    pub fn new(root: &Path, config: &Config, labels: i64) -> Self {
        let c = config;
        let (hidden, eps) = (c.hidden_size, c.layer_norm_eps.unwrap_or(1e-7));
        let width = c.embedding_size.unwrap_or(hidden);
        let embed = |name: &str, rows: i64, size: i64| {
            nn::embedding(&(root / "deberta" / "embeddings" / name), rows, size, Default::default())
        };
        let encoder = root / "deberta" / "encoder";
        let max_position = c.max_relative_positions.filter(|n| *n > 0).unwrap_or(c.max_position_embeddings);
        let buckets = c.position_buckets.unwrap_or(-1);
        let relative = c.relative_attention.unwrap_or(false).then(|| {
            let span = if buckets > 0 { buckets } else { max_position };
            Relative {
                table: nn::embedding(&encoder / "rel_embeddings", 2 * span, hidden, Default::default()),
                norm: c
                    .norm_rel_ebd
                    .as_ref()
                    .is_some_and(|kind| kind.contains("layer_norm"))
                    .then(|| layer_norm(&encoder / "LayerNorm", hidden, eps)),
                buckets,
                max_position,
                span,
            }
        });
        let pooled = c.pooler_hidden_size.unwrap_or(hidden);
        Self {
            words: embed("word_embeddings", c.vocab_size, width),
            positions: c
                .position_biased_input
                .unwrap_or(true)
                .then(|| embed("position_embeddings", c.max_position_embeddings, width)),
            segments: (c.type_vocab_size > 0).then(|| embed("token_type_embeddings", c.type_vocab_size, width)),
            projection: (width != hidden).then(|| {
                let bias = nn::LinearConfig { bias: false, ..Default::default() };
                nn::linear(root / "deberta" / "embeddings" / "embed_proj", width, hidden, bias)
            }),
            norm: layer_norm(root / "deberta" / "embeddings" / "LayerNorm", hidden, eps),
            relative,
            layers: (0..c.num_hidden_layers).map(|i| Layer::new(&(&encoder / "layer" / i), c)).collect(),
            convolution: c.conv_kernel_size.filter(|size| *size > 0).map(|size| {
                let config =
                    ConvConfig { padding: (size - 1) / 2, groups: c.conv_groups.unwrap_or(1), ..Default::default() };
                Convolution {
                    conv: nn::conv1d(&encoder / "conv" / "conv", hidden, hidden, size, config),
                    norm: layer_norm(&encoder / "conv" / "LayerNorm", hidden, eps),
                    tanh: c.conv_act.as_ref().is_none_or(|act| act == "tanh"),
                }
            }),
            pooler: linear(root / "pooler" / "dense", pooled, pooled),
            classifier: linear(root / "classifier", pooled, labels),
            dropout: c.hidden_dropout_prob,
        }
    }

    /// Logits, shape (batch, labels), of token ids, attention mask and segments, each of shape (batch, length).
    pub fn forward(&self, ids: &Tensor, mask: &Tensor, segments: &Tensor, train: bool) -> Tensor {
        let length = ids.size()[1];
        let mut hidden = self.words.forward(ids);
        if let Some(positions) = &self.positions {
            hidden += positions.forward(&Tensor::arange(length, (Kind::Int64, ids.device())).unsqueeze(0));
        }
        if let Some(table) = &self.segments {
            hidden += table.forward(segments);
        }
        if let Some(projection) = &self.projection {
            hidden = projection.forward(&hidden);
        }
        let keep = mask.unsqueeze(-1).to_kind(hidden.kind());
        hidden = (self.norm.forward(&hidden) * &keep).dropout(self.dropout, train);
        let visible = (mask.unsqueeze(1) * mask.unsqueeze(2)).unsqueeze(1).to_kind(Kind::Bool);
        let relative = self.relative.as_ref().map(|r| (r, r.embeddings(), r.distances(length, ids.device())));
        for (i, layer) in self.layers.iter().enumerate() {
            let output = layer.forward(&hidden, &visible, relative.as_ref(), self.dropout, train);
            hidden = match &self.convolution {
                Some(convolution) if i == 0 => convolution.forward(&hidden, &output, &keep, self.dropout, train),
                _ => output,
            };
        }
        let pooled = self.pooler.forward(&hidden.select(1, 0)).gelu("none");
        self.classifier.forward(&pooled.dropout(self.dropout, train))
    }
}

impl Relative {
    fn embeddings(&self) -> Tensor {
        match &self.norm {
            Some(norm) => norm.forward(&self.table.ws),
            None => self.table.ws.shallow_clone(),
        }
    }

    /// Signed distances between query and key positions, bucketed; shape (length, length).
    fn distances(&self, length: i64, device: Device) -> Tensor {
        let ids = Tensor::arange(length, (Kind::Int64, device));
        let distance = ids.unsqueeze(1) - ids.unsqueeze(0);
        if self.buckets <= 0 {
            return distance;
        }
        // Near positions apart one by one, far ones on a logarithmic scale.
        let mid = self.buckets / 2;
        let size = distance.abs();
        let scale = ((self.max_position - 1) as f64 / mid as f64).ln();
        let far = ((size.to_kind(Kind::Float) / mid as f64).clamp_min(1.0).log() / scale * (mid - 1) as f64).ceil()
            + mid as f64;
        let bucketed = (far * distance.sign()).to_kind(Kind::Int64);
        distance.where_self(&size.less_equal(mid), &bucketed)
    }
}

impl Layer {
    fn new(path: &Path, c: &Config) -> Self {
        let (hidden, eps) = (c.hidden_size, c.layer_norm_eps.unwrap_or(1e-7));
        let attention = path / "attention" / "self";
        let relative = c.relative_attention.unwrap_or(false);
        let (c2p, p2c) = (relative && c.pos_att_type.has("c2p"), relative && c.pos_att_type.has("p2c"));
        let own = !c.share_att_key.unwrap_or(false);
        Self {
            query: linear(&attention / "query_proj", hidden, hidden),
            key: linear(&attention / "key_proj", hidden, hidden),
            value: linear(&attention / "value_proj", hidden, hidden),
            position_key: (c2p && own).then(|| linear(&attention / "pos_key_proj", hidden, hidden)),
            position_query: (p2c && own).then(|| linear(&attention / "pos_query_proj", hidden, hidden)),
            c2p,
            p2c,
            heads: c.num_attention_heads,
            output: linear(path / "attention" / "output" / "dense", hidden, hidden),
            output_norm: layer_norm(path / "attention" / "output" / "LayerNorm", hidden, eps),
            inner: linear(path / "intermediate" / "dense", hidden, c.intermediate_size),
            outer: linear(path / "output" / "dense", c.intermediate_size, hidden),
            outer_norm: layer_norm(path / "output" / "LayerNorm", hidden, eps),
        }
    }

    /// (…, length, hidden) to (…, heads, length, hidden / heads).
    fn split(&self, x: &Tensor) -> Tensor {
        let size = x.size();
        x.view([size[0], size[1], self.heads, -1]).permute([0, 2, 1, 3])
    }

    fn forward(
        &self,
        hidden: &Tensor,
        visible: &Tensor,
        relative: Option<&(&Relative, Tensor, Tensor)>,
        dropout: f64,
        train: bool,
    ) -> Tensor {
        let query = self.split(&self.query.forward(hidden));
        let key = self.split(&self.key.forward(hidden));
        let value = self.split(&self.value.forward(hidden));
        let terms = 1 + i64::from(self.c2p) + i64::from(self.p2c);
        let scale = ((query.size()[3] * terms) as f64).sqrt();
        let mut scores = query.matmul(&key.transpose(-1, -2));
        if let Some((table, embeddings, distances)) = relative {
            let embeddings = embeddings.dropout(dropout, train).unsqueeze(0);
            let mut shape = scores.size();
            if self.c2p {
                let keys = self.split(&self.position_key.as_ref().unwrap_or(&self.key).forward(&embeddings));
                let index = (distances + table.span).clamp(0, 2 * table.span - 1).expand(&shape, true);
                scores += query.matmul(&keys.transpose(-1, -2)).gather(-1, &index, false);
            }
            if self.p2c {
                let queries = self.split(&self.position_query.as_ref().unwrap_or(&self.query).forward(&embeddings));
                shape.swap(2, 3);
                let index = (-distances + table.span).clamp(0, 2 * table.span - 1).expand(&shape, true);
                scores += key.matmul(&queries.transpose(-1, -2)).gather(-1, &index, false).transpose(-1, -2);
            }
        }
        let hidden_from = visible.logical_not();
        let weights = (scores / scale)
            // The least that bf16 holds, too.
            .masked_fill(&hidden_from, f64::from(half::bf16::MIN))
            .softmax(-1, None)
            .masked_fill(&hidden_from, 0.0);
        let context = weights.dropout(dropout, train).matmul(&value).permute([0, 2, 1, 3]).contiguous().view_as(hidden);
        let attended = self.output_norm.forward(&(self.output.forward(&context).dropout(dropout, train) + hidden));
        let inner = self.inner.forward(&attended).gelu("none");
        self.outer_norm.forward(&(self.outer.forward(&inner).dropout(dropout, train) + attended))
    }
}

impl Convolution {
    fn forward(&self, hidden: &Tensor, residual: &Tensor, keep: &Tensor, dropout: f64, train: bool) -> Tensor {
        let out = self.conv.forward(&hidden.permute([0, 2, 1]).contiguous()).permute([0, 2, 1]);
        let out = (out * keep).dropout(dropout, train);
        let out = if self.tanh { out.tanh() } else { out.gelu("none") };
        self.norm.forward(&(residual + out)) * keep
    }
}
