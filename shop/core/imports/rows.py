"""What feeds are read into, whatever they are written in."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

# Characters of one row. One that never ends stops here instead of eating the file.
MAX_ROW = 500_000


class FeedUnreadable(Exception):
    """The file as a whole is no feed that can be read."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row, the physical line where it starts, and what is wrong with it, if anything."""

    line: int
    values: dict[str, str] = field(default_factory=dict)
    flaw: str = ""


class Feed(Protocol):
    """An open file, whose rows come when it is iterated."""

    path: Path

    def __iter__(self) -> Iterator[Row]: ...
