"""Google Merchant feeds as RSS 2.0 or Atom, read element by element in constant memory.

https://support.google.com/merchants/answer/14987622 shows both. An item may say things in
Google's namespace or in that of the feed; what is said in Google's counts. Document types
are refused, and with them every way for a file to grow or to reach for others.
"""

import zlib
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol
from xml.sax import SAXException, SAXParseException
from xml.sax.handler import ContentHandler, feature_namespaces
from xml.sax.xmlreader import AttributesNSImpl

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from shop.core.imports.rows import MAX_ROW, FeedUnreadable, Row

GOOGLE = "http://base.google.com/ns/1.0"
ATOM = "http://www.w3.org/2005/Atom"
# What of several elements of the same name counts: the lowest, of equals the first.
RANKS = {GOOGLE: 0, None: 1, "": 1, ATOM: 2}
# Where Atom says what RSS calls otherwise.
OTHER_NAMES = {(ATOM, "summary"): "description", (ATOM, "content"): "description"}
DETAILS = "product_detail"  # the one column whose elements have parts
ROOTS = {"rss", "feed"}
ROWS = {"item", "entry"}
MAX_DEPTH = 50
BLOCK_SIZE = 2**16


class Bytes(Protocol):
    def read(self, size: int, /) -> bytes: ...


class XmlFeed:
    """An open feed, its rows when iterated. Raises FeedUnreadable."""

    def __init__(self, path: Path, file: Bytes, required: Sequence[str], optional: Sequence[str]):
        self.path = path
        self._file = file
        self._parser = DefusedExpatParser(forbid_dtd=True)
        self._handler = _Rows(required, optional, line_now=self._parser.getLineNumber)
        self._parser.setFeature(feature_namespaces, True)
        self._parser.setContentHandler(self._handler)
        self._unheard = 0  # bytes since something was heard of the parser
        while not self._handler.is_begun and self._read():
            pass

    def __iter__(self) -> Iterator[Row]:
        is_more = True
        while is_more:
            while self._handler.rows:
                yield self._handler.rows.popleft()
            is_more = self._read()
        yield from self._handler.rows

    def _read(self) -> bool:
        """Read on; False when the file is at its end."""
        try:
            some = self._file.read(BLOCK_SIZE)
        except (OSError, EOFError, zlib.error) as error:
            raise self._unreadable(str(error)) from error
        try:
            self._parser.feed(some) if some else self._parser.close()
        except DefusedXmlException as error:
            raise self._unreadable("it has a document type, which no feed needs") from error
        except SAXParseException as error:
            raise self._unreadable(f"this is not well-formed XML: {error.getMessage()}") from error
        except (SAXException, LookupError, ValueError) as error:
            raise self._unreadable(f"this XML cannot be read: {error}") from error
        self._unheard = 0 if self._handler.take_notice() else self._unheard + len(some)
        if self._unheard > MAX_ROW:
            raise self._unreadable(f"a tag goes on for more than {MAX_ROW} bytes")
        return bool(some)

    def _unreadable(self, reason: str) -> FeedUnreadable:
        return FeedUnreadable(f"{self.path}: {reason} (line {self._parser.getLineNumber()})")


class _Rows(ContentHandler):
    """Collects items, and of each the text of the elements that are known columns."""

    def __init__(
        self, required: Sequence[str], optional: Sequence[str], line_now: Callable[[], int | None]
    ):
        super().__init__()
        self._line_now = line_now
        self.rows: deque[Row] = deque()
        self.is_begun = False
        self._required = required
        self._known = {*required, *optional}
        self._depth = 0
        self._row_depth = 0  # of the item that is open, if one is
        self._column = ""  # of that item, if the open element is one that is known
        self._part = ""  # of that column
        self._text: list[str] = []
        self._was_heard = False

    def take_notice(self) -> bool:
        """Whether anything came since this was asked last."""
        was_heard, self._was_heard = self._was_heard, False
        return was_heard

    def startElementNS(  # noqa: N802 -- so SAX calls it
        self, name: tuple[str | None, str], qname: str | None, attrs: AttributesNSImpl
    ) -> None:
        self._was_heard = True
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise SAXException(f"elements are more than {MAX_DEPTH} levels deep")
        if self._depth == 1:
            self._begin(name[1])
        elif not self._row_depth:
            if name[1] in ROWS and name[0] in RANKS:
                self._begin_row()
        elif self._depth == self._row_depth + 1:
            self._begin_column(*name)
        elif self._column == DETAILS and self._depth == self._row_depth + 2:
            self._part, self._parts[name[1]] = name[1], ""

    def characters(self, content: str) -> None:
        self._was_heard = True
        if not self._row_depth:
            return
        self._size += len(content)
        if self._size > MAX_ROW:
            self._text = []
        elif self._part:
            self._parts[self._part] += content
        elif self._column:
            self._text.append(content)

    def endElementNS(self, name: tuple[str | None, str], qname: str | None) -> None:  # noqa: N802
        self._was_heard = True
        if self._row_depth and self._depth == self._row_depth:
            self._end_row()
        elif self._row_depth and self._depth == self._row_depth + 1 and self._column:
            self._end_column()
        elif self._depth == self._row_depth + 2:
            self._part = ""
        self._depth -= 1

    def _begin(self, root: str) -> None:
        if root not in ROOTS:
            raise SAXException(f"it is neither RSS nor Atom, but <{root[:40]}>")
        self.is_begun = True

    def _begin_row(self) -> None:
        self._row_depth = self._depth
        self._line = self._line_now() or 1
        self._size = 0
        self._values: dict[str, tuple[int, str]] = {}
        self._column = self._part = ""

    def _begin_column(self, namespace: str | None, tag: str) -> None:
        column = OTHER_NAMES.get((namespace or "", tag), tag)
        is_known = namespace in RANKS and column in self._known
        self._column = column if is_known else ""
        self._rank = RANKS.get(namespace, 0) + (column != tag)
        self._text = []
        self._parts: dict[str, str] = {}

    def _end_column(self) -> None:
        text = "".join(self._text).strip()
        rank, before = self._values.get(self._column, (self._rank + 1, ""))
        if self._column == DETAILS:
            said = ",".join(filter(None, [before, _detail(self._parts) if self._parts else text]))
            self._values[DETAILS] = (self._rank, said)
        elif self._rank < rank:
            self._values[self._column] = (self._rank, text)
        self._column = ""

    def _end_row(self) -> None:
        if self._size > MAX_ROW:
            row = Row(self._line, flaw=f"it goes on for more than {MAX_ROW} characters")
        else:
            values = dict.fromkeys(self._required, "")
            row = Row(self._line, values | {name: text for name, (_, text) in self._values.items()})
        self.rows.append(row)
        self._row_depth = 0


def _detail(parts: dict[str, str]) -> str:
    """Write an element's parts as a table does: `section:name:value`."""
    section, label, value = (
        parts.get(name, "") for name in ("section_name", "attribute_name", "attribute_value")
    )
    words = [section.replace(":", " "), label.replace(":", " "), value.rstrip("\\")]
    return ":".join(" ".join(word.split()) for word in words).replace(",", "\\,")
