"""Synonym groups and themes, as staff edit them."""

import time
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256

from catalog import models
from catalog.search.text import analysis

CACHE_SECONDS = 5  # of the synonyms in each process

Stems = tuple[str, ...]


class SynonymIndex:
    """Groups of phrases of one meaning, and themes, found by their stems."""

    def __init__(self, groups: Iterable[str], themes: Iterable[tuple[str, str]] = ()):
        self._others: dict[Stems, list[Stems]] = {}
        for group in groups:
            phrases = _phrases(group)
            for phrase in phrases:
                others = [other for other in phrases if other != phrase]
                self._others.setdefault(phrase, []).extend(others)
        self._themes: dict[Stems, list[Stems]] = {}
        for words, finds in themes:
            for phrase in _phrases(words):
                self._themes.setdefault(phrase, []).extend(_phrases(finds))
        known = [*self._others, *self._themes]
        self._stems = {stem for phrase in known for stem in phrase}
        self._max_length = max(map(len, known), default=0)
        state = [sorted(self._others.items()), sorted(self._themes.items())]
        self.digest = sha256(repr(state).encode()).hexdigest()[:16]

    def has(self, stem: str) -> bool:
        """Return whether a phrase of a synonym group or a theme has the stem."""
        return stem in self._stems

    def others(self, stems: Stems) -> Sequence[Stems]:
        """Return the synonyms of a phrase."""
        return self._others.get(stems, [])

    def longest_at(self, stems: Stems, position: int) -> tuple[int, Sequence[Stems]]:
        """Return the length of the longest phrase there with synonyms, and these synonyms.

        Without one, the length is 1 and there are no synonyms.
        """
        length, others = self._longest(self._others, stems, position)
        return length or 1, others

    def theme_at(self, stems: Stems, position: int) -> tuple[int, Sequence[Stems]]:
        """Return the length of the longest theme there, and the phrases that it finds.

        Without one, the length is 0; a theme that fits any item finds no phrases.
        """
        return self._longest(self._themes, stems, position)

    def _longest(
        self, phrases: Mapping[Stems, Sequence[Stems]], stems: Stems, position: int
    ) -> tuple[int, Sequence[Stems]]:
        for length in range(min(self._max_length, len(stems) - position), 0, -1):
            phrase = stems[position : position + length]
            if phrase in phrases:
                return length, phrases[phrase]
        return 0, []


def _phrases(text: str) -> list[Stems]:
    return list(filter(None, map(stem_phrase, text.split(","))))


def stem_phrase(phrase: str) -> Stems:
    """Return the stems of a phrase, in its order."""
    return tuple(analysis.stemming_analyzer().analyze(analysis.prepare(phrase)))


def current_synonyms() -> SynonymIndex:
    """Return the synonyms and themes of the database, read at most CACHE_SECONDS ago."""
    global _synonyms, _read_at  # noqa: PLW0603 -- one copy in each process
    if _synonyms is None or time.monotonic() - _read_at > CACHE_SECONDS:
        groups = models.Synonyms.objects.values_list("words", flat=True)
        _synonyms = SynonymIndex(groups, models.Theme.objects.values_list("words", "finds"))
        _read_at = time.monotonic()
    return _synonyms


_synonyms: SynonymIndex | None = None
_read_at = 0.0
