"""Misspelt words that should be corrected, and right ones that should not."""

import random
from collections import defaultdict
from pathlib import Path

from benchmarks.eval_search.metrics import CUT, SEED
from benchmarks.eval_search.rankings import shipped

TYPOS = 200
MIN_COMMON = 8  # of the ten best hits of a misspelt word and of the right spelling
# Words that people type in shops, whether the catalogue has them or not.
RIGHT_WORDS = (Path(__file__).parent / "right_words.txt").read_text().split()


def false_corrections() -> list[tuple[str, str]]:
    """Return the right words that are replaced, each with what is searched instead."""
    replaced = ((word, _correction(word)) for word in RIGHT_WORDS)
    return [(word, correction) for word, correction in replaced if correction]


def missed_typos(queries: list[str]) -> list[tuple[str, str]]:
    """Return those of TYPOS misspelt words that do not find what the right word finds."""
    chance = random.Random(SEED)
    words = chance.sample(_words_to_misspell(queries), TYPOS)
    cases = [(word, _misspelt(word, chance)) for word in words]
    return [case for case in cases if not _finds_the_same(*case)]


def _correction(word: str) -> str | None:
    from catalog.search.engines.selection import local
    from catalog.search.query.search_query import SearchQuery

    return local.search(SearchQuery(text=word), offset=0, limit=1).corrected


def _words_to_misspell(queries: list[str]) -> list[str]:
    """Return words of the queries, and then the most common words of names."""
    from catalog.models import Item

    common: dict[str, int] = defaultdict(int)
    for name in Item.objects.on_sale().values_list("name", flat=True):
        for word in set(name.casefold().split()):
            common[word] += 1
    queried = {word for query in queries for word in query.split()}
    by_frequency = sorted(common, key=lambda word: (-common[word], word))
    ordered = [*sorted(queried), *(word for word in by_frequency if word not in queried)]
    return [word for word in ordered if word.isascii() and word.isalpha() and len(word) >= 4][:300]


def _misspelt(word: str, chance: random.Random) -> str:
    """Return a word with one letter swapped, dropped, doubled or replaced by a neighbour."""
    index = chance.randrange(1, len(word) - 1)
    slip = chance.choice(["swap", "drop", "double", "neighbour"])
    if slip == "swap" and word[index] != word[index + 1]:
        return word[:index] + word[index + 1] + word[index] + word[index + 2 :]
    if slip == "drop":
        return word[:index] + word[index + 1 :]
    if slip == "neighbour":
        return word[:index] + _neighbour(word[index], chance) + word[index + 1 :]
    return word[:index] + word[index] * 2 + word[index + 1 :]


def _neighbour(letter: str, chance: random.Random) -> str:
    """Return a letter beside this one on the keyboard."""
    from catalog.search.index.spelling import KEYBOARD_ROWS

    row = next(row for row in KEYBOARD_ROWS if letter in row)
    index = row.index(letter)
    return chance.choice([key for key in row[max(index - 1, 0) : index + 2] if key != letter])


def _finds_the_same(right: str, wrong: str) -> bool:
    """Return whether a misspelt word has nearly the same best hits as the right one."""
    expected, hits = shipped(right)[:CUT], shipped(wrong)[:CUT]
    return len(set(expected) & set(hits)) >= min(MIN_COMMON, len(expected))
