"""The head noun of an item's name: what the thing is, and not what it is for or made of.

A desk lamp is a lamp, and a case for cameras is a case. In English the head is the last word of
the first noun phrase, before a comma, a preposition or a measure.
"""

import re
from collections.abc import Iterable
from functools import cache

from catalog.search.text import analysis

END_OF_PHRASE = re.compile(
    r"[,;:()|\[\]]|\s[-–—/]\s|\s(?:for|with|without|w/|by|in|from|incl\.?|including|to|fits|up)\s"
)
NUMBERS_BEFORE = re.compile(r"\A(?:(?:\d|[^\w\s])\S*\s+)+")
NUMBER = re.compile(r"\s\d")
# What a thing is sold in or called beside its noun: "Paint Brush Set" is brushes, too.
BESIDE_A_NOUN = """
assortment bundle collection combo device edition kit machine mix original pack pair piece series
set starter system unit variety
beige black blue brown color colour cyan gold gray green grey magenta multicolor orange pink
purple red silver transparent white yellow
"""
MAX_NOUNS = 3


def nouns_of(name: str) -> list[str]:
    """Return the stems of the head noun of a prepared name, and of what it contains.

    Where a measure stands within the phrase, the noun may be before it or after it.
    """
    phrase = NUMBERS_BEFORE.sub(
        "", END_OF_PHRASE.split(f" {name}", maxsplit=1)[0].lstrip(), count=1
    )
    before = NUMBER.split(phrase, maxsplit=1)[0]
    return list(dict.fromkeys([*_heads(before), *_heads(phrase)]))


def things_among(nouns: Iterable[str]) -> set[str]:
    """Return the stems of nouns without words as set and pack."""
    return {stem for stem in nouns if stem not in _stems_beside_a_noun()}


def _heads(phrase: str) -> list[str]:
    heads: list[str] = []
    for stem in reversed(analysis.stemming_analyzer().analyze(phrase)):
        if len(stem) > 1 and stem.isalpha():
            heads.append(stem)
            if stem not in _stems_beside_a_noun() or len(heads) == MAX_NOUNS:
                break
    return heads


@cache
def _stems_beside_a_noun() -> frozenset[str]:
    return frozenset(analysis.stemming_analyzer().analyze(BESIDE_A_NOUN))
