"""The analyzers that turn text into terms, alike for items and for queries.

Terms are folded (case, accents, width), and split at each character that is neither letter
nor digit. There are two forms of each: its English stem, by which "printers" finds a
printer, and the exact term, which is not stemmed, for spelling correction.
"""

import re
from functools import cache
from itertools import pairwise

from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

from catalog.search.text.normalization import fold

MAX_TERM_LENGTH = 260  # bytes; a longer token is no word, and no sku is as long
# Names of the analyzers in the index files.
STEMMED, EXACT = "stemmed", "written"

# Words that a query can do without, unless it has no others.
FILLERS = "a an and are as at be by for from in is it of on or that the this to with"
STOP_WORDS = frozenset(FILLERS.split())

# 15.6", 15,6 inch, 15.6-inch and 15.6in are one term. The sign for feet is not among them.
INCHES = re.compile(
    r"""(?<![\w.,])(\d{1,3})(?:[.,](\d{1,2}))?\s?-?(?:"|”|″|''|′′|inch(?:es)?\b|(?<=\d)in\b)""",
    re.IGNORECASE,
)
# A model number or a compound, as DV7-1211ea or wi-fi, is also one term without its signs.
COMPOUND = re.compile(r"\w+(?:[-/._]\w+)+")
SIGNS = re.compile(r"[-/._]")
MAX_JOINED = 60


@cache
def stemming_analyzer() -> TextAnalyzer:
    """Return the analyzer that folds, splits and stems."""
    return _folding_builder().filter(Filter.stemmer("english")).build()


@cache
def exact_analyzer() -> TextAnalyzer:
    """Return the analyzer that folds and splits, without stemming."""
    return _folding_builder().build()


def _folding_builder() -> TextAnalyzerBuilder:
    tokens = TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.remove_long(MAX_TERM_LENGTH))
    return tokens.filter(Filter.lowercase()).filter(Filter.ascii_fold())


def prepare(text: str) -> str:
    """Fold a text as queries are, and write each size as one token: 15.6" as 15p6in."""
    return INCHES.sub(_size_token, fold(text))


def _size_token(size: re.Match[str]) -> str:
    whole, part = size[1], (size[2] or "").rstrip("0")
    return f" {whole}p{part}in " if part else f" {whole}in "


def joined_terms(text: str) -> list[str]:
    """Return the terms that the text has if it is written with fewer gaps.

    Neighbours are joined ("hard drive" is found by "harddrive"), and so are parts that
    only signs separate ("dv7-1211ea" by "dv71211ea").
    """
    terms = exact_analyzer().analyze(text)[:MAX_JOINED]
    pairs = [first + second for first, second in pairwise(terms)]
    compounds = [SIGNS.sub("", compound) for compound in COMPOUND.findall(text)[:MAX_JOINED]]
    return [*dict.fromkeys([*pairs, *compounds])]
