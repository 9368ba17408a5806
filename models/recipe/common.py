"""Reading the public data sets and the coded labels, shared by the steps of the recipe."""

import csv
import glob
import json
import os

LANGUAGES = dict(nl="nld", en="eng", de="deu", fr="fra", ru="rus", uk="ukr", pl="pol", be="bel")


def lines(path):
    with open(path, encoding="utf-8") as file:
        return [line.strip() for line in file]


def json_lines(path):
    return [json.loads(line) for line in lines(path) if line]


def parallel(data):
    """NTREX: {language: 1,997 aligned segments}."""
    return {k: lines(f"{data}/ntrex/{v}.txt") for k, v in LANGUAGES.items()}


def plain(data, labels):
    """Plain sentences per language; of the coded labels only the training part."""
    text = {k: lines(f"{data}/commonvoice/{k}.txt") for k in LANGUAGES}
    text["en"] += [row["sentence"] for row in json_lines(f"{data}/newsmtsc/train.jsonl")]
    with open(f"{data}/rusentne/train.tsv", encoding="utf-8") as file:
        text["ru"] += [row["sentence"] for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]
    with open(f"{data}/gerntsa/GerNTSA.json", encoding="utf-8") as file:
        text["de"] += [row["opinion_snippet"] for row in json.load(file)]
    coded = {k: [] for k in LANGUAGES}
    for path in sorted(glob.glob(f"{labels}/*.jsonl")):
        for row in json_lines(path):
            if row["split"] == "train":
                coded[row["language"]].append(row["text"])
    return text, {k: sorted(set(v)) for k, v in coded.items()}


def write_json(path, value):
    with open(path + ".new", "w", encoding="utf-8") as file:
        json.dump(value, file, ensure_ascii=False, indent=1)
    os.replace(path + ".new", path)
