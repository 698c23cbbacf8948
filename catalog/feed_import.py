"""Importing feeds: what the imports of items, warehouses and stock have in common."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar

from django.db import transaction

from catalog.edge import at_edge
from catalog.feeds import Feed, Row, open_feed

# Rows as (line, what was read there).
Rows = Sequence[tuple[int, Any]]


class RowRefused(Exception):
    """A row that cannot be taken; says why."""


class NothingTaken(Exception):
    """A strict import met bad rows, so nothing of the call was taken."""

    def __init__(self, counts: Mapping[str, int]):
        super().__init__(
            f"Nothing was taken: {counts['refused']} of {counts['rows']} rows are bad."
        )
        self.counts = counts


@dataclass(frozen=True)
class Refusal:
    """Which row was refused, and why."""

    path: Path
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.reason}"


@dataclass
class Taken:
    """What became of a batch: how many rows of each outcome, and the refused ones by line."""

    counts: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[int, str]] = field(default_factory=list)


class FeedKind(ABC):
    """What the rows of a kind of feed mean; made anew for each file, with its columns."""

    required: ClassVar[tuple[str, ...]]
    optional: ClassVar[tuple[str, ...]]
    outcomes: ClassVar[tuple[str, ...]]
    batch_size: ClassVar[int]

    @abstractmethod
    def __init__(self, columns: Sequence[str]): ...

    @abstractmethod
    def read(self, values: Mapping[str, str]) -> Any:
        """Return what a row says. Raises RowRefused."""

    @abstractmethod
    def take(self, rows: Rows) -> Taken:
        """Write a batch, inside a transaction that may be tried again."""


def import_feeds(
    kind: type[FeedKind],
    paths: Iterable[Path],
    *,
    is_strict: bool = False,
    on_refusal: Callable[[Refusal], object] = lambda refusal: None,
    on_bytes: Callable[[int], object] = lambda count: None,
) -> Counter[str]:
    """Take the rows of the files, in batches of a transaction each; returns the counts.

    A bad row goes to `on_refusal` and the others are taken. A strict import is one
    transaction and takes all rows or none. All files are opened before any row is
    taken. Raises FeedUnreadable, Busy, or NothingTaken when strict.
    """
    if is_strict:
        return at_edge(_take_all_or_nothing, kind, list(paths), on_refusal, on_bytes)
    return _take_files(kind, paths, on_refusal, on_bytes)


@transaction.atomic
def _take_all_or_nothing(kind, paths, on_refusal, on_bytes) -> Counter[str]:
    counts = _take_files(kind, paths, on_refusal, on_bytes)
    if counts["refused"]:
        raise NothingTaken(counts)
    return counts


def _take_files(kind, paths, on_refusal, on_bytes) -> Counter[str]:
    counts = Counter(dict.fromkeys(("rows", *kind.outcomes, "refused"), 0))
    columns = {"required": kind.required, "optional": kind.optional}
    with ExitStack() as stack:
        feeds = [
            stack.enter_context(open_feed(path, **columns, on_bytes=on_bytes)) for path in paths
        ]
        for feed in feeds:
            for taken in _take_feed(kind(feed.columns), feed):
                counts.update(taken.counts)
                for line, reason in sorted(taken.refused):
                    on_refusal(Refusal(feed.path, line, reason))
    return counts


def _take_feed(kind: FeedKind, feed: Feed) -> Iterator[Taken]:
    rows = iter(feed)
    while batch := list(islice(rows, kind.batch_size)):
        good, refused = _read_rows(kind, batch)
        taken = at_edge(kind.take, good) if good else Taken()
        taken.refused += refused
        taken.counts += Counter(rows=len(batch), refused=len(taken.refused))
        yield taken


def _read_rows(
    kind: FeedKind, batch: Iterable[Row]
) -> tuple[list[tuple[int, Any]], list[tuple[int, str]]]:
    good: list[tuple[int, Any]] = []
    refused: list[tuple[int, str]] = []
    for row in batch:
        try:
            if row.flaw:
                raise RowRefused(row.flaw)
            good.append((row.line, kind.read(row.values)))
        except RowRefused as refusal:
            refused.append((row.line, str(refusal)))
    return good, refused
