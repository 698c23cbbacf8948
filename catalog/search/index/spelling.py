"""The dictionary of the catalogue's words, for spelling correction.

It is a small index of its own: one document a word, with the number of items that have it.
Words that differ by a letter or two come from a Levenshtein automaton over it (Schulz and
Mihov 2002, Fast String Correction with Levenshtein Automata), so no process keeps a
dictionary in memory.
"""

from collections.abc import Mapping
from functools import cache
from math import log1p
from pathlib import Path

import tantivy
from tantivy import Query

from catalog.search.index.schema import open_index
from catalog.search.text import analysis
from catalog.search.text.word_list import is_word

MIN_WORD_LENGTH = 3  # letters of a word that is corrected
MIN_WORD_LENGTH_FOR_TWO_EDITS = 7  # letters of a word whose correction may differ by two
MIN_ITEMS_FOR_TWO_EDITS = 2  # items that have such a correction
MAX_CANDIDATES = 50
# The letters of the keyboard of most of our customers, QWERTY.
KEYBOARD_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
KEY_POSITIONS = {
    key: (row, column) for row, keys in enumerate(KEYBOARD_ROWS) for column, key in enumerate(keys)
}


@cache
def schema() -> tantivy.Schema:
    """Return the schema of the index of words."""
    build = tantivy.SchemaBuilder()
    build.add_text_field("word", tokenizer_name="raw", stored=True, index_option="basic")
    build.add_unsigned_field("items", fast=True)
    return build.build()


class Dictionary:
    """The words of names, brands and categories."""

    def __init__(self, folder: Path):
        self.index = open_index(schema(), folder)

    def correct(self, word: str) -> str | None:
        """Return the most likely correction of a word that no item has, or None.

        What may be a word is not corrected: candles are no handles.
        """
        return self._nearest(word) if may_be_misspelt(word) else None

    def suggest(self, word: str) -> str | None:
        """Return a word of the catalogue that may have been meant, though this is a word too."""
        nearest = self._nearest(word) if _is_correctable(word) and is_word(word) else None
        return nearest if nearest and nearest[0] == word[0] else None

    def _nearest(self, word: str) -> str | None:
        for distance in (1, 2) if len(word) >= MIN_WORD_LENGTH_FOR_TWO_EDITS else (1,):
            candidates = self._within(word, distance)
            if distance > 1:
                candidates = [each for each in candidates if _is_close(word, *each)]
            if candidates:
                return max(candidates, key=lambda candidate: likelihood(word, *candidate))[0]
        return None

    def has(self, word: str) -> bool:
        """Return whether the word is in the dictionary."""
        return bool(self.index.searcher().doc_freq("word", word))

    def add(self, item_counts: Mapping[str, int], writer: tantivy.IndexWriter) -> None:
        """Add new words, each with the number of items that have it; the caller commits."""
        for word, items in item_counts.items():
            document = tantivy.Document()
            document.add_text("word", word)
            document.add_unsigned("items", items)
            writer.add_document(document)

    def _within(self, word: str, distance: int) -> list[tuple[str, int]]:
        searcher = self.index.searcher()
        query = Query.fuzzy_term_query(schema(), "word", word, distance=distance)
        hits = searcher.search(query, MAX_CANDIDATES, count=False, order_by_field="items").hits
        return [(searcher.doc(address)["word"][0], items) for items, address in hits]


def dictionary_words(item: Mapping) -> set[str]:
    """Return the words of an item that a misspelt word may be corrected to."""
    text = analysis.prepare(f"{item['name']} {item['brand']} {item['category']}")
    return {
        word
        for word in analysis.exact_analyzer().analyze(text)
        if len(word) >= MIN_WORD_LENGTH and not any(c.isdigit() for c in word)
    }


def may_be_misspelt(word: str) -> bool:
    """Return whether the word is long enough to be corrected, and in no list of words."""
    return _is_correctable(word) and not is_word(word)


def _is_correctable(word: str) -> bool:
    return len(word) >= MIN_WORD_LENGTH and word.isalpha()


def _is_close(word: str, candidate: str, items: int) -> bool:
    return word[0] == candidate[0] and items >= MIN_ITEMS_FOR_TWO_EDITS


def likelihood(word: str, candidate: str, items: int) -> float:
    """Return how likely the candidate is the correction of a word, as a logarithm of a guess.

    Words that many items have are more likely, people seldom mistake the first letter
    (Pollock and Zamora 1984), and they swap, double and drop letters or hit a key beside
    the right one.
    """
    score = log1p(items)
    if word[0] == candidate[0]:
        score += 2
    if sorted(word) == sorted(candidate) or set(word) == set(candidate):
        score += 1  # letters are swapped or doubled, or one of a double letter is dropped
    elif len(word) == len(candidate) and _differs_by_neighbours(word, candidate):
        score += 1
    elif len(word) < len(candidate):
        score += 1.2
    return score


def _differs_by_neighbours(word: str, candidate: str) -> bool:
    return all(a == b or _are_neighbours(a, b) for a, b in zip(word, candidate, strict=True))


def _are_neighbours(a: str, b: str) -> bool:
    if a not in KEY_POSITIONS or b not in KEY_POSITIONS:
        return False
    (row_a, column_a), (row_b, column_b) = KEY_POSITIONS[a], KEY_POSITIONS[b]
    return abs(row_a - row_b) <= 1 and abs(column_a - column_b) <= 1
