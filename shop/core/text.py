"""Conversion of untrusted HTML to plain text that keeps its paragraphs."""

import html
import re

import nh3

PARAGRAPHS = {"p", "div", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote"}
LINES = {"br", "li", "tr", "td", "th", "dt", "dd", "hr"}
PARAGRAPH_TAG = re.compile(rf"</?(?:{'|'.join(sorted(PARAGRAPHS))})>")
LINE_TAG = re.compile(rf"<(?:{'|'.join(sorted(LINES))})>")
END_OF_LINE_TAG = re.compile(rf"</(?:{'|'.join(sorted(LINES))})>")
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


def _without_markup(text: str) -> str:
    if "<" not in text and "&" not in text:
        return text
    safe = nh3.clean(text, tags=PARAGRAPHS | LINES, attributes={}, link_rel=None)
    spaced = LINE_TAG.sub("\n", PARAGRAPH_TAG.sub("\n\n", safe))
    return html.unescape(END_OF_LINE_TAG.sub("", spaced))


def _tidy(text: str) -> str:
    lines = [" ".join(line.split()) for line in UNPRINTABLE.sub("", text).splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
