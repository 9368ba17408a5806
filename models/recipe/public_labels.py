"""Step 2: public target-sentiment data in the schema of data/labels, for `standpunt train`.

    python public_labels.py --data FOLDER --out FOLDER [--switched N]

Sentiment toward an entity is near to stance, not the same. RuSentNE and GerNTSA keep a test fold (a tenth, by
sentence); NewsMTSC's dev file is its test part. Of each set, no more neutral rows are learned from than others.
`switched.jsonl` holds English rows with words in another language (`dictionary.py`), the target's own words not;
`part/part.jsonl` a part of all, for the last step.
"""

import argparse
import csv
import hashlib
import json
import os
import random
import re

from common import LANGUAGES, json_lines
from dictionary import glosses, inverse, switch_text

parser = argparse.ArgumentParser()
parser.add_argument("--data", required=True)
parser.add_argument("--out", required=True)
parser.add_argument("--switched", type=int, default=400, help="code-switched rows of each language")
args = parser.parse_args()
LABELS = {-1: "against", 0: "neutral", 1: "favor"}


def fold(text):
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % 10


def row(source, number, language, text, mention, label, split):
    article = f"{source}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"
    return dict(id=f"{source}:{number}", article=article, language=language, text=text, target=mention, label=label,
                presence="named", mention=mention, split=split)


def thin(rows):
    """No more neutral training rows than others; other splits whole."""
    train = [r for r in rows if r["split"] == "train"]
    polar = [r for r in train if r["label"] != "neutral"]
    neutral = [r for r in train if r["label"] == "neutral"]
    random.Random(0).shuffle(neutral)
    return polar + neutral[: len(polar)] + [r for r in rows if r["split"] != "train"]


written = {}


def write(name, rows):
    rows = [r for r in rows if r["text"].strip() and r["mention"] and r["mention"] in r["text"]]
    rows = list({(r["text"].lower(), r["mention"]): r for r in reversed(rows)}.values())  # a pair coded twice counts once
    rows = thin(rows)
    written[name] = [r for r in rows if r["split"] == "train"]
    with open(f"{args.out}/{name}.jsonl", "w", encoding="utf-8") as file:
        for r in rows:
            file.write(json.dumps(r, ensure_ascii=False) + "\n")


os.makedirs(f"{args.out}/part", exist_ok=True)
with open(f"{args.data}/rusentne/train.tsv", encoding="utf-8") as file:
    table = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
write("rusentne", [row("rusentne", i, "ru", r["sentence"], r["entity"], LABELS[int(r["label"])], "test" if fold(r["sentence"]) == 0 else "train")
                   for i, r in enumerate(table)])
newsmtsc = []
seen = set()
for part, split in (("dev", "test"), ("train", "train")):
    for i, r in enumerate(json_lines(f"{args.data}/newsmtsc/{part}.jsonl")):
        if split == "test" or r["sentence"] not in seen:
            newsmtsc.append(row(f"newsmtsc-{part}", i, "en", r["sentence"], r["mention"], LABELS[r["polarity"]], split))
        if split == "test":
            seen.add(r["sentence"])
write("newsmtsc", newsmtsc)
with open(f"{args.data}/gerntsa/GerNTSA.json", encoding="utf-8") as file:
    polarity = dict(negative="against", neutral="neutral", positive="favor")
    write("gerntsa", [row("gerntsa", i, "de", r["opinion_snippet"], r["target"], polarity[r["sentiment"]["polarity"]],
                          "test" if fold(r["opinion_snippet"]) == 0 else "train") for i, r in enumerate(json.load(file))])
rng = random.Random(0)
whole = lambda r: re.split(rf"(?<!\w){re.escape(r['mention'])}(?!\w)", r["text"], maxsplit=1)
pool = [r for r in newsmtsc if r["split"] == "train" and len(whole(r)) == 2]
switched = []
for language in LANGUAGES:
    if language != "en":
        turned = inverse(glosses(language))
        for r in rng.sample(pool, args.switched):
            text = r["mention"].join(switch_text(part, turned, 0.8, rng) for part in whole(r))
            switched.append(r | dict(id=f"{language}:{r['id']}", article=f"{language}:{r['article']}", language=language, text=text))
write("switched", switched)
rng = random.Random(0)
sample = lambda name, n: rng.sample(written[name], min(n, len(written[name])))
write("part/part", sample("rusentne", 10_000) + sample("newsmtsc", 3_000) + sample("gerntsa", 1_000))
