"""The format of the log, in which no text from outside forges a line or commands a terminal.

What PostgreSQL adds to an error below its first line is left out: it quotes rows and
parameters, as in "DETAIL:  Key (email)=(alice@example.com) already exists."
"""

import logging
import re

from shop.core.text import printable_line, printable_lines

INDENT = "\n    "
# In clear, up to the end of the exception's text; and in the repr of an exception.
CHAIN = r"\n\n(?:The above exception|During handling)"
ADDITIONS = re.compile(
    rf"\n(?:DETAIL|CONTEXT|QUERY):.*?(?={CHAIN}|\nTraceback|\Z)"
    r"|\\n(?:DETAIL|CONTEXT|QUERY):[^\n]*",
    re.DOTALL,
)


class LineFormatter(logging.Formatter):
    """A formatter of one line a message; the lines of a traceback are indented below it."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 -- logging's name
        """Return the first line, with control characters written as Python escapes them."""
        return printable_line(_without_additions(super().formatMessage(record)))

    def formatException(self, ei) -> str:  # noqa: N802
        """Return the traceback, whose messages may contain line breaks from outside."""
        text = _without_additions(super().formatException(ei))
        return printable_lines(text).replace("\n", INDENT)


class LeaveOutTraceback(logging.Filter):
    """Leaves out the traceback of what anybody can cause, as a request with a wrong Host."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Return true, after the traceback is gone."""
        record.exc_info = record.exc_text = None
        return True


def _without_additions(text: str) -> str:
    """Return a text without the rows that errors of PostgreSQL quote."""
    return ADDITIONS.sub("", text)
