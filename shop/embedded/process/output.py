"""One stream for the lines of many processes, each with its process's name before it."""

import os
import select
from collections import deque

# What a pipe takes at once without making the writer wait.
PIPE_BUF = 4096


class Output:
    """Never waits for its reader: a terminal stopped with Ctrl-S must not stop the shop.

    Lines that cannot be written yet are kept, the last ten thousand of them.
    """

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self.pending: deque[bytes] = deque(maxlen=10_000)

    def say(self, name: str, line: bytes | str) -> None:
        text = line.encode() if isinstance(line, str) else line
        self.pending.append(f"{name:<8} | ".encode() + text + b"\n")
        self.flush()

    def flush(self) -> None:
        try:
            while self.pending and select.select([], [self.fd], [], 0)[1]:
                self._write(self.pending.popleft())
        except OSError:  # nobody reads any more
            self.pending.clear()

    def _write(self, line: bytes) -> None:
        os.write(self.fd, line[:PIPE_BUF])
        if len(line) > PIPE_BUF:
            self.pending.appendleft(line[PIPE_BUF:])


class Lines:
    """Cut a stream of bytes into lines and remember the last ones."""

    def __init__(self) -> None:
        self.rest = b""
        self.last: deque[bytes] = deque(maxlen=10)

    def feed(self, data: bytes) -> list[bytes]:
        """Return the lines that are complete now."""
        *lines, self.rest = (self.rest + data).split(b"\n")
        lines = [line.rstrip() for line in lines]
        self.last.extend(line for line in lines if line)
        return lines

    def end(self) -> list[bytes]:
        """Return what came after the last end of a line."""
        return self.feed(b"\n") if self.rest else []
