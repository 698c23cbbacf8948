"""Tables as TSV or CSV, read row by row in constant memory."""

import csv
import re
import zlib
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from shop.core.imports.rows import MAX_ROW_LENGTH, FeedUnreadable, Row

# Decoding with `surrogateescape` turns bytes that are not UTF-8 into these.
NOT_UTF_8 = re.compile("[\udc80-\udcff]")


class TableFeed:
    """An open table; it has columns, and yields its rows when it is iterated."""

    def __init__(self, path: Path, text: TextIO, names: Sequence[str], required: Sequence[str]):
        self.path = path
        self._lines = _Lines(path, text)
        header = next(self._lines, "")
        if not header.strip():
            raise FeedUnreadable(f"{path}: the file is empty")
        delimiter = "\t" if "\t" in header else ","
        self._lines.unread_from(0)
        self._reader = csv.reader(self._lines, delimiter=delimiter, strict=True)
        self._width, self._columns = self._read_header(names)
        if missing := [name for name in required if name not in self._columns]:
            raise FeedUnreadable(f"{path}: there is no column {', '.join(missing)}")

    @property
    def columns(self) -> list[str]:
        """Return the names of the columns that are read."""
        return list(self._columns)

    def __iter__(self) -> Iterator[Row]:
        while True:
            line = self._lines.begin_row()
            try:
                fields = next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                self._lines.unread_from(1)
                yield Row(line, flaw=f"this is no row of a table: {error}")
                continue
            if fields:  # an empty line is no row
                yield self._row(line, fields)

    def _read_header(self, names: Sequence[str]) -> tuple[int, dict[str, int]]:
        """Return the number of columns, and the index of each named one."""
        self._lines.begin_row()
        try:
            header = [_column_name(name) for name in next(self._reader)]
        except (csv.Error, StopIteration) as error:
            raise FeedUnreadable(f"{self.path}: the header is no row of a table") from error
        if repeated := sorted({name for name in names if header.count(name) > 1}):
            raise FeedUnreadable(f"{self.path}: there are several columns {', '.join(repeated)}")
        return len(header), {name: header.index(name) for name in names if name in header}

    def _row(self, line: int, fields: list[str]) -> Row:
        if len(fields) != self._width:
            self._lines.unread_from(1)  # a stray quote may have swallowed good rows
            return Row(line, flaw=f"there are {len(fields)} fields, the header has {self._width}")
        values = {name: fields[index].strip() for name, index in self._columns.items()}
        return Row(line, values, _flaw("".join(values.values())))


def _column_name(name: str) -> str:
    return name.strip().lower().replace(" ", "_")


def _flaw(text: str) -> str:
    if "\0" in text:
        return "there is a null character in it"
    if not text.isascii() and NOT_UTF_8.search(text):
        return "it is not valid UTF-8"
    return ""


class _Lines:
    """The physical lines of a text; those of the current row can be read again."""

    def __init__(self, path: Path, text: TextIO):
        self._path = path
        self._text = text
        self._unread: deque[str] = deque()
        self._row: list[str] = []
        self._size = 0
        self._number = 0

    def begin_row(self) -> int:
        """Begin a row; return the number of the line where it starts, from 1."""
        self._row = []
        self._size = 0
        return self._number + 1

    def unread_from(self, index: int) -> None:
        """Let the row's lines be read again, all but its first `index` ones."""
        self._unread.extendleft(reversed(self._row[index:]))
        self._number -= len(self._row[index:])
        self._row = self._row[:index]
        self._size = sum(map(len, self._row))

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._unread.popleft() if self._unread else self._read()
        if not line:
            raise StopIteration
        self._number += 1
        self._row.append(line)
        self._size += len(line)
        if self._size > MAX_ROW_LENGTH:
            raise csv.Error(f"it goes on for more than {MAX_ROW_LENGTH} characters")
        return line

    def _read(self) -> str:
        """Read a line; of one that is too long for a row, only the beginning."""
        try:
            line = rest = self._text.readline(MAX_ROW_LENGTH + 1)
            while len(rest) > MAX_ROW_LENGTH and not rest.endswith(("\n", "\r")):
                rest = self._text.readline(MAX_ROW_LENGTH + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise FeedUnreadable(f"{self._path}: {error} (line {self._number + 1})") from error
        return line
