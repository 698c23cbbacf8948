"""The specifications of an item: pairs of a label and a value, in order.

Staff write one a line ("Color: Celadon"); a product feed has them in the columns that
https://support.google.com/merchants/answer/9218260 (product_detail) and its siblings
describe.
"""

import re
from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from shop.core.imports.xml import DETAILS

Pairs = list[list[str]]

MAX_PAIRS = 60
MAX_LABEL_LENGTH, MAX_VALUE_LENGTH = 60, 300
# Columns of a feed that are specifications by themselves, with their labels.
COLUMNS = {
    "mpn": _("Model number"),
    "gtin": _("GTIN"),
    "color": _("Color"),
    "size": _("Size"),
    "material": _("Material"),
}
DETAIL_SEPARATOR = re.compile(r"(?<!\\),")  # a comma within a value is written "\,"

WEIGHT = re.compile(r"(\d{1,7}(?:\.\d{1,4})?)\s*(mg|g|kg|oz|lb)", re.IGNORECASE)
GRAMS = {
    "mg": Decimal("0.001"),
    "g": Decimal(1),
    "kg": Decimal(1000),
    "oz": Decimal("28.349523125"),
    "lb": Decimal("453.59237"),
}


class SpecificationUnclear(ValueError):
    """A text is not a specification, or not a weight; the message says why."""


def pairs_of_lines(text: str) -> Pairs:
    """Read "Label: value" lines; empty ones are skipped. Raises SpecificationUnclear."""
    return _check([_pair(line) for line in text.splitlines() if line.strip()])


def lines_of_pairs(pairs: Pairs) -> str:
    """Write pairs as "Label: value" lines."""
    return "\n".join(f"{label}: {value}" for label, value in pairs)


def pairs_of_feed(values: Mapping[str, str]) -> Pairs | None:
    """Return the specifications of a feed's row; None if the feed has no such columns.

    Raises SpecificationUnclear.
    """
    if not (COLUMNS.keys() | {DETAILS}) & values.keys():
        return None
    pairs = [
        [str(label), values[column].strip()]
        for column, label in COLUMNS.items()
        if values.get(column, "").strip()
    ]
    for detail in DETAIL_SEPARATOR.split(values.get(DETAILS, "")):
        if detail.strip():  # section:name:value, of which the section may be empty
            _section, colon, rest = detail.partition(":")
            pairs.append(_pair(rest if colon else detail))
    return _check(pairs)


def grams_of(text: str) -> int:
    """Read a weight with its unit, as "3.5 lb", in whole grams. Raises SpecificationUnclear."""
    weight = WEIGHT.fullmatch(text.strip())
    if not weight:
        raise SpecificationUnclear(f"{text[:40]!r} is not a weight such as 3.5 lb or 500 g")
    grams = Decimal(weight[1]) * GRAMS[weight[2].lower()]
    if grams > 10**8:
        raise SpecificationUnclear(f"{text[:40]!r} is more than anything weighs")
    return max(1, round(grams))


def _pair(line: str) -> list[str]:
    label, colon, value = (part.strip() for part in line.replace("\\,", ",").partition(":"))
    if not (label and colon and value):
        raise SpecificationUnclear(f"{line.strip()[:40]!r} is not of the form Label: value")
    return [label, value]


def _check(pairs: Pairs) -> Pairs:
    if len(pairs) > MAX_PAIRS:
        raise SpecificationUnclear(f"there are {len(pairs)} of them, at most {MAX_PAIRS} are kept")
    for label, value in pairs:
        if len(label) > MAX_LABEL_LENGTH or len(value) > MAX_VALUE_LENGTH:
            raise SpecificationUnclear(f"{label[:40]!r} is too long")
    return pairs
