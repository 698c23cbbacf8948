"""The format of the log, in which no text from outside forges a line or commands a terminal."""

import logging

from shop.core.text import printable_line, printable_lines

INDENT = "\n    "


class LineFormatter(logging.Formatter):
    """A formatter of one line a message; the lines of a traceback are indented below it."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 -- logging's name
        """Return the first line, with control characters written as Python escapes them."""
        return printable_line(super().formatMessage(record))

    def formatException(self, ei) -> str:  # noqa: N802
        """Return the traceback, whose messages may contain line breaks from outside."""
        return printable_lines(super().formatException(ei)).replace("\n", INDENT)
