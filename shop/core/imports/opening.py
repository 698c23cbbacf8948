"""The opening of a feed, which detects gzip, and tables or XML, from its first bytes."""

import gzip
import io
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from shop.core.imports.rows import Feed, FeedUnreadable
from shop.core.imports.table import TableFeed
from shop.core.imports.xml import XmlFeed

GZIP_MAGIC = b"\x1f\x8b"
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
MARKS = b"\xef\xbb\xbf\xff\xfe\0"  # bytes of byte order marks and of UTF-16's first character


@contextmanager
def open_feed(
    path: Path,
    *,
    required: Sequence[str],
    optional: Sequence[str] = (),
    may_be_xml: bool = False,
    on_bytes: Callable[[int], object] = lambda count: None,
) -> Iterator[Feed]:
    """Open a feed and read its beginning; columns neither required nor optional are ignored.

    `on_bytes` is called with the number of bytes of each read. Raises FeedUnreadable.
    """
    with ExitStack() as stack:
        try:
            raw = stack.enter_context(path.open("rb", buffering=0))
            buffered = io.BufferedReader(_CountedFile(raw, on_bytes), 2**16)
            is_packed = buffered.peek(2)[:2] == GZIP_MAGIC
            plain = gzip.GzipFile(fileobj=buffered, mode="rb") if is_packed else buffered
            first = plain.peek(64)[:64]
        except OSError as error:
            raise FeedUnreadable(f"{path}: {error.strerror or error}") from error
        except (EOFError, zlib.error) as error:
            raise FeedUnreadable(f"{path}: {error} (line 1)") from error
        if may_be_xml and first.lstrip(MARKS).lstrip().startswith(b"<"):
            yield XmlFeed(path, plain, required, optional)
            return
        if first.startswith(UTF_16_MARKS):
            raise FeedUnreadable(f"{path}: this is UTF-16; save it as UTF-8")
        text = io.TextIOWrapper(plain, "utf-8-sig", errors="surrogateescape", newline="")
        yield TableFeed(path, stack.enter_context(text), [*required, *optional], required)


class _CountedFile(io.RawIOBase):
    """A file that reports the bytes of each read, also if it is a pipe."""

    def __init__(self, raw: io.FileIO, on_bytes: Callable[[int], object]):
        self._raw = raw
        self._on_bytes = on_bytes

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer) -> int:
        """Read into a buffer, and report and return the number of bytes."""
        count = self._raw.readinto(buffer) or 0
        self._on_bytes(count)
        return count
