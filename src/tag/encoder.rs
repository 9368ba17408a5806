//! Turns pairs into token ids; cuts text that is too long, never the words that bring the target in.

use std::borrow::Cow;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use tokenizers::utils::truncation::TruncationDirection;
use tokenizers::{Encoding, PostProcessor, Tokenizer};

use super::{Bundle, InputTemplate, Pair, TagError};

/// Token ids of one input, with the segment of each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoded {
    /// Token ids.
    pub ids: Vec<u32>,
    /// 0 for the text, 1 for what follows it.
    pub segments: Vec<u32>,
    /// Position of the token that opens the mention; 0, the first token, where none is marked.
    pub focus: usize,
    /// Whether the text had to be cut.
    pub cut: bool,
}

/// A tokenizer with a model's input template.
#[derive(Clone)]
pub struct Encoder {
    tokenizer: Tokenizer,
    template: InputTemplate,
    max_length: usize,
    /// Id of the token that opens the mention, where the template marks it.
    opening: Option<u32>,
    /// Tokens that steer the model: where an article spells one out, it is broken up.
    special: Vec<String>,
    /// Id that fills short inputs up.
    pub padding: u32,
}

/// Larger files are refused: they are no tokenizers, and reading them costs many times their size.
const MAX_TOKENIZER_BYTES: u64 = 128 << 20;

impl Encoder {
    /// Loads `tokenizer.json` from a model folder. The file's own padding and truncation are dropped.
    ///
    /// # Errors
    /// [`TagError::Model`] when the file is missing, malformed or hostile.
    pub fn load(folder: &Path, bundle: &Bundle) -> Result<Self, TagError> {
        let path = folder.join("tokenizer.json");
        let fail = |cause: String| TagError::model(&path, cause, "put the model's tokenizer.json there");
        let size = fs::metadata(&path).map_err(|error| fail(error.to_string()))?.len();
        if size > MAX_TOKENIZER_BYTES {
            return Err(fail(format!("{size} bytes is more than a tokenizer takes")));
        }
        let bytes = fs::read(&path).map_err(|error| fail(error.to_string()))?;
        let mut json: serde_json::Value = serde_json::from_slice(&bytes).map_err(|error| fail(error.to_string()))?;
        let Some(fields) = json.as_object_mut() else { return Err(fail("not a JSON object".into())) };
        for field in ["padding", "truncation"] {
            // A crafted fixed padding alone can ask for all memory there is.
            fields.insert(field.to_owned(), serde_json::Value::Null);
        }
        let parsed = catch_unwind(AssertUnwindSafe(|| serde_json::from_value::<Tokenizer>(json)))
            .map_err(|_| fail("the tokenizer library cannot read it".into()))?;
        let tokenizer = parsed.map_err(|error| fail(error.to_string()))?;
        for mark in bundle.input.mark.iter().filter(|mark| !mark.is_empty()) {
            if tokenizer.token_to_id(mark).is_none() {
                return Err(fail(format!("the marker {mark} of model.toml is not in its vocabulary")));
            }
        }
        let padding = ["[PAD]", "<pad>"].iter().find_map(|token| tokenizer.token_to_id(token)).unwrap_or(0);
        let opening = tokenizer.token_to_id(&bundle.input.mark[0]);
        let added = tokenizer.get_added_tokens_decoder().into_values().filter(|token| token.special);
        let marks = bundle.input.mark.iter().cloned();
        let mut special: Vec<String> = added.map(|token| token.content).chain(marks).collect();
        special.retain(|token| token.chars().nth(1).is_some());
        special.sort_unstable();
        special.dedup();
        Ok(Self { tokenizer, template: bundle.input.clone(), max_length: bundle.max_length, opening, special, padding })
    }

    /// Number of token ids, the added ones included.
    #[must_use]
    pub fn vocabulary(&self) -> usize {
        self.tokenizer.get_vocab_size(true)
    }

    /// Encodes a pair by the template, with `second` after the text instead of the target's name where given.
    ///
    /// # Errors
    /// [`TagError::Tokenise`].
    pub fn encode(&self, pair: &Pair, second: Option<&str>) -> Result<Encoded, TagError> {
        let fail = |cause: tokenizers::Error| TagError::Tokenise { text: pair.text.clone(), cause: cause.to_string() };
        let second = second.or(self.template.target.then_some(pair.target.as_str()));
        let second = second.map(|text| self.tokenizer.encode(text, false)).transpose().map_err(fail)?;
        let added = self.tokenizer.get_post_processor().map_or(0, |p| p.added_tokens(second.is_some()));
        let taken = added + second.as_ref().map_or(0, |s| s.len());
        let budget = self.max_length.saturating_sub(taken).max(1);
        let (text, focus, mut cut) = self.text(pair);
        let mut first = self.tokenizer.encode(text.as_str(), false).map_err(fail)?;
        if first.len() > budget {
            cut = true;
            let window = window(&first, focus, budget);
            first = self.tokenizer.encode(&text[window], false).map_err(fail)?;
            first.truncate(budget, 0, TruncationDirection::Right);
        }
        let whole = self.tokenizer.post_process(first, second, true).map_err(fail)?;
        let ids = whole.get_ids().to_vec();
        let focus = self.opening.and_then(|id| ids.iter().position(|found| *found == id)).unwrap_or(0);
        Ok(Encoded { segments: whole.get_type_ids().to_vec(), ids, focus, cut })
    }

    /// The first segment, the bytes in it that must stay, and whether it is cut already.
    fn text(&self, pair: &Pair) -> (String, (usize, usize), bool) {
        // No token is longer, so more text than this cannot fit; tokenising a huge line whole takes gigabytes.
        let reach = self.max_length * 24;
        let from = floor(&pair.text, pair.mention.start.saturating_sub(reach));
        let to = floor(&pair.text, pair.mention.end.saturating_add(reach).min(pair.text.len()));
        let before = self.harmless(&pair.text[from..pair.mention.start]);
        let mention = self.harmless(pair.mention.of(&pair.text));
        let after = self.harmless(&pair.text[pair.mention.end..to.max(pair.mention.end)]);
        let mut text = String::new();
        if self.template.previous && !pair.previous.is_empty() {
            let end = &pair.previous[floor(&pair.previous, pair.previous.len().saturating_sub(reach))..];
            text.push_str(&self.harmless(end));
            text.push(' ');
        }
        text.push_str(&before);
        let start = text.len();
        match &self.template.mark {
            [open, close] if !open.is_empty() && !mention.is_empty() => {
                text.push_str(&format!("{open} {mention} {close}"));
            }
            _ => text.push_str(&mention),
        }
        let end = text.len();
        text.push_str(&after);
        (text, (start, end), from > 0 || to < pair.text.len())
    }

    /// An article's words, with special tokens that it spells out ("[SEP]") broken by a space into ordinary text.
    fn harmless<'a>(&self, words: &'a str) -> Cow<'a, str> {
        let mut words = Cow::Borrowed(words);
        for token in &self.special {
            if words.contains(token.as_str()) {
                let second = token.ceil_char_boundary(1);
                words = words.replace(token, &format!("{} {}", &token[..second], &token[second..])).into();
            }
        }
        words
    }
}

/// Bytes of the text that hold about `budget` tokens around the focus.
fn window(tokens: &Encoding, focus: (usize, usize), budget: usize) -> std::ops::Range<usize> {
    let offsets = tokens.get_offsets();
    let first = offsets.partition_point(|(_, end)| *end <= focus.0);
    let last = offsets.partition_point(|(start, _)| *start < focus.1).max(first + 1).min(offsets.len());
    let spare = budget.saturating_sub(last - first);
    let room_after = offsets.len() - last;
    // Half of what is left goes before the focus, more where little follows it.
    let before = (spare / 2).max(spare.saturating_sub(room_after));
    let start = first.saturating_sub(before).min(offsets.len() - 1);
    let end = (start + budget).min(offsets.len());
    offsets[start].0..offsets[end - 1].1
}

/// The last character boundary at or before `at`.
fn floor(text: &str, at: usize) -> usize {
    text.floor_char_boundary(at)
}
