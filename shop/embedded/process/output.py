"""One output stream for the lines of many processes, each prefixed with a name."""

import os
import select
from collections import deque

# A pipe that select calls writable takes this many bytes without blocking.
PIPE_BUF = 4096


class Output:
    """Writes lines without blocking: a terminal stopped with Ctrl-S must not stop the shop.

    Up to 10,000 lines that cannot be written yet are buffered, the last ones.
    """

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self.pending: deque[bytes] = deque(maxlen=10_000)

    def write_line(self, name: str, line: bytes | str) -> None:
        """Write a line of the named process, now or once the stream takes it."""
        text = line.encode() if isinstance(line, str) else line
        self.pending.append(f"{name:<8} | ".encode() + text + b"\n")
        self.flush()

    def flush(self) -> None:
        """Write as many buffered lines as the stream takes; drop them if its reader is gone."""
        try:
            while self.pending and select.select([], [self.fd], [], 0)[1]:
                self._write(self.pending.popleft())
        except OSError:  # the reader is gone
            self.pending.clear()

    def _write(self, line: bytes) -> None:
        os.write(self.fd, line[:PIPE_BUF])
        if len(line) > PIPE_BUF:
            self.pending.appendleft(line[PIPE_BUF:])


class Lines:
    """Cuts a stream of bytes into lines and keeps the last ten."""

    def __init__(self) -> None:
        self.rest = b""
        self.last: deque[bytes] = deque(maxlen=10)

    def feed(self, data: bytes) -> list[bytes]:
        """Add bytes and return the lines that they complete."""
        *lines, self.rest = (self.rest + data).split(b"\n")
        lines = [line.rstrip() for line in lines]
        self.last.extend(line for line in lines if line)
        return lines

    def end(self) -> list[bytes]:
        """Return the incomplete last line, if there is one."""
        return self.feed(b"\n") if self.rest else []
