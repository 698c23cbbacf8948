"""The words of the catalogue, to find what somebody meant to write.

A small index of its own: one document a word, with how many items have it. Words that
differ by a letter or two come from a Levenshtein automaton over it (Schulz and Mihov
2002, Fast String Correction with Levenshtein Automata), so no process keeps a
dictionary in memory.
"""

from collections.abc import Mapping
from functools import cache
from math import log1p
from pathlib import Path

import tantivy
from tantivy import Query

from catalog.search.index.fields import open_index
from catalog.search.text import analysis

MIN_WORD_LENGTH = 3  # letters of a word that is mended
MIN_WORD_LENGTH_FOR_TWO_EDITS = 7  # letters of a word that may differ by two
CANDIDATES = 50
# Letters that are neighbours on the keyboard of most of our customers.
ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
PLACES = {key: (row, column) for row, keys in enumerate(ROWS) for column, key in enumerate(keys)}


@cache
def schema() -> tantivy.Schema:
    build = tantivy.SchemaBuilder()
    build.add_text_field("word", tokenizer_name="raw", stored=True, index_option="basic")
    build.add_unsigned_field("items", fast=True)
    return build.build()


class Dictionary:
    """The words that names, brands and categories have."""

    def __init__(self, folder: Path):
        self.index = open_index(schema(), folder)

    def nearest(self, word: str) -> str | None:
        """Return the word that was most likely meant, or None."""
        if len(word) < MIN_WORD_LENGTH or any(c.isdigit() for c in word):
            return None
        for distance in (1, 2) if len(word) >= MIN_WORD_LENGTH_FOR_TWO_EDITS else (1,):
            if found := self._within(word, distance):
                return max(found, key=lambda one: likelihood(word, *one))[0]
        return None

    def has(self, word: str) -> bool:
        return bool(self.index.searcher().doc_freq("word", word))

    def add(self, counted: Mapping[str, int], writer: tantivy.IndexWriter) -> None:
        """Take in words that are not known yet, with how many items have them."""
        for word, items in counted.items():
            entry = tantivy.Document()
            entry.add_text("word", word)
            entry.add_unsigned("items", items)
            writer.add_document(entry)

    def _within(self, word: str, distance: int) -> list[tuple[str, int]]:
        searcher = self.index.searcher()
        query = Query.fuzzy_term_query(schema(), "word", word, distance=distance)
        hits = searcher.search(query, CANDIDATES, count=False, order_by_field="items").hits
        return [(searcher.doc(address)["word"][0], items) for items, address in hits]


def dictionary_words(item: Mapping) -> set[str]:
    text = analysis.prepared(f"{item['name']} {item['brand']} {item['category']}")
    return {
        word
        for word in analysis.written().analyze(text)
        if len(word) >= MIN_WORD_LENGTH and not any(c.isdigit() for c in word)
    }


def likelihood(written: str, meant: str, items: int) -> float:
    """How likely `meant` was: the logarithm of a guess, up to a constant.

    Common words are meant more often, people seldom mistake the first letter (Pollock
    and Zamora 1984), and they swap, double and drop letters or hit the key beside.
    """
    score = log1p(items)
    if written[0] == meant[0]:
        score += 2
    if sorted(written) == sorted(meant) or set(written) == set(meant):
        score += 1  # swapped, doubled, or one of two alike dropped
    elif len(written) == len(meant) and _is_slip(written, meant):
        score += 1
    elif len(written) < len(meant):
        score += 0.5
    return score


def _is_slip(written: str, meant: str) -> bool:
    return all(a == b or _are_neighbours(a, b) for a, b in zip(written, meant, strict=True))


def _are_neighbours(a: str, b: str) -> bool:
    if a not in PLACES or b not in PLACES:
        return False
    (row_a, column_a), (row_b, column_b) = PLACES[a], PLACES[b]
    return abs(row_a - row_b) <= 1 and abs(column_a - column_b) <= 1
