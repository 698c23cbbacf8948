"""Uploads of JSON lines, plain or gzip, spooled to disk and cut into chunks."""

import gzip
import hashlib
import tempfile
import weakref
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Protocol

from shop.core.imports.opening import GZIP_MAGIC
from shop.integrations.bulk.exceptions import UploadBroken, UploadTooLarge

MAX_LINES = 100_000
MAX_LINE_NUMBERS = 2 * MAX_LINES  # blank lines included
MAX_BYTES = 64 * 2**20  # as sent, and also decompressed
MAX_LINE_LENGTH = 2**20  # bytes; a longer line is truncated, and refused by its length
CHUNK_LINES = 500
CHUNK_BYTES = 2**20
BLOCK_SIZE = 2**16


class Stream(Protocol):
    """A source of bytes, as a request's body is."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, none at the end."""


@dataclass(frozen=True)
class FileChunk:
    """Consecutive lines as uploaded, and the number of the first one in the file, from 1."""

    first_line: int
    lines: bytes


class Upload:
    """A complete upload. `total` counts its lines, blank ones excluded.

    `fingerprint` is the SHA-256 of its purpose and its decompressed bytes.
    """

    def __init__(self, stream: Stream, *, size: int | None, purpose: str = ""):
        """Read the stream to its end. Raises UploadTooLarge or UploadBroken."""
        self._file = tempfile.SpooledTemporaryFile(max_size=BLOCK_SIZE)  # noqa: SIM115
        weakref.finalize(self, self._file.close)
        received = _copy(stream, self._file)
        if size is not None and received < size:
            raise UploadBroken(f"Only {received} of {size} bytes came.")
        self.total, self.fingerprint = self._measure(hashlib.sha256(purpose.encode()))

    def chunks(self) -> Iterator[FileChunk]:
        """Yield chunks of up to CHUNK_LINES and CHUNK_BYTES, without those of blank lines only."""
        return (chunk for chunk in self._all_chunks() if not chunk.lines.isspace())

    def _all_chunks(self) -> Iterator[FileChunk]:
        first, size = 1, 0
        lines: list[bytes] = []
        for number, line in enumerate(self._lines(), start=1):
            if len(lines) == CHUNK_LINES or (lines and size + len(line) > CHUNK_BYTES):
                yield FileChunk(first, b"".join(lines))
                first, lines, size = number, [], 0
            lines.append(line)
            size += len(line)
        if lines:
            yield FileChunk(first, b"".join(lines))

    def _measure(self, digest) -> tuple[int, str]:
        total = size = 0
        for number, line in enumerate(self._lines(), start=1):
            digest.update(line)
            size += len(line)
            total += not line.isspace()
            if total > MAX_LINES or number > MAX_LINE_NUMBERS or size > MAX_BYTES:
                raise _too_large()
        return total, digest.hexdigest()

    def _lines(self) -> Iterator[bytes]:
        """Yield every line, each ended. Raises UploadBroken or UploadTooLarge."""
        self._file.seek(0)
        is_gzip = self._file.read(2) == GZIP_MAGIC
        self._file.seek(0)
        plain: IO[bytes] = gzip.GzipFile(fileobj=self._file, mode="rb") if is_gzip else self._file  # type: ignore[assignment]
        try:
            yield from _truncate_lines(plain)
        except (OSError, EOFError, zlib.error) as error:
            raise UploadBroken(f"The gzip is damaged: {error}") from error


def iter_lines(chunk: FileChunk) -> Iterator[tuple[int, bytes]]:
    """Yield the chunk's lines that are not blank, each with its number in the file."""
    for number, line in enumerate(chunk.lines.split(b"\n"), start=chunk.first_line):
        if line and not line.isspace():
            yield number, line


def _copy(stream: Stream, file: IO[bytes]) -> int:
    received = 0
    while block := stream.read(BLOCK_SIZE):
        received += len(block)
        if received > MAX_BYTES:
            raise _too_large()
        file.write(block)
    return received


def _truncate_lines(plain: IO[bytes]) -> Iterator[bytes]:
    """Yield lines, each ended; one over MAX_LINE_LENGTH is truncated to just above it.

    Raises UploadTooLarge: the bytes that are skipped count too.
    """
    size = 0
    while line := plain.readline(MAX_LINE_LENGTH + 1):
        size += len(line)
        rest = line
        while len(rest) > MAX_LINE_LENGTH and not rest.endswith(b"\n"):
            rest = plain.readline(MAX_LINE_LENGTH + 1)
            size += len(rest)
            if size > MAX_BYTES:
                raise _too_large()
        yield line if line.endswith(b"\n") else line + b"\n"


def _too_large() -> UploadTooLarge:
    return UploadTooLarge(max_lines=MAX_LINES, max_bytes=MAX_BYTES)
