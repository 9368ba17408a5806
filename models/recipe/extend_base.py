"""Step 1: an English BERT-like sentence encoder, its vocabulary extended to eight languages.

    python extend_base.py --base FOLDER --data FOLDER --labels FOLDER --out FOLDER [--epochs N]

Vocabulary: the English pieces that news uses and the most frequent pieces of the other seven languages. New pieces
start from their English translations (IBM model 1, Brown et al. 1993, over the parallel segments), then every
sentence in any language imitates the English net's vector of its English original (Reimers & Gurevych 2020), while
plain English sentences hold English still. Resumes after the last finished epoch.
"""

import argparse
import collections
import os
import random

import torch
import torch.nn.functional as F
from tokenizers import BertWordPieceTokenizer, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import AutoTokenizer, BertConfig, BertModel, PreTrainedTokenizerFast

from common import LANGUAGES, parallel, plain, write_json

parser = argparse.ArgumentParser()
for name in ("base", "data", "labels", "out"):
    parser.add_argument(f"--{name}", required=True)
parser.add_argument("--epochs", type=int, default=2)
parser.add_argument("--english", type=int, default=12_500, help="English pieces kept")
parser.add_argument("--foreign", type=int, default=20_500, help="pieces of the other languages added")
parser.add_argument("--held", type=int, default=200, help="parallel segments held out to measure alignment")
args = parser.parse_args()
random.seed(0)
torch.manual_seed(0)
MARKERS = ["[T]", "[/T]"]  # around the words that bring the target in

para = parallel(args.data)
text, coded = plain(args.data, args.labels)
train = {k: v[: -args.held] for k, v in para.items()}
old = AutoTokenizer.from_pretrained(args.base)
teacher = BertModel.from_pretrained(args.base).eval()


def balanced(size=1_500_000):
    """About `size` characters of each language, coded news first, short supplies repeated up to four times."""
    for k in LANGUAGES:
        pool = coded[k] * 4 + train[k] * 2 + random.sample(text[k], min(len(text[k]), 9000))
        got = i = 0
        while got < size and i < 4 * len(pool):
            got += len(pool[i % len(pool)])
            yield pool[i % len(pool)]
            i += 1


def build_vocabulary():
    counts = collections.Counter(
        piece for line in coded["en"] * 4 + train["en"] * 2 + text["en"][-30_000:] for piece in set(old.tokenize(line)))
    special = [t for t in old.all_special_tokens if t != "[UNK]"]
    short = [t for t in old.get_vocab() if len(t.replace("##", "")) == 1]
    english = list(dict.fromkeys(["[PAD]", "[UNK]", *special, *short, *(t for t, _ in counts.most_common())]))[: args.english]
    fresh = BertWordPieceTokenizer(lowercase=True, strip_accents=False)
    fresh.train_from_iterator(balanced(), vocab_size=44_000, min_frequency=3)
    seen = collections.Counter()
    for k in LANGUAGES:
        if k != "en":
            for line in coded[k] * 4 + train[k] * 2 + text[k][:9000]:
                seen.update(set(fresh.encode(line, add_special_tokens=False).tokens))
    known = set(english)
    # Every single character that occurs stays spellable.
    singles = [t for t in fresh.get_vocab() if len(t.replace("##", "")) == 1 and t not in known]
    foreign = list(dict.fromkeys([*singles, *(t for t, _ in seen.most_common() if t not in known)]))[: args.foreign]
    return {t: i for i, t in enumerate(english + MARKERS + foreign)}, len(english)


def build_tokenizer(vocab):
    piece = Tokenizer(models.WordPiece(vocab, unk_token="[UNK]", continuing_subword_prefix="##"))
    piece.normalizer = normalizers.BertNormalizer(lowercase=True, strip_accents=False)
    piece.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    piece.decoder = decoders.WordPiece()
    piece.add_special_tokens(MARKERS)
    piece.post_processor = processors.BertProcessing(("[SEP]", vocab["[SEP]"]), ("[CLS]", vocab["[CLS]"]))
    return PreTrainedTokenizerFast(tokenizer_object=piece, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]",
                                   sep_token="[SEP]", mask_token="[MASK]", additional_special_tokens=MARKERS)


def translations(tok, vocab, embeddings, n_english):
    """Move new pieces to the mean of the English pieces that they translate to."""
    total, weight = torch.zeros_like(embeddings), torch.zeros(len(vocab))
    ids = lambda ss: tok(ss, add_special_tokens=False)["input_ids"]
    for k in LANGUAGES:
        if k == "en":
            continue
        foreign, english = ids(train[k]), ids(train["en"])
        p = collections.defaultdict(lambda: 1.0)
        for _ in range(5):
            count, norm = collections.defaultdict(float), collections.defaultdict(float)
            for a, b in zip(foreign, english):
                if max(len(a), len(b)) > 60:
                    continue
                for x in a:
                    q = [p[x, y] for y in b]
                    s = sum(q) or 1
                    for y, w in zip(b, q):
                        count[x, y] += w / s
                        norm[y] += w / s
            p = collections.defaultdict(lambda: 1e-9, {xy: v / norm[xy[1]] for xy, v in count.items()})
        best = collections.defaultdict(list)
        for (x, y), v in count.items():
            best[x].append((v, y))
        for x, candidates in best.items():
            top = sorted(candidates, reverse=True)[:3]
            s = sum(v for v, _ in top)
            if s >= 1.5:
                total[x] += sum(v * embeddings[y] for v, y in top)
                weight[x] += s
    for i in range(n_english + len(MARKERS), len(vocab)):
        if weight[i] > 0:
            embeddings[i] = 0.8 * total[i] / weight[i] + 0.2 * embeddings[i]


def embed(model, tokenizer, sentences, max_length=80):
    batch = tokenizer(sentences, padding=True, truncation=True, max_length=max_length, return_tensors="pt", return_token_type_ids=False)
    hidden, mask = model(**batch).last_hidden_state, batch["attention_mask"][..., None]
    return F.normalize((hidden * mask).sum(1) / mask.sum(1), dim=-1)


def by_length(jobs, size=32):
    """Batches of sentences of like length, in random order: little padding."""
    pool = sorted(jobs, key=lambda job: len(job[0]) + random.random() * 20)
    batches = [pool[i:i + size] for i in range(0, len(pool) - size + 1, size)]
    random.shuffle(batches)
    return batches


@torch.inference_mode()
def reference(sentences):
    order = sorted(range(len(sentences)), key=lambda i: len(sentences[i]))
    out = torch.zeros(len(sentences), teacher.config.hidden_size)
    for i in range(0, len(order), 32):
        out[order[i:i + 32]] = embed(teacher, old, [sentences[j] for j in order[i:i + 32]])
    return out


@torch.inference_mode()
def alignment(student, tok, targets):
    """Share of held-out sentences whose nearest English vector among `held` is their own original's."""
    student.eval()
    rows = {}
    for k in LANGUAGES:
        vectors = torch.cat([embed(student, tok, para[k][i:i + 40]) for i in range(len(para[k]) - args.held, len(para[k]), 40)])
        rows[k] = round((vectors @ targets.T).argmax(1).eq(torch.arange(args.held)).float().mean().item(), 3)
    return rows


def start():
    vocab, n_english = build_vocabulary()
    tok = build_tokenizer(vocab)
    source = teacher.embeddings.word_embeddings.weight.detach()
    embeddings = torch.zeros(len(vocab), source.shape[1])
    for t, i in vocab.items():
        pieces = [t] if i < n_english else old.tokenize(t.replace("##", "").strip("[/]")) or ["[UNK]"]
        embeddings[i] = source[old.convert_tokens_to_ids(pieces)].mean(0)
    translations(tok, vocab, embeddings, n_english)
    config = BertConfig.from_pretrained(args.base)
    config.vocab_size = len(vocab)
    student = BertModel(config)
    student.load_state_dict(teacher.state_dict() | {"embeddings.word_embeddings.weight": embeddings})
    tok.save_pretrained(args.out)
    return tok, student


os.makedirs(args.out, exist_ok=True)
progress_file = f"{args.out}/progress.json"
if os.path.exists(progress_file):
    import json
    progress = json.load(open(progress_file))
    tok, student = PreTrainedTokenizerFast.from_pretrained(args.out), BertModel.from_pretrained(args.out)
else:
    progress = dict(epoch=0, alignment=[])
    tok, student = start()
english = random.Random(0).sample(sorted(s for s in text["en"] if 30 < len(s) < 300), 4000)
english_targets, plain_targets = reference(para["en"]).clone(), reference(english).clone()
print({k: round(sum(map(len, tok(para[k][:500], add_special_tokens=False)["input_ids"])) / sum(len(s.split()) for s in para[k][:500]), 2)
       for k in LANGUAGES}, "pieces a word", len(tok), flush=True)
if progress["epoch"] == 0:
    progress["alignment"].append(alignment(student, tok, english_targets[-args.held:]))
    print("start", progress["alignment"][-1], flush=True)
jobs = [(s, english_targets[i]) for k in para for i, s in enumerate(train[k])] + list(zip(english, plain_targets))
table = student.embeddings.word_embeddings.weight
optimizer = torch.optim.AdamW([dict(params=[table], lr=5e-4), dict(params=[p for p in student.parameters() if p is not table], lr=5e-5)],
                              weight_decay=0.01)
steps = args.epochs * (len(jobs) // 32)
done = progress["epoch"] * (len(jobs) // 32)
schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda s: min(1, (s + done) / 150) * max(0, (steps - s - done) / steps))
for epoch in range(progress["epoch"], args.epochs):
    student.train()
    for n, batch in enumerate(by_length(jobs)):
        hidden, target = embed(student, tok, [s for s, _ in batch]), torch.stack([r for _, r in batch])
        loss = ((hidden - target) ** 2).sum(-1).mean() + 0.2 * F.cross_entropy(20 * hidden @ target.T, torch.arange(len(batch)))
        loss.backward()
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        if n % 50 == 0:
            print(f"epoch {epoch} {n}/{len(jobs) // 32} loss {loss.item():.3f}", flush=True)
    progress = dict(epoch=epoch + 1, alignment=progress["alignment"] + [alignment(student, tok, english_targets[-args.held:])])
    print("epoch", epoch, progress["alignment"][-1], flush=True)
    student.save_pretrained(args.out)
    write_json(progress_file, progress)
