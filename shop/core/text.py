"""Untrusted text: HTML to plain text, and characters that hide, reorder or command.

Control characters command terminals, and the controls of writing direction show a text in
another order than it is read ("Trojan Source", CVE-2021-42574).
"""

import html
import re

import nh3
from django.core.exceptions import ValidationError

PARAGRAPHS = {"p", "div", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote"}
LINES = {"br", "li", "tr", "td", "th", "dt", "dd", "hr"}
PARAGRAPH_TAG = re.compile(rf"</?(?:{'|'.join(sorted(PARAGRAPHS))})>")
LINE_TAG = re.compile(rf"<(?:{'|'.join(sorted(LINES))})>")
END_OF_LINE_TAG = re.compile(rf"</(?:{'|'.join(sorted(LINES))})>")
# Control characters but tab and line breaks; the Unicode line breaks; the embeddings, overrides
# and isolates of direction; marks of nothing. Single marks of direction, and the joiners of
# emoji and Persian words, are part of honest texts.
HIDDEN = (
    "\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\u2028\\u2029\\u202a-\\u202e"
    "\\u2066-\\u2069\\ufeff\\ufff9-\\ufffb"
)
HIDDEN_IN_LINES = re.compile(f"[{HIDDEN}]")
HIDDEN_IN_LINE = re.compile(f"[{HIDDEN}\\t\\n\\r]")
HIDDEN_CHARACTERS = "Control characters are not allowed."
UNPRINTABLE = re.compile(r"[\x00-\x08\x0e-\x1b\x7f]")
# Feeds escape HTML once, sometimes twice. Markup that is left after so many passes stays.
MAX_PASSES = 4


def plain_text(text: str) -> str:
    """Return the text without tags, scripts or entities, with an empty line between paragraphs."""
    for _ in range(MAX_PASSES):
        before, text = text, _without_markup(text)
        if text == before:
            break
    return _tidy(text)


def plain_line(text: str) -> str:
    """Return the text without tags, scripts or entities, on one line."""
    return " ".join(plain_text(text).split())


def has_hidden(text: str, *, is_multiline: bool = False) -> bool:
    """Return whether a text has characters that no honest line, or lines, of text have."""
    return bool((HIDDEN_IN_LINES if is_multiline else HIDDEN_IN_LINE).search(text))


def validate_line(text: str) -> None:
    """Validate the text of a form's field of one line. Raises ValidationError."""
    if has_hidden(text):
        raise ValidationError(HIDDEN_CHARACTERS)


def printable_line(text: object) -> str:
    """Return a text for a terminal or a log, on one line, with hidden characters escaped."""
    return HIDDEN_IN_LINE.sub(_escape, str(text))


def printable_lines(text: object) -> str:
    """Return a text for a terminal or a log, with its line breaks, hidden characters escaped."""
    return HIDDEN_IN_LINES.sub(_escape, str(text)).replace("\r", "\\r")


def _escape(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode()


def _without_markup(text: str) -> str:
    if "<" not in text and "&" not in text:
        return text
    safe = nh3.clean(text, tags=PARAGRAPHS | LINES, attributes={}, link_rel=None)
    spaced = LINE_TAG.sub("\n", PARAGRAPH_TAG.sub("\n\n", safe))
    return html.unescape(END_OF_LINE_TAG.sub("", spaced))


def _tidy(text: str) -> str:
    lines = [" ".join(line.split()) for line in UNPRINTABLE.sub("", text).splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
