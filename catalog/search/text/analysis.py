"""The analyzers that turn text into terms, alike for items and for queries.

Terms are folded (case, accents, width), and split at each character that is neither letter
nor digit. There are two forms of each: its English stem, by which "printers" finds a
printer, and the exact term, which is not stemmed, for spelling correction.
"""

import re
from functools import cache
from itertools import pairwise

from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

from catalog.search.text.measures import join_measures
from catalog.search.text.normalization import fold

MAX_TERM_LENGTH = 260  # bytes; a longer token is no word, and no sku is as long
# Names of the analyzers in the index files.
STEMMED, EXACT = "stemmed", "written"

# Words that a query can do without, unless it has no others.
FILLERS = (
    "a an and are as at be by for from in is it of on or that the this to with"
    " any i im me my need please some want you your"
)
STOP_WORDS = frozenset(FILLERS.split())

# Plurals that no rule of the stemmer makes singular.
IRREGULAR = {
    "children": "child",
    "feet": "foot",
    "geese": "goose",
    "halves": "half",
    "knives": "knife",
    "leaves": "leaf",
    "lice": "louse",
    "loaves": "loaf",
    "men": "man",
    "mice": "mouse",
    "oxen": "ox",
    "people": "person",
    "scarves": "scarf",
    "shelves": "shelf",
    "teeth": "tooth",
    "thieves": "thief",
    "wives": "wife",
    "wolves": "wolf",
    "women": "woman",
    "calves": "calf",
    "dwarves": "dwarf",
    "elves": "elf",
    "hooves": "hoof",
    "wharves": "wharf",
    "kerchieves": "kerchief",
}
IRREGULAR_WORD = re.compile(rf"\b(?:{'|'.join(IRREGULAR)})\b")
# Scripts that are written without spaces: Thai, Lao, Khmer, Burmese, kana and Han.
UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]+")
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
    """Return a text of an item in the form in which it is split into terms.

    It is folded, a measure is one word (15.6" is 15p6in), irregular plurals are singular, and
    a run of a script without spaces is its characters, and each pair of neighbours.
    """
    text = _joined_and_singular(text)
    return text if text.isascii() else UNSPACED.sub(_characters_and_pairs, text)


def prepare_query(text: str) -> str:
    """Return a text of a query in that form; a run without spaces is its pairs alone."""
    text = _joined_and_singular(text)
    return text if text.isascii() else UNSPACED.sub(_pairs, text)


def _joined_and_singular(text: str) -> str:
    return IRREGULAR_WORD.sub(lambda word: IRREGULAR[word[0]], join_measures(fold(text)))


def _characters_and_pairs(run: re.Match[str]) -> str:
    return f" {' '.join(run[0])} {_pairs(run)} " if len(run[0]) > 1 else f" {run[0]} "


def _pairs(run: re.Match[str]) -> str:
    text = run[0]
    return f" {' '.join(map(''.join, pairwise(text)))} " if len(text) > 1 else f" {text} "


def joined_terms(text: str) -> list[str]:
    """Return the terms that the text has if it is written with fewer gaps.

    Neighbours are joined ("hard drive" is found by "harddrive"), and so are parts that
    only signs separate ("dv7-1211ea" by "dv71211ea").
    """
    terms = exact_analyzer().analyze(text)[:MAX_JOINED]
    pairs = [first + second for first, second in pairwise(terms)]
    compounds = [SIGNS.sub("", compound) for compound in COMPOUND.findall(text)[:MAX_JOINED]]
    return [*dict.fromkeys([*pairs, *compounds])]
