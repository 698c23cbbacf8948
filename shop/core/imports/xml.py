"""Google Merchant feeds as RSS 2.0 or Atom, read element by element in constant memory.

https://support.google.com/merchants/answer/14987622 shows both. An element may be in
Google's namespace or in that of the feed; Google's overrules. Document types are refused,
and with them entities that expand or that refer to other files.
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

from shop.core.imports.rows import MAX_ROW_LENGTH, FeedUnreadable, Row

GOOGLE = "http://base.google.com/ns/1.0"
ATOM = "http://www.w3.org/2005/Atom"
# The element that counts among several of the same name: the lowest, of equals the first.
RANKS = {GOOGLE: 0, None: 1, "": 1, ATOM: 2}
# Atom's names for elements of RSS.
ATOM_NAMES = {(ATOM, "summary"): "description", (ATOM, "content"): "description"}
DETAILS = "product_detail"  # the only column whose elements have parts
ROOTS = {"rss", "feed"}
ROWS = {"item", "entry"}
MAX_XML_DEPTH = 50
BLOCK_SIZE = 2**16


class BinaryFile(Protocol):
    """An open file of bytes."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes, none at the end of the file."""
        ...


class XmlFeed:
    """An open feed, which yields its rows when it is iterated. Raises FeedUnreadable."""

    def __init__(
        self, path: Path, file: BinaryFile, required: Sequence[str], optional: Sequence[str]
    ):
        self.path = path
        self._file = file
        self._parser = DefusedExpatParser(forbid_dtd=True)
        self._handler = _Rows(required, optional, current_line=self._parser.getLineNumber)
        self._parser.setFeature(feature_namespaces, True)
        self._parser.setContentHandler(self._handler)
        self._bytes_without_event = 0  # read since the last event of the parser
        while not self._handler.is_begun and self._read():
            pass

    def __iter__(self) -> Iterator[Row]:
        has_more = True
        while has_more:
            while self._handler.rows:
                yield self._handler.rows.popleft()
            has_more = self._read()
        yield from self._handler.rows

    def _read(self) -> bool:
        """Parse a block; return False at the end of the file."""
        try:
            block = self._file.read(BLOCK_SIZE)
        except (OSError, EOFError, zlib.error) as error:
            raise self._unreadable(str(error)) from error
        try:
            self._parser.feed(block) if block else self._parser.close()
        except DefusedXmlException as error:
            raise self._unreadable("it has a document type, which no feed needs") from error
        except SAXParseException as error:
            raise self._unreadable(f"this is not well-formed XML: {error.getMessage()}") from error
        except (SAXException, LookupError, ValueError) as error:
            raise self._unreadable(f"this XML cannot be read: {error}") from error
        has_event = self._handler.pop_has_event()
        self._bytes_without_event = 0 if has_event else self._bytes_without_event + len(block)
        if self._bytes_without_event > MAX_ROW_LENGTH:
            raise self._unreadable(f"a tag goes on for more than {MAX_ROW_LENGTH} bytes")
        return bool(block)

    def _unreadable(self, reason: str) -> FeedUnreadable:
        return FeedUnreadable(f"{self.path}: {reason} (line {self._parser.getLineNumber()})")


class _Rows(ContentHandler):
    """Collects the rows of a document: of each item the texts of the elements that are columns."""

    def __init__(
        self,
        required: Sequence[str],
        optional: Sequence[str],
        current_line: Callable[[], int | None],
    ):
        super().__init__()
        self._current_line = current_line
        self.rows: deque[Row] = deque()
        self.is_begun = False
        self._required = required
        self._columns = {*required, *optional}
        self._depth = 0
        self._row_depth = 0  # of the open item, 0 if none is open
        self._column = ""  # the open element of that item, if it is a column
        self._part = ""  # the open part of that column
        self._text: list[str] = []
        self._has_event = False

    def pop_has_event(self) -> bool:
        """Return whether there was an event since the last call."""
        has_event, self._has_event = self._has_event, False
        return has_event

    def startElementNS(  # noqa: N802 -- SAX's name
        self, name: tuple[str | None, str], qname: str | None, attrs: AttributesNSImpl
    ) -> None:
        """Begin the feed, an item, a column or a part of one, by the depth of the element."""
        self._has_event = True
        self._depth += 1
        if self._depth > MAX_XML_DEPTH:
            raise SAXException(f"elements are more than {MAX_XML_DEPTH} levels deep")
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
        """Add text to the open column or part; of a row that is too long, drop it."""
        self._has_event = True
        if not self._row_depth:
            return
        self._size += len(content)
        if self._size > MAX_ROW_LENGTH:
            self._text = []
        elif self._part:
            self._parts[self._part] += content
        elif self._column:
            self._text.append(content)

    def endElementNS(self, name: tuple[str | None, str], qname: str | None) -> None:  # noqa: N802
        """End the open item, column or part, by the depth of the element."""
        self._has_event = True
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
        self._line = self._current_line() or 1
        self._size = 0
        self._values: dict[str, tuple[int, str]] = {}
        self._column = self._part = ""

    def _begin_column(self, namespace: str | None, tag: str) -> None:
        column = ATOM_NAMES.get((namespace or "", tag), tag)
        is_column = namespace in RANKS and column in self._columns
        self._column = column if is_column else ""
        self._rank = RANKS.get(namespace, 0) + (column != tag)
        self._text = []
        self._parts: dict[str, str] = {}

    def _end_column(self) -> None:
        text = "".join(self._text).strip()
        rank, before = self._values.get(self._column, (self._rank + 1, ""))
        if self._column == DETAILS:
            detail = _detail(self._parts) if self._parts else text
            self._values[DETAILS] = (self._rank, ",".join(filter(None, [before, detail])))
        elif self._rank < rank:
            self._values[self._column] = (self._rank, text)
        self._column = ""

    def _end_row(self) -> None:
        if self._size > MAX_ROW_LENGTH:
            row = Row(self._line, flaw=f"it goes on for more than {MAX_ROW_LENGTH} characters")
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
