"""Step 1: an English BERT-like sentence encoder, its vocabulary extended to eight languages.

    python extend_base.py --base FOLDER --data FOLDER --labels FOLDER --out FOLDER [--epochs N]

New pieces start from their English glosses (`dictionaries/`). Then the net imitates the English one, which stays as it
is, word by word and sentence by sentence (cosine distance of hidden states, and that no other sentence of the batch be
nearer; Reimers & Gurevych 2020 for sentences): English with words switched into another language imitates the English
it was, a sentence of another language its glosses, a parallel sentence its English original. Goes on after a stop.
"""

import argparse
import os
import random

import torch
import torch.nn.functional as F
from transformers import AutoTokenizer, BertConfig, BertModel, PreTrainedTokenizerFast

import vocabulary
from common import LANGUAGES, parallel, plain, write_json
from dictionary import SPLIT, glosses, inverse, key, switch

parser = argparse.ArgumentParser()
for name in ("base", "data", "labels", "out"):
    parser.add_argument(f"--{name}", required=True)
parser.add_argument("--epochs", type=int, default=1)
parser.add_argument("--english", type=int, default=13_000, help="English pieces kept")
parser.add_argument("--foreign", type=int, default=21_500, help="pieces of the other languages added")
parser.add_argument("--held", type=int, default=200, help="parallel segments held out to measure alignment")
parser.add_argument("--switched", type=int, default=1_400, help="code-switched English sentences of each language")
parser.add_argument("--glossed", type=int, default=2_200, help="glossed sentences of each language")
parser.add_argument("--rate", type=float, default=1e-4, help="of the layers; the embeddings' is five times that")
args = parser.parse_args()
random.seed(0)
torch.manual_seed(0)
LONGEST = 60  # words
UNKNOWN = "[MASK]"

para = parallel(args.data)
text, coded = plain(args.data, args.labels)
train = {k: v[: -args.held] for k, v in para.items()}
old = AutoTokenizer.from_pretrained(args.base)
teacher = BertModel.from_pretrained(args.base).eval()
FOREIGN = [k for k in LANGUAGES if k != "en"]


def words(sentence):
    return SPLIT.findall(sentence)[:LONGEST]


def jobs():
    """(words that the student reads, words that the teacher reads, whether they answer each other one by one)"""
    english = [words(s) for s in coded["en"] * 2 + text["en"][-9000:] if 30 < len(s) < 300]
    rng = random.Random(0)
    made = [(w, w, True) for w in rng.sample(english, 2 * args.switched)]
    for k in FOREIGN:
        entries = glosses(k)
        turned = inverse(entries)
        made += [(switch(w, turned, rng.uniform(0.4, 1), rng), w, True) for w in rng.sample(english, args.switched)]
        for sentence in rng.sample(coded[k], min(len(coded[k]), args.glossed)):
            source = words(sentence)
            gloss = [rng.choice(entries[key(w)]) if key(w) in entries else w if not w[0].isalpha() else UNKNOWN for w in source]
            made.append((source, gloss, True))
        made += [(words(a), words(b), False) for a, b in zip(train[k], train["en"])]
    return made


def read(model, tok, sentences):
    """Hidden states of the middle and the last layer averaged over each word, (batch, words, 2, width), and over each sentence."""
    batch = tok(sentences, is_split_into_words=True, padding=True, truncation=True, max_length=160, return_tensors="pt",
                return_token_type_ids=False)
    layers = model(**batch, output_hidden_states=True).hidden_states
    hidden = torch.stack([layers[len(layers) // 2], layers[-1]], 2)
    n = max(map(len, sentences))
    spread = torch.zeros(len(sentences), n, hidden.shape[1])
    for i in range(len(sentences)):
        for j, word in enumerate(batch.word_ids(i)):
            if word is not None:
                spread[i, word, j] = 1
    count = spread.sum(2, keepdim=True)
    by_word = torch.einsum("bwt,btld->bwld", spread / count.clamp(min=1), hidden)
    mask = batch["attention_mask"][..., None]
    return by_word, count[..., 0] > 0, (layers[-1] * mask).sum(1) / mask.sum(1)


def distance(a, b):
    return 1 - F.cosine_similarity(a, b, dim=-1)


def loss_of(student, tok, batch):
    own, seen, vector = read(student, tok, [s for s, _, _ in batch])
    with torch.no_grad():
        model, known, target = read(teacher, old, [t for _, t, _ in batch])
    n = min(seen.shape[1], known.shape[1])  # sentences that answer each other word by word are not longer
    loss = 2 * distance(vector, target).mean() + 0.2 * F.cross_entropy(
        20 * F.normalize(vector, dim=-1) @ F.normalize(target, dim=-1).T, torch.arange(len(batch)))
    use = torch.zeros(len(batch), n, dtype=torch.bool)
    for i, (_, t, aligned) in enumerate(batch):
        if aligned:
            use[i, : len(t)] = torch.tensor([w != UNKNOWN for w in t])
    use &= seen[:, :n] & known[:, :n]
    return loss + distance(own[:, :n][use], model[:, :n][use]).mean() if use.any() else loss


def by_length(rows, rng, size=32):
    """Batches of sentences of like length, in random order: little padding."""
    pool = sorted(rows, key=lambda row: len(row[0]) + rng.random() * 4)
    batches = [pool[i:i + size] for i in range(0, len(pool) - size + 1, size)]
    rng.shuffle(batches)
    return batches


@torch.inference_mode()
def alignment(student, tok):
    """Share of held-out sentences whose nearest English vector among `held` is their own original's."""
    vectors = lambda model, t, k: F.normalize(torch.cat([
        read(model, t, [words(s) for s in para[k][i:i + 40]])[2] for i in range(len(para[k]) - args.held, len(para[k]), 40)]), dim=-1)
    originals = vectors(teacher, old, "en")
    return {k: round((vectors(student, tok, k) @ originals.T).argmax(1).eq(torch.arange(args.held)).float().mean().item(), 3)
            for k in LANGUAGES}


def start():
    vocab, n_english = vocabulary.build(old, text, coded, train, args.english, args.foreign)
    tok = vocabulary.tokenizer(vocab)
    table = vocabulary.embeddings(vocab, n_english, tok, old, teacher.embeddings.word_embeddings.weight.detach())
    config = BertConfig.from_pretrained(args.base)
    config.vocab_size = len(vocab)
    student = BertModel(config)
    student.load_state_dict(teacher.state_dict() | {"embeddings.word_embeddings.weight": table})
    tok.save_pretrained(args.out)
    return tok, student


os.makedirs(args.out, exist_ok=True)
halfway = f"{args.out}/halfway.pt"
if os.path.exists(halfway):
    tok, student, state = PreTrainedTokenizerFast.from_pretrained(args.out), BertModel.from_pretrained(args.out), torch.load(halfway, weights_only=True)
else:
    tok, student = start()
    student.save_pretrained(args.out)
    pieces = {k: sum(map(len, tok(para[k][:500], add_special_tokens=False)["input_ids"])) for k in LANGUAGES}
    per_word = {k: round(n / sum(len(s.split()) for s in para[k][:500]), 2) for k, n in pieces.items()}
    state = dict(step=0, figures=dict(pieces_a_word=per_word, alignment=[alignment(student, tok)]))
    print("start", state["figures"], flush=True)
student.eval()  # without dropout: there is no fear of learning by heart what is read once
table = student.embeddings.word_embeddings.weight
optimizer = torch.optim.AdamW([dict(params=[table], lr=5 * args.rate),
                               dict(params=[p for p in student.parameters() if p is not table], lr=args.rate)], weight_decay=0.01)
rows, rng = jobs(), random.Random(1)
batches = [batch for _ in range(args.epochs) for batch in by_length(rows, rng)]
slope = lambda s: min(1, s / 100) * (len(batches) - s) / len(batches)
schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, slope)
if "student" in state:
    student.load_state_dict(state["student"])
    optimizer.load_state_dict(state["optimizer"])
    schedule.load_state_dict(state["schedule"])
for step in range(state["step"], len(batches)):
    loss = loss_of(student, tok, batches[step])
    loss.backward()
    optimizer.step()
    schedule.step()
    optimizer.zero_grad()
    if step % 50 == 0:
        print(f"{step}/{len(batches)} loss {loss.item():.3f}", flush=True)
    if step % 200 == 199:
        state |= dict(step=step + 1, student=student.state_dict(), optimizer=optimizer.state_dict(), schedule=schedule.state_dict())
        torch.save(state, halfway + ".new")
        os.replace(halfway + ".new", halfway)
state["figures"]["alignment"].append(alignment(student, tok))
print("end", state["figures"]["alignment"][-1], flush=True)
student.save_pretrained(args.out)
write_json(f"{args.out}/figures.json", state["figures"])
if os.path.exists(halfway):
    os.remove(halfway)
