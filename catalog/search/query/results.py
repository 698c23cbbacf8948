"""The result of a search engine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import starmap
from typing import Any, NamedTuple


class Choice(NamedTuple):
    """A value of a facet, and the number of items that have it."""

    value: str
    count: int  # type: ignore[assignment]  # hides tuple.count, which nobody needs


@dataclass(frozen=True)
class EngineResult:
    """Item ids, best first; `count` is the number of hits on all pages.

    `matched` is the number of hits that have all the words as they were written. `facets`
    are the choices by "category" and "brand". `corrected` is the query that was searched
    instead, after spelling correction.
    """

    ids: list[int]
    count: int = 0
    matched: int = 0
    facets: Mapping[str, Sequence[Choice]] = field(default_factory=dict)
    corrected: str | None = None

    def to_plain(self) -> list[Any]:
        """Return the result as lists, texts and numbers, as the cache keeps it."""
        return [self.ids, self.count, self.matched, dict(self.facets), self.corrected]

    @classmethod
    def from_plain(cls, plain: list[Any]) -> "EngineResult":
        """Return the result that `to_plain` wrote, after its way through the cache."""
        ids, count, matched, facets, corrected = plain
        choices = {facet: list(starmap(Choice, pairs)) for facet, pairs in facets.items()}
        return cls(ids, count, matched, choices, corrected)
