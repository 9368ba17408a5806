"""Word translations from the parallel segments: IBM model 1 in both directions (Brown et al. 1993), kept where both agree."""

import collections
import random
import re

WORD = re.compile(r"\w+")


def words(sentence):
    return [w.lower() for w in WORD.findall(sentence)]


def model1(source, target, rounds=5):
    """p[x][y]: how likely the source word y gives the target word x."""
    pairs = [(sorted(set(t)), sorted(set(s))) for s, t in zip(source, target)]
    p = collections.defaultdict(lambda: 1.0)
    for _ in range(rounds):
        count, norm = collections.defaultdict(float), collections.defaultdict(float)
        for t, s in pairs:
            for x in t:
                shares = [p[x, y] for y in s]
                total = sum(shares) or 1
                for y, share in zip(s, shares):
                    count[x, y] += share / total
                    norm[y] += share / total
        p = collections.defaultdict(lambda: 1e-9, {xy: c / norm[xy[1]] for xy, c in count.items() if c > 0.01})
    return p


def lexicon(english, foreign, least=0.15):
    """{English word: [(foreign word, weight)]}, where both directions give at least `least`."""
    e, f = [words(s) for s in english], [words(s) for s in foreign]
    forth, back = model1(e, f), model1(f, e)
    entries = collections.defaultdict(list)
    for (x, y), p in forth.items():
        if p >= least and back.get((y, x), 0) >= least:
            entries[y].append((x, p * back[y, x]))
    return dict(entries)


def switch(sentence, entries, share=0.7, rng=random):
    """The sentence with `share` of the words that the lexicon knows in the other language."""
    def one(match):
        found = entries.get(match[0].lower())
        if not found or rng.random() > share:
            return match[0]
        word = rng.choices([w for w, _ in found], [p for _, p in found])[0]
        return word.capitalize() if match[0][0].isupper() else word
    return WORD.sub(one, sentence)
