"""The normal form of text, so that equal queries are equal."""

import re
import unicodedata

MAX_CHARACTERS = 200
MAX_WORDS = 24
ACCENTS = re.compile("[\u0300-\u036f]")  # combining characters that no letter has absorbed


def fold(text: str) -> str:
    """Fold width and case, and join accents to their letters or leave them out."""
    return ACCENTS.sub("", unicodedata.normalize("NFKC", text).casefold())


def normalize(text: str) -> str:
    """Fold case, width and white space, drop control characters, and cap the length."""
    text = fold(text[: MAX_CHARACTERS * 4])
    printable = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text)
    return " ".join(printable.split()[:MAX_WORDS])[:MAX_CHARACTERS].strip()
