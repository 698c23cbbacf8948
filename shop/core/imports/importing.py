"""Importing feeds: what the imports of items, warehouses and stock have in common."""

import uuid
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar

from django.db import connection, transaction

from shop.core.db.transactions import run_transaction
from shop.core.imports.opening import open_feed
from shop.core.imports.rows import Feed, Row

# Where a row is: the number of its file among those of the import, and its line there.
Where = tuple[int, int]
# Rows as (where, what was read there).
Rows = Sequence[tuple[Where, Any]]


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
    """What became of a batch: how many rows of each outcome, and where the refused ones are."""

    counts: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[Where, str]] = field(default_factory=list)


class FeedKind(ABC):
    """What the rows of a kind of feed mean; made anew for each import."""

    required: ClassVar[tuple[str, ...]]
    optional: ClassVar[tuple[str, ...]]
    outcomes: ClassVar[tuple[str, ...]]
    batch_size: ClassVar[int]
    may_be_xml: ClassVar[bool] = False

    @abstractmethod
    def read(self, values: Mapping[str, str]) -> Any:
        """Return what a row says, by the columns that its file has. Raises RowRefused."""

    @abstractmethod
    def take(self, rows: Rows) -> Taken:
        """Write a batch, or all rows of a strict import, as the whole of a transaction.

        The transaction may be tried again, so what is remembered has to roll back with it.
        """


class SeenKeys:
    """The keys that came in an import, kept in the database.

    So they need no memory, and go when a transaction that is tried again rolls back.
    """

    def __init__(self) -> None:
        self._name = uuid.uuid4()

    def note(self, keys: Iterable[str]) -> int:
        """Remember keys; returns how many of them are seen for the first time."""
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE TEMP TABLE IF NOT EXISTS catalog_seen_in_import"
                " (import uuid, key text, PRIMARY KEY (import, key))"
            )
            cursor.execute(
                "INSERT INTO catalog_seen_in_import SELECT %s, unnest(%s::text[])"
                " ON CONFLICT DO NOTHING",
                [self._name, list(keys)],
            )
            return cursor.rowcount


def import_feeds(
    kind: type[FeedKind],
    paths: Iterable[Path],
    *,
    is_strict: bool = False,
    on_refusal: Callable[[Refusal], object] = lambda refusal: None,
    on_bytes: Callable[[int], object] = lambda count: None,
) -> Counter[str]:
    """Take the rows of the files, in batches of a transaction each; returns the counts.

    A bad row goes to `on_refusal` and the others are taken. A strict import takes all
    rows or none: it reads them all into memory first, for a transaction that takes its
    locks once and in order. All files are opened before any row is taken. Raises
    FeedUnreadable, Busy, or NothingTaken when strict.
    """
    counts = Counter(dict.fromkeys(("rows", *kind.outcomes, "refused"), 0))
    take = _take_together if is_strict else _take_in_batches
    with ExitStack() as stack:
        feeds = [
            stack.enter_context(
                open_feed(
                    path,
                    required=kind.required,
                    optional=kind.optional,
                    may_be_xml=kind.may_be_xml,
                    on_bytes=on_bytes,
                )
            )
            for path in paths
        ]
        for taken in take(kind(), feeds):
            counts.update(taken.counts)
            for (number, line), reason in sorted(taken.refused):
                on_refusal(Refusal(feeds[number].path, line, reason))
    if is_strict and counts["refused"]:
        raise NothingTaken(counts)
    return counts


def said_by_key(rows: Rows, key: str) -> dict[str, dict[str, Any]]:
    """Return what rows say, in the order of a key; later rows overrule earlier ones."""
    said: dict[str, dict[str, Any]] = {}
    for _, fields in rows:
        said.setdefault(fields[key], {}).update(fields)
    return dict(sorted(said.items()))


def alike(said: Sequence[Mapping[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Split what is to be upserted into parts of which all rows say the same fields.

    The first part has every row, with what all of them say: writing it locks them all in
    their order, and the parts after it write more of rows that are locked already.
    """
    if not said:
        return
    shared = set.intersection(*(set(fields) for fields in said))
    yield [{name: fields[name] for name in fields if name in shared} for fields in said]
    wider: dict[frozenset[str], list[dict[str, Any]]] = {}
    for fields in said:
        if len(fields) > len(shared):
            wider.setdefault(frozenset(fields), []).append(dict(fields))
    yield from wider.values()


def _take_in_batches(kind: FeedKind, feeds: Sequence[Feed]) -> Iterator[Taken]:
    for number, feed in enumerate(feeds):
        rows = iter(feed)
        while batch := list(islice(rows, kind.batch_size)):
            good, refused = _read_rows(kind, number, batch)
            taken = run_transaction(_take_batch, kind, good) if good else Taken()
            yield _counted(taken, good, refused)


@transaction.atomic
def _take_batch(kind: FeedKind, rows: Rows) -> Taken:
    return kind.take(rows)


def _take_together(kind: FeedKind, feeds: Sequence[Feed]) -> Iterator[Taken]:
    good: list[tuple[Where, Any]] = []
    refused: list[tuple[Where, str]] = []
    for number, feed in enumerate(feeds):
        more_good, more_refused = _read_rows(kind, number, feed)
        good += more_good
        refused += more_refused
    taken = run_transaction(_take_all_or_nothing, kind, good, has_bad_rows=bool(refused))
    yield _counted(taken, good, refused)


@transaction.atomic
def _take_all_or_nothing(kind: FeedKind, rows: Rows, *, has_bad_rows: bool) -> Taken:
    """Take rows, which finds all that are to be refused, and undo it if any is bad."""
    taken = kind.take(rows) if rows else Taken()
    if has_bad_rows or taken.refused:
        transaction.set_rollback(True)
    return taken


def _counted(taken: Taken, good: Rows, refused: Sequence[tuple[Where, str]]) -> Taken:
    taken.counts["rows"] = len(good) + len(refused)
    taken.refused += refused
    taken.counts["refused"] = len(taken.refused)
    return taken


def _read_rows(
    kind: FeedKind, number: int, rows: Iterable[Row]
) -> tuple[list[tuple[Where, Any]], list[tuple[Where, str]]]:
    good: list[tuple[Where, Any]] = []
    refused: list[tuple[Where, str]] = []
    for row in rows:
        where = (number, row.line)
        try:
            if row.flaw:
                raise RowRefused(row.flaw)
            good.append((where, kind.read(row.values)))
        except RowRefused as refusal:
            refused.append((where, str(refusal)))
    return good, refused
