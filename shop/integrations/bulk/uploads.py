"""Files of JSON lines as they come in, plain or gzip: kept on disk while they are read."""

import gzip
import hashlib
import tempfile
import weakref
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Protocol

from shop.core.imports.opening import GZIP_MAGIC
from shop.core.refusals import Refusal

MAX_LINES = 100_000
MAX_LINE_NUMBERS = 2 * MAX_LINES  # of lines, blank ones too
MAX_BYTES = 64 * 2**20  # as it is sent, and unpacked
MAX_LINE_LENGTH = 2**20  # bytes; of a longer one the beginning is kept, to be refused
CHUNK_LINES = 500
CHUNK_BYTES = 2**20
BLOCK_SIZE = 2**16


class UploadTooLarge(Refusal):
    """The file has more bytes or lines than one job may have."""

    code = "too-large"

    def __init__(self) -> None:
        super().__init__(f"A job takes up to {MAX_LINES} lines and {MAX_BYTES} bytes, unpacked.")
        self.lines = MAX_LINES
        self.bytes = MAX_BYTES

    def details(self):
        return {"lines": self.lines, "bytes": self.bytes}


class UploadBroken(Exception):
    """The file ended early, or its packing is damaged."""


class Stream(Protocol):
    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True)
class Part:
    """Lines that follow each other, as they came, and where they begin in the file."""

    first_line: int
    lines: bytes


class Upload:
    """A file that has come in whole. `fingerprint` is of its unpacked bytes and its purpose."""

    def __init__(self, stream: Stream, *, size: int | None, purpose: str = ""):
        """Read the stream to its end. Raises UploadTooLarge or UploadBroken."""
        self._file = tempfile.SpooledTemporaryFile(max_size=BLOCK_SIZE)  # noqa: SIM115
        weakref.finalize(self, self._file.close)
        received = _copy(stream, self._file)
        if size is not None and received < size:
            raise UploadBroken(f"Only {received} of {size} bytes came.")
        self.total, self.fingerprint = self._look_through(hashlib.sha256(purpose.encode()))

    def parts(self) -> Iterator[Part]:
        """The file in parts of so many lines and bytes at most, but for those all blank."""
        return (part for part in self._all_parts() if not part.lines.isspace())

    def _all_parts(self) -> Iterator[Part]:
        first, size = 1, 0
        lines: list[bytes] = []
        for number, line in enumerate(self._lines(), start=1):
            if len(lines) == CHUNK_LINES or (lines and size + len(line) > CHUNK_BYTES):
                yield Part(first, b"".join(lines))
                first, lines, size = number, [], 0
            lines.append(line)
            size += len(line)
        if lines:
            yield Part(first, b"".join(lines))

    def _look_through(self, digest) -> tuple[int, str]:
        total = size = 0
        for place, line in enumerate(self._lines(), start=1):
            digest.update(line)
            size += len(line)
            total += not line.isspace()
            if total > MAX_LINES or place > MAX_LINE_NUMBERS or size > MAX_BYTES:
                raise UploadTooLarge
        return total, digest.hexdigest()

    def _lines(self) -> Iterator[bytes]:
        """Every line with its end. Raises UploadBroken or UploadTooLarge."""
        self._file.seek(0)
        is_packed = self._file.read(2) == GZIP_MAGIC
        self._file.seek(0)
        plain: IO[bytes] = gzip.GzipFile(fileobj=self._file, mode="rb") if is_packed else self._file  # type: ignore[assignment]
        try:
            yield from _bounded(plain)
        except (OSError, EOFError, zlib.error) as error:
            raise UploadBroken(f"The gzip is damaged: {error}") from error


def lines_of(part: Part) -> Iterator[tuple[int, bytes]]:
    """The lines of a part that are not blank, each with its place in the file."""
    for number, line in enumerate(part.lines.split(b"\n"), start=part.first_line):
        if line and not line.isspace():
            yield number, line


def _copy(stream: Stream, file: IO[bytes]) -> int:
    received = 0
    while some := stream.read(BLOCK_SIZE):
        received += len(some)
        if received > MAX_BYTES:
            raise UploadTooLarge
        file.write(some)
    return received


def _bounded(plain: IO[bytes]) -> Iterator[bytes]:
    """Lines, each ended and none much longer than a line may be; all bytes are counted."""
    size = 0
    while line := plain.readline(MAX_LINE_LENGTH + 1):
        size += len(line)
        rest = line
        while len(rest) > MAX_LINE_LENGTH and not rest.endswith(b"\n"):
            rest = plain.readline(MAX_LINE_LENGTH + 1)
            size += len(rest)
            if size > MAX_BYTES:
                raise UploadTooLarge
        yield line if line.endswith(b"\n") else line + b"\n"
