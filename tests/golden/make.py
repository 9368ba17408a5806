"""Makes the tiny random checkpoints of this folder and what Python Transformers computes for them.

    python make.py            # needs torch and transformers 4.46; rewrites the folders beside it
    python make.py --full OUT # the same with XLM-R base and mDeBERTa base sizes, into OUT (3 GB, not kept in git)

Each folder is a model folder of `standpunt`: config.json, tokenizer.json, model.safetensors, model.toml, and
golden.json with token ids, segments, attention masks and logits, padded (one batch) and not (one by one).
`bert-mention` has this project's own head, which Transformers lacks, over Transformers' encoder, and texts with marks.
"""

import hashlib
import json
import sys
from pathlib import Path

import safetensors.torch
import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
from transformers import (BertConfig, BertForSequenceClassification, BertModel, DebertaV2Config, DebertaV2ForSequenceClassification,
                          XLMRobertaConfig, XLMRobertaForSequenceClassification)
from transformers.modeling_outputs import SequenceClassifierOutput

full = len(sys.argv) > 1 and sys.argv[1] == "--full"
here = Path(sys.argv[2]) if full else Path(__file__).parent
TEXTS = [
    ("Minsk vertrouwt Moskou.", "Rusland"),
    ("The council met on Monday, and nobody spoke of the gas contract that both sides had signed in May.", "Russia"),
    ("Брюссель не признал выборы.", "Запад"),
    ("Nie ma dowodów, że Kreml wiedział.", "Rosja"),
]
MARKED = [
    ("Minsk vertrouwt [T] Moskou [/T].", "Rusland"),
    ("The council met on Monday, and nobody spoke of the [T] gas contract [/T] that both sides had signed in May.", "Russia"),
    ("[T] Брюссель [/T] не признал выборы.", "Запад"),
    ("Nie ma dowodów, że wiedział.", "Rosja"),
]
LABELS = ["against", "neutral", "favor"]
tiny = dict(hidden_size=24, num_hidden_layers=2, num_attention_heads=2, intermediate_size=40)
base = dict(hidden_size=768, num_hidden_layers=12, num_attention_heads=12, intermediate_size=3072)


MARKS = ["[T]", "[/T]"]


MENTION = """pooling = "mention"

[input]
mark = ["[T]", "[/T]"]
"""


class MentionBert(torch.nn.Module):
    """Mean of segment 0 beside the token that opens the mention, the first where none is marked."""

    def __init__(self, config):
        super().__init__()
        self.config = config
        self.opening = config.vocab_size - len(MARKS)  # the marks were added last
        self.bert = BertModel(config, add_pooling_layer=False)
        width = 2 * config.hidden_size
        self.head = torch.nn.ModuleDict(dict(dense=torch.nn.Linear(width, width), out_proj=torch.nn.Linear(width, 3)))

    def forward(self, input_ids, attention_mask, token_type_ids):
        states = self.bert(input_ids, attention_mask, token_type_ids).last_hidden_state
        focus = (input_ids == self.opening).int().argmax(1)
        rows = [torch.cat([s[m.bool() & (t == 0)].mean(0), s[f]]) for s, m, t, f in zip(states, attention_mask, token_type_ids, focus)]
        logits = self.head["out_proj"](torch.tanh(self.head["dense"](torch.stack(rows))))
        return SequenceClassifierOutput(logits=logits)

    def save_pretrained(self, folder):
        self.config.save_pretrained(folder)
        safetensors.torch.save_file(self.state_dict(), str(folder / "model.safetensors"))


def wordpiece(marks=()):
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True, strip_accents=False)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer.train_from_iterator([a + " " + b for a, b in TEXTS], trainers.WordPieceTrainer(vocab_size=160, special_tokens=special))
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    tokenizer.add_special_tokens(list(marks))
    return tokenizer, 0


def unigram(special, template):
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    trainer = trainers.UnigramTrainer(vocab_size=200, special_tokens=special, unk_token="<unk>" if "<unk>" in special else "[UNK]")
    tokenizer.train_from_iterator([a + " " + b for a, b in TEXTS], trainer)
    single, pair, named = template
    tokenizer.post_processor = processors.TemplateProcessing(
        single=single, pair=pair, special_tokens=[(t, tokenizer.token_to_id(t)) for t in named])
    return tokenizer, tokenizer.token_to_id("<pad>" if "<pad>" in special else "[PAD]")


def write(name, family, tokenizer, pad, config_class, model_class, **config):
    torch.manual_seed(7)
    folder = here / name
    folder.mkdir(parents=True, exist_ok=True)
    size = config.pop("vocab_size", None) or tokenizer.get_vocab_size()
    config = config_class(vocab_size=size, pad_token_id=pad, num_labels=3, id2label=dict(enumerate(LABELS)), **config)
    model = model_class(config).eval()
    with torch.no_grad():  # random weights as they are give logits near zero; wider ones test more
        for parameter in model.parameters():
            if not full:
                parameter.add_(0.15 * torch.randn_like(parameter))
    model.save_pretrained(folder)
    tokenizer.save(str(folder / "tokenizer.json"))
    texts = MARKED if model_class is MentionBert else TEXTS
    encoded = [tokenizer.encode(a, b) for a, b in texts]
    uses_segments = family != "roberta"

    def run(rows, length):
        fill = lambda values, filler: torch.tensor([v + [filler] * (length - len(v)) for v in values])
        extra = dict(token_type_ids=fill([r.type_ids for r in rows], 0)) if uses_segments else {}
        with torch.no_grad():
            return model(input_ids=fill([r.ids for r in rows], pad), attention_mask=fill([[1] * len(r.ids) for r in rows], 0), **extra).logits.tolist()

    golden = dict(
        texts=texts,
        ids=[r.ids for r in encoded],
        segments=[r.type_ids for r in encoded],
        padded=run(encoded, max(len(r.ids) for r in encoded)),
        single=[run([r], len(r.ids))[0] for r in encoded],
    )
    (folder / "golden.json").write_text(json.dumps(golden, ensure_ascii=False, indent=1) + "\n")
    digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    (folder / "model.toml").write_text(f"""id = "{name}"
kind = "pair"
labels = ["against", "neutral", "favor"]
max_length = 64
licence = "CC0-1.0"
{MENTION if model_class is MentionBert else ""}
[files]
"model.safetensors" = "{digest}"
""")


roberta = unigram(["<s>", "<pad>", "</s>", "<unk>", "<mask>"], ("<s> $A </s>", "<s> $A </s> </s> $B </s>", ["<s>", "</s>"]))
deberta = unigram(["[PAD]", "[CLS]", "[SEP]", "[UNK]", "[MASK]"],
                  ("[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1", ["[CLS]", "[SEP]"]))
v3 = dict(relative_attention=True, position_buckets=256 if full else 8, max_relative_positions=-1, pos_att_type=["p2c", "c2p"], norm_rel_ebd="layer_norm",
          share_att_key=True, position_biased_input=False, type_vocab_size=0, pooler_dropout=0, pooler_hidden_act="gelu")
if full:
    write("xlm-roberta-base", "roberta", *roberta, XLMRobertaConfig, XLMRobertaForSequenceClassification, vocab_size=250_002,
          max_position_embeddings=514, type_vocab_size=1, layer_norm_eps=1e-5, **base)
    write("mdeberta-v3-base", "deberta", *deberta, DebertaV2Config, DebertaV2ForSequenceClassification, vocab_size=251_000,
          max_position_embeddings=512, layer_norm_eps=1e-7, pooler_hidden_size=768, **v3, **base)
else:
    write("bert", "bert", *wordpiece(), BertConfig, BertForSequenceClassification, max_position_embeddings=96, **tiny)
    write("bert-mention", "bert", *wordpiece(MARKS), BertConfig, MentionBert, max_position_embeddings=96, **tiny)
    write("xlm-roberta", "roberta", *roberta, XLMRobertaConfig, XLMRobertaForSequenceClassification,
          max_position_embeddings=98, type_vocab_size=1, layer_norm_eps=1e-5, **tiny)
    write("deberta-v2", "deberta", *deberta, DebertaV2Config, DebertaV2ForSequenceClassification, max_position_embeddings=96,
          pooler_hidden_size=24, layer_norm_eps=1e-7, conv_kernel_size=3, conv_act="gelu", **v3, **tiny)
    write("deberta-v3", "deberta", *deberta, DebertaV2Config, DebertaV2ForSequenceClassification, max_position_embeddings=96,
          pooler_hidden_size=24, layer_norm_eps=1e-7, **v3, **tiny)
