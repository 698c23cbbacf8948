"""The numbers by which the trade names an item: sku, model number (MPN) and GTIN.

One is written in many ways, as DV7-1211ea or dv7 1211EA, and a GTIN with 8 to 14 digits, of which
the leading zeros do not count (GS1 General Specifications, 3.3).
"""

import re
from collections.abc import Iterable, Sequence

from catalog.search.text.normalization import fold

# Labels of specifications, in lower case, as feeds and staff write them.
LABELS = re.compile(
    r"(?:(?:global trade item|model|part|manufacturer(?:'s)? part|article|item|catalogue?)"
    r"\s(?:number|no\.?|code)|gtin|ean|upc|isbn|jan|mpn|barcode|modellnummer|artikelnummer)"
    r"(?:\W?\d{1,2})?"
)
NO_SIGN = re.compile(r"[\W_]+")
MAX_LENGTH = 64  # of an identifier without its signs
MIN_LENGTH, MIN_DIGITS = 4, 6  # of one with letters, and of one of digits alone or of some words
MAX_WORDS = 4  # of a text that may be an identifier


def identifiers_of(sku: str, specifications: Iterable[Sequence[str]]) -> dict[str, str]:
    """Return the identifiers of an item as they are written, by their one form."""
    named = [value for label, value in specifications if is_label(label)]
    return {form: text for text in [sku, *named] if (form := form_of(text))}


def is_label(label: str) -> bool:
    """Return whether a specification of this label is an identifier."""
    return LABELS.fullmatch(label.casefold()) is not None


def form_of(text: str) -> str:
    """Return the one form of an identifier; empty if the text may be something else.

    A text without a digit, as the sku LAMP, is a word, and a short number is a measure.
    """
    words = fold(text).split()
    form = NO_SIGN.sub("", "".join(words))
    least = MIN_DIGITS if form.isdecimal() or len(words) > 1 else MIN_LENGTH
    if len(words) > MAX_WORDS or not least <= len(form) <= MAX_LENGTH:
        return ""
    if not any(character.isdecimal() for character in form):
        return ""
    return form.lstrip("0") if form.isdecimal() and len(form) >= 8 else form
