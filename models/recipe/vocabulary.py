"""The extended vocabulary: English pieces that news uses, frequent pieces of the other languages, and where these start."""

import collections
import random

import torch
from tokenizers import BertWordPieceTokenizer, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import PreTrainedTokenizerFast

from common import LANGUAGES
from dictionary import glosses

MARKERS = ["[T]", "[/T]"]  # around the words that bring the target in


def balanced(text, coded, train, size=1_500_000):
    """About `size` characters of each language, short supplies repeated up to four times."""
    for k in LANGUAGES:
        pool = coded[k] + train[k] * 2 + random.sample(text[k], min(len(text[k]), 9000))
        got = i = 0
        while got < size and i < 4 * len(pool):
            got += len(pool[i % len(pool)])
            yield pool[i % len(pool)]
            i += 1


def build(old, text, coded, train, n_english, n_foreign):
    """{piece: id}, and how many pieces of it are the old vocabulary's."""
    counts = collections.Counter(
        piece for line in coded["en"] + train["en"] * 2 + text["en"][-30_000:] for piece in set(old.tokenize(line)))
    special = [t for t in old.all_special_tokens if t != "[UNK]"]
    short = [t for t in old.get_vocab() if len(t.replace("##", "")) == 1]
    ranked = ["[PAD]", "[UNK]", *special, *short, *(t for t, _ in counts.most_common())]
    english = list(dict.fromkeys(ranked))[:n_english]
    fresh = BertWordPieceTokenizer(lowercase=True, strip_accents=False)
    fresh.train_from_iterator(balanced(text, coded, train), vocab_size=44_000, min_frequency=3)
    seen = collections.Counter()
    for k in LANGUAGES:
        if k != "en":
            for line in coded[k] + train[k] * 2 + text[k][:9000]:
                seen.update(set(fresh.encode(line, add_special_tokens=False).tokens))
    known = set(english)
    # Every single character that occurs stays spellable.
    singles = [t for t in fresh.get_vocab() if len(t.replace("##", "")) == 1 and t not in known]
    foreign = list(dict.fromkeys([*singles, *(t for t, _ in seen.most_common() if t not in known)]))[:n_foreign]
    return {t: i for i, t in enumerate(english + MARKERS + foreign)}, len(english)


def tokenizer(vocab):
    piece = Tokenizer(models.WordPiece(vocab, unk_token="[UNK]", continuing_subword_prefix="##"))
    piece.normalizer = normalizers.BertNormalizer(lowercase=True, strip_accents=False)
    piece.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    piece.decoder = decoders.WordPiece()
    piece.add_special_tokens(MARKERS)
    piece.post_processor = processors.BertProcessing(("[SEP]", vocab["[SEP]"]), ("[CLS]", vocab["[CLS]"]))
    return PreTrainedTokenizerFast(tokenizer_object=piece, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]",
                                   sep_token="[SEP]", mask_token="[MASK]", additional_special_tokens=MARKERS)


def embeddings(vocab, n_english, tok, old, source):
    """Old pieces keep their vector of `source`. New ones get the mean of their words' glosses, else of the pieces that
    share the longest beginning with them, else of the old pieces that spell them."""
    spelled = lambda text: source[old.convert_tokens_to_ids(old.tokenize(text) or ["[UNK]"])].mean(0)
    table = torch.stack([source[old.convert_tokens_to_ids(t)] if i < n_english else spelled(t.replace("##", "").strip("[/]"))
                         for t, i in vocab.items()])
    total, weight = torch.zeros_like(table), torch.zeros(len(vocab))
    for k in LANGUAGES:
        for word, senses in glosses(k).items() if k != "en" else ():
            pieces = tok(word, add_special_tokens=False)["input_ids"]
            share = len(pieces) ** -2
            total[pieces] += share * torch.stack([spelled(sense) for sense in senses]).mean(0)
            weight[pieces] += share
    new = range(n_english + len(MARKERS), len(vocab))
    glossed = [i for i in new if weight[i] > 0]
    table[glossed] = total[glossed] / weight[glossed, None]
    names = list(vocab)
    begins = collections.defaultdict(list)
    for i in glossed:
        for n in range(4, len(names[i]) + 1):
            begins[names[i][:n]].append(i)
    for i in new:
        like = next((begins[names[i][:n]] for n in range(len(names[i]), 3, -1) if names[i][:n] in begins), None)
        if weight[i] == 0 and like and not names[i].startswith("##"):
            table[i] = table[like].mean(0)
    return table
