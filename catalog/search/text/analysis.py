"""How text becomes words: alike for items and for questions.

Words are folded (case, accents, width) and split at whatever is neither letter nor
digit. There are two forms of each: its English stem, by which "printers" finds a
printer, and the word as it is written, from which misspellings are mended.
"""

import re
from functools import cache
from itertools import pairwise

from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

from catalog.search.text.normalization import folded

MAX_WORD_LENGTH = 260  # bytes; what is longer is no word, and a sku is never so long
STEMMED, WRITTEN = "stemmed", "written"  # what the index calls the two forms

# Words that a question can do without, unless it has no others.
FILLERS = "a an and are as at be by for from in is it of on or that the this to with"
STOP_WORDS = frozenset(FILLERS.split())

# 15.6", 15,6 inch, 15.6-inch and 15.6in are one word. The sign for feet is none of them.
INCHES = re.compile(
    r"""(?<![\w.,])(\d{1,3})(?:[.,](\d{1,2}))?\s?-?(?:"|”|″|''|′′|inch(?:es)?\b|(?<=\d)in\b)""",
    re.IGNORECASE,
)
# A model number or a compound, as DV7-1211ea or wi-fi, is also one word without its signs.
WITH_SIGNS = re.compile(r"\w+(?:[-/._]\w+)+")
SIGNS = re.compile(r"[-/._]")
MAX_JOINED = 60


@cache
def stemmed() -> TextAnalyzer:
    return _folded().filter(Filter.stemmer("english")).build()


@cache
def written() -> TextAnalyzer:
    return _folded().build()


def _folded() -> TextAnalyzerBuilder:
    words = TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.remove_long(MAX_WORD_LENGTH))
    return words.filter(Filter.lowercase()).filter(Filter.ascii_fold())


def prepared(text: str) -> str:
    """Fold a text as questions are, and write sizes as one word: 15.6" as 15p6in."""
    return INCHES.sub(_one_size, folded(text))


def _one_size(found: re.Match[str]) -> str:
    whole, part = found[1], (found[2] or "").rstrip("0")
    return f" {whole}p{part}in " if part else f" {whole}in "


def joined(text: str) -> list[str]:
    """Return the words that the text has if it is written with fewer gaps.

    Neighbours are joined ("hard drive" is found by "harddrive"), and so is whatever
    is parted by signs alone ("dv7-1211ea" by "dv71211ea").
    """
    words = written().analyze(text)[:MAX_JOINED]
    pairs = [first + second for first, second in pairwise(words)]
    whole = [SIGNS.sub("", found) for found in WITH_SIGNS.findall(text)[:MAX_JOINED]]
    return [*dict.fromkeys([*pairs, *whole])]
