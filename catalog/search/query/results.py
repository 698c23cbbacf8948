"""The result of a search engine."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, field
from decimal import Decimal
from itertools import starmap
from typing import Any, NamedTuple

from catalog.search.query.intent import Intent


class Choice(NamedTuple):
    """A value of a facet, and the number of items that have it."""

    value: str
    count: int  # type: ignore[assignment]  # hides tuple.count, which nobody needs


@dataclass(frozen=True)
class EngineResult:
    """Item ids, best first; `count` is the number of hits on all pages.

    `matched` is the number of hits that have all the words as they were written. `facets`
    are the choices by "category" and "brand". `corrected` is the query that was searched
    instead, after spelling correction; `suggested` is one that was not. `has_all_words` is
    false when no item has all the words, and the hits have some. `intent` is what was read
    from the words.
    """

    ids: list[int]
    count: int = 0
    matched: int = 0
    facets: Mapping[str, Sequence[Choice]] = field(default_factory=dict)
    corrected: str | None = None
    suggested: str | None = None
    has_all_words: bool = True
    intent: Intent | None = None

    def to_plain(self) -> list[Any]:
        """Return the result as lists, texts and numbers, as the cache keeps it."""
        intent = self.intent and _plain(self.intent)
        return [
            *(self.ids, self.count, self.matched, dict(self.facets)),
            *(self.corrected, self.suggested, self.has_all_words, intent),
        ]

    @classmethod
    def from_plain(cls, plain: list[Any]) -> "EngineResult":
        """Return the result that `to_plain` wrote, after its way through the cache."""
        ids, count, matched, facets, corrected, suggested, has_all_words, intent = plain
        choices = {facet: list(starmap(Choice, pairs)) for facet, pairs in facets.items()}
        hints = (corrected, suggested, has_all_words, intent and _intent(*intent))
        return cls(ids, count, matched, choices, *hints)


def _plain(intent: Intent) -> list[Any]:
    values = astuple(intent)
    return [str(value) if isinstance(value, Decimal) else value for value in values]


def _intent(text: str, excluded: list[str], low: Any, high: Any, *rest: str) -> Intent:
    return Intent(text, tuple(excluded), low and Decimal(low), high and Decimal(high), *rest)
