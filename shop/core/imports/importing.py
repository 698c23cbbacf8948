"""The import of feeds, in batches or all rows at once; each kind of feed defines its rows."""

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

# The position of a row: the number of its file among those of the import, and its line there.
RowPosition = tuple[int, int]
# Rows as (position, the result of `FeedKind.read`).
Rows = Sequence[tuple[RowPosition, Any]]


class InvalidRow(Exception):
    """A row that cannot be imported; the message says why."""


class StrictImportRefused(Exception):
    """A strict import has bad rows, so none of its rows were imported."""

    def __init__(self, counts: Mapping[str, int]):
        super().__init__(
            f"Nothing was taken: {counts['refused']} of {counts['rows']} rows are bad."
        )
        self.counts = counts


@dataclass(frozen=True)
class RefusedRow:
    """A refused row, with the reason."""

    path: Path
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.reason}"


@dataclass
class BatchResult:
    """The result of a batch: the count of rows by outcome, and the refused rows with reasons."""

    counts: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[RowPosition, str]] = field(default_factory=list)


class FeedKind(ABC):
    """A kind of feed: how its rows are read and written. Each import has an object of its own."""

    required: ClassVar[tuple[str, ...]]
    optional: ClassVar[tuple[str, ...]]
    outcomes: ClassVar[tuple[str, ...]]
    batch_size: ClassVar[int]
    may_be_xml: ClassVar[bool] = False

    @abstractmethod
    def read(self, values: Mapping[str, str]) -> Any:
        """Return the content of a row, by the columns that its file has. Raises InvalidRow."""

    @abstractmethod
    def take(self, rows: Rows) -> BatchResult:
        """Write a batch, or all rows of a strict import, as the whole of a transaction.

        The transaction may be retried, so any state kept between batches has to roll back
        with it.
        """


class SeenKeys:
    """The keys that an import has seen, in a temporary table of the database.

    So they need no memory, and roll back with a transaction that is retried.
    """

    def __init__(self) -> None:
        self._import_id = uuid.uuid4()

    def add(self, keys: Iterable[str]) -> int:
        """Add keys; return how many of them are new."""
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE TEMP TABLE IF NOT EXISTS seen_import_keys"
                " (import uuid, key text, PRIMARY KEY (import, key))"
            )
            cursor.execute(
                "INSERT INTO seen_import_keys SELECT %s, unnest(%s::text[]) ON CONFLICT DO NOTHING",
                [self._import_id, list(keys)],
            )
            return cursor.rowcount


def import_feeds(
    kind: type[FeedKind],
    paths: Iterable[Path],
    *,
    is_strict: bool = False,
    on_refusal: Callable[[RefusedRow], object] = lambda row: None,
    on_bytes: Callable[[int], object] = lambda count: None,
) -> Counter[str]:
    """Import the rows of the files, in batches of a transaction each; return the counts.

    The counts are of "rows", of each of the kind's outcomes and of "refused". A bad row is
    passed to `on_refusal` and the others are imported. A strict import takes all rows or
    none: it reads them all into memory first, for one transaction that takes its locks once
    and in order. All files are opened before any row is imported. Raises FeedUnreadable,
    Busy, or StrictImportRefused when strict.
    """
    counts = Counter(dict.fromkeys(("rows", *kind.outcomes, "refused"), 0))
    write = _write_together if is_strict else _write_in_batches
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
        for result in write(kind(), feeds):
            counts.update(result.counts)
            for (number, line), reason in sorted(result.refused):
                on_refusal(RefusedRow(feeds[number].path, line, reason))
    if is_strict and counts["refused"]:
        raise StrictImportRefused(counts)
    return counts


def merge_by_key(rows: Rows, key: str) -> dict[str, dict[str, Any]]:
    """Merge rows by a key, in its order; fields of later rows overrule those of earlier ones."""
    merged: dict[str, dict[str, Any]] = {}
    for _, fields in rows:
        merged.setdefault(fields[key], {}).update(fields)
    return dict(sorted(merged.items()))


def split_by_fields(rows: Sequence[Mapping[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Split rows to upsert into parts, in each of which all rows have the same fields.

    The first part has every row, with the fields that all of them share: writing it locks
    them all in their order, and the later parts write more fields of rows that are locked
    already.
    """
    if not rows:
        return
    shared = set.intersection(*(set(fields) for fields in rows))
    yield [{name: fields[name] for name in fields if name in shared} for fields in rows]
    wider: dict[frozenset[str], list[dict[str, Any]]] = {}
    for fields in rows:
        if len(fields) > len(shared):
            wider.setdefault(frozenset(fields), []).append(dict(fields))
    yield from wider.values()


def _write_in_batches(kind: FeedKind, feeds: Sequence[Feed]) -> Iterator[BatchResult]:
    for number, feed in enumerate(feeds):
        rows = iter(feed)
        while batch := list(islice(rows, kind.batch_size)):
            good, refused = _read_rows(kind, number, batch)
            result = run_transaction(_write_batch, kind, good) if good else BatchResult()
            yield _with_refused(result, good, refused)


@transaction.atomic
def _write_batch(kind: FeedKind, rows: Rows) -> BatchResult:
    return kind.take(rows)


def _write_together(kind: FeedKind, feeds: Sequence[Feed]) -> Iterator[BatchResult]:
    good: list[tuple[RowPosition, Any]] = []
    refused: list[tuple[RowPosition, str]] = []
    for number, feed in enumerate(feeds):
        more_good, more_refused = _read_rows(kind, number, feed)
        good += more_good
        refused += more_refused
    result = run_transaction(_write_all_or_nothing, kind, good, has_bad_rows=bool(refused))
    yield _with_refused(result, good, refused)


@transaction.atomic
def _write_all_or_nothing(kind: FeedKind, rows: Rows, *, has_bad_rows: bool) -> BatchResult:
    """Write rows, to learn which of them are refused, and roll back if any row is bad."""
    result = kind.take(rows) if rows else BatchResult()
    if has_bad_rows or result.refused:
        transaction.set_rollback(True)
    return result


def _with_refused(
    result: BatchResult, good: Rows, refused: Sequence[tuple[RowPosition, str]]
) -> BatchResult:
    """Add rows that could not be read to the result of the others, and count both."""
    result.counts["rows"] = len(good) + len(refused)
    result.refused += refused
    result.counts["refused"] = len(result.refused)
    return result


def _read_rows(
    kind: FeedKind, number: int, rows: Iterable[Row]
) -> tuple[list[tuple[RowPosition, Any]], list[tuple[RowPosition, str]]]:
    good: list[tuple[RowPosition, Any]] = []
    refused: list[tuple[RowPosition, str]] = []
    for row in rows:
        position = (number, row.line)
        try:
            if row.flaw:
                raise InvalidRow(row.flaw)
            good.append((position, kind.read(row.values)))
        except InvalidRow as refusal:
            refused.append((position, str(refusal)))
    return good, refused
