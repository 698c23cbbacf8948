"""The rows of a feed, the same for each file format."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

# Characters of one row. A row that never ends stops here, and the rows after it are read.
MAX_ROW_LENGTH = 500_000


class FeedUnreadable(Exception):
    """The file as a whole cannot be read as a feed; the message says why."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row: the physical line where it starts, its values by column, and its flaw, if any."""

    line: int
    values: dict[str, str] = field(default_factory=dict)
    flaw: str = ""


class Feed(Protocol):
    """An open file, which yields its rows when it is iterated."""

    path: Path

    def __iter__(self) -> Iterator[Row]: ...
