"""The dictionaries of `dictionaries/`: frequent word forms of the news in seven languages, glossed in English by a large language model."""

import collections
import os
import random
import re

WORD = re.compile(r"[^\W\d_]+(?:['’ʼ-][^\W\d_]+)*")
SPLIT = re.compile(rf"{WORD.pattern}|\d+|[^\w\s]")
HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "dictionaries")


def key(word):
    return word.lower().replace("’", "'")


def glosses(language):
    """{word form: its English senses}"""
    with open(f"{HERE}/{language}.tsv", encoding="utf-8") as file:
        return {word: senses.split(", ") for word, senses in (line.rstrip("\n").split("\t") for line in file)}


def inverse(entries):
    """{English word: the word forms it stands for}, senses of one word only."""
    turned = collections.defaultdict(list)
    for word, senses in entries.items():
        for sense in senses:
            if " " not in sense:
                turned[sense].append(word)
    return turned


def switch(words, turned, share, rng=random):
    """The English words with `share` of those that the dictionary knows in the other language."""
    return [rng.choice(turned[key(w)]) if key(w) in turned and rng.random() < share else w for w in words]


def switch_text(text, turned, share, rng=random):
    """As `switch`, with the text's own spaces, punctuation and capitals."""
    def one(match):
        (word,) = switch([match[0]], turned, share, rng)
        return word.capitalize() if match[0][0].isupper() else word
    return WORD.sub(one, text)
