"""Synonym groups, as staff edit them."""

import time
from collections.abc import Iterable, Sequence
from hashlib import sha256

from catalog import models
from catalog.search.text import analysis

CACHE_SECONDS = 5  # of the synonyms in each process

Stems = tuple[str, ...]


class SynonymIndex:
    """Groups of phrases of one meaning, found by their stems."""

    def __init__(self, groups: Iterable[str]):
        self._others: dict[Stems, list[Stems]] = {}
        for group in groups:
            phrases = [stem_phrase(phrase) for phrase in group.split(",")]
            for phrase in filter(None, phrases):
                others = [other for other in phrases if other and other != phrase]
                self._others.setdefault(phrase, []).extend(others)
        self._max_length = max(map(len, self._others), default=0)
        self.digest = sha256(repr(sorted(self._others.items())).encode()).hexdigest()[:16]

    def has(self, stems: Stems) -> bool:
        """Return whether the phrase is in a synonym group."""
        return stems in self._others

    def longest_at(self, stems: Stems, position: int) -> tuple[int, Sequence[Stems]]:
        """Return the length of the longest phrase there with synonyms, and these synonyms.

        Without one, the length is 1 and there are no synonyms.
        """
        for length in range(min(self._max_length, len(stems) - position), 0, -1):
            if others := self._others.get(stems[position : position + length]):
                return length, others
        return 1, []


def stem_phrase(phrase: str) -> Stems:
    """Return the stems of a phrase, in its order."""
    return tuple(analysis.stemming_analyzer().analyze(analysis.prepare(phrase)))


def current_synonyms() -> SynonymIndex:
    """Return the synonyms of the database, read at most CACHE_SECONDS ago."""
    global _synonyms, _read_at  # noqa: PLW0603 -- one copy in each process
    if _synonyms is None or time.monotonic() - _read_at > CACHE_SECONDS:
        _synonyms = SynonymIndex(models.Synonyms.objects.values_list("words", flat=True))
        _read_at = time.monotonic()
    return _synonyms


_synonyms: SynonymIndex | None = None
_read_at = 0.0
