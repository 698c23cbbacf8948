"""The specifications and the weight of an item in a product feed.

https://support.google.com/merchants/answer/9218260 (product_detail) and its siblings describe
the columns.
"""

import re
from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from catalog.specifications import Pairs, check_limits, read_pair
from shop.core.imports.xml import DETAILS

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


class WeightUnclear(ValueError):
    """A text is not a weight; the message says why."""


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
            pairs.append(read_pair(rest if colon else detail))
    return check_limits(pairs)


def grams_of(text: str) -> int:
    """Read a weight with its unit, as "3.5 lb", in whole grams. Raises WeightUnclear."""
    weight = WEIGHT.fullmatch(text.strip())
    if not weight:
        raise WeightUnclear(f"{text[:40]!r} is not a weight such as 3.5 lb or 500 g")
    grams = Decimal(weight[1]) * GRAMS[weight[2].lower()]
    if grams > 10**8:
        raise WeightUnclear(f"{text[:40]!r} is more than anything weighs")
    return max(1, round(grams))
