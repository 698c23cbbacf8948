"""What a search engine answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple


class Choice(NamedTuple):
    """A value that results can be narrowed to, and how many items have it."""

    value: str
    count: int  # type: ignore[assignment]  # hides tuple.count, which nobody needs


@dataclass(frozen=True)
class Found:
    """Item ids, best first; `count` says how many there are in all.

    `matched` is how many of them have all the words as they were written. `facets` are the
    choices by "category" and "brand". `corrected` is what was searched for instead.
    """

    ids: list[int]
    count: int = 0
    matched: int = 0
    facets: Mapping[str, Sequence[Choice]] = field(default_factory=dict)
    corrected: str | None = None
