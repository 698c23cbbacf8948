"""The import of items from a Google Merchant product feed.

https://support.google.com/merchants/answer/7052112 describes the columns, which are the
elements of a feed in XML. `id` becomes the sku, and `product_type`, at its last and most
specific level, the category. `availability` is not about this shop's stock and is ignored.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Any, TypeVar, cast

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.db.models import CharField

from catalog.imports.prices import PriceUnclear, read_price
from catalog.imports.specifications import COLUMNS, WeightUnclear, grams_of, pairs_of_feed
from catalog.imports.upserting import upsert_changed
from catalog.models import Item
from catalog.specifications import SpecificationUnclear
from shop.core.imports.importing import (
    BatchResult,
    FeedKind,
    InvalidRow,
    Rows,
    SeenKeys,
    merge_by_key,
)
from shop.core.imports.xml import DETAILS
from shop.core.regions import currency
from shop.core.text import plain_line, plain_text

T = TypeVar("T")
R = TypeVar("R")

PICTURE_SUFFIXES = {".svg", ".png", ".jpg", ".jpeg", ".webp", ".gif", ".avif"}
# Characters. Far below what a search document has room for, far above any description.
MAX_DESCRIPTION_LENGTH = 50_000


class CatalogFeed(FeedKind):
    """Inserts or updates items by sku; the last row of an id overrules the rows before it."""

    required = ("id", "title", "price")
    optional = (
        *("description", "brand", "product_type", "image_link", "product_weight"),
        *COLUMNS,
        DETAILS,
    )
    outcomes = ("new", "updated", "unchanged", "repeated")
    batch_size = 1000
    may_be_xml = True

    def __init__(self) -> None:
        self._seen = SeenKeys()

    def read(self, values: Mapping[str, str]) -> dict[str, Any]:
        """Return the fields of the item that the row has values for. Raises InvalidRow."""
        fields = {
            "sku": _require("id", values["id"], "sku"),
            "name": _require("title", plain_line(values["title"]), "name"),
            "price": _price(values["price"]),
        }
        if "description" in values:
            fields["description"] = _description(values["description"])
        if "brand" in values:
            fields["brand"] = _check_length("brand", plain_line(values["brand"]), "brand")
        if "product_type" in values:
            fields["category"] = _category(values["product_type"])
        if values.get("product_weight"):
            fields["weight"] = _parse("product_weight", grams_of, values["product_weight"])
        pairs = _parse("specifications", pairs_of_feed, values)
        if pairs is not None:
            fields["specifications"] = pairs
        if picture := _find_picture(values.get("image_link", "")):
            fields["image"] = picture
        return fields

    def take(self, rows: Rows) -> BatchResult:
        """Write the items that are new or differ from the row, in order of sku."""
        fields_by_sku = merge_by_key(rows, "sku")
        counts = Counter(repeated=len(rows) - self._seen.add(fields_by_sku))
        items = list(fields_by_sku.values())
        for start in range(0, len(items), self.batch_size):
            batch = items[start : start + self.batch_size]
            counts.update(upsert_changed(batch).values())
        return BatchResult(counts)


def _require(column: str, text: str, field: str) -> str:
    if not text:
        raise InvalidRow(f"{column} is empty")
    if not text.isprintable():
        raise InvalidRow(f"{column} {text[:40]!r} has characters that cannot be printed")
    return _check_length(column, text, field)


def _check_length(column: str, text: str, field: str) -> str:
    max_length = cast(CharField, Item._meta.get_field(field)).max_length or 0
    if len(text) > max_length:
        raise InvalidRow(f"{column} has {len(text)} characters, at most {max_length} are kept")
    return text


def _parse(column: str, parse: Callable[[T], R], value: T) -> R:
    try:
        return parse(value)
    except (SpecificationUnclear, WeightUnclear) as refusal:
        raise InvalidRow(f"{column}: {refusal}") from refusal


def _price(text: str):
    try:
        return read_price(text, currency=currency())
    except PriceUnclear as refusal:
        raise InvalidRow(str(refusal)) from refusal


def _description(html: str) -> str:
    text = plain_text(html)
    if len(text) > MAX_DESCRIPTION_LENGTH:
        raise InvalidRow(
            f"description has {len(text)} characters, at most {MAX_DESCRIPTION_LENGTH} are kept"
        )
    return text


def _category(product_type: str) -> str:
    """Return the last and most specific level of `Home > Kitchen > Kettles`."""
    levels = [level.strip() for level in plain_line(product_type).split(">")]
    return _check_length("product_type", next(filter(None, reversed(levels)), ""), "category")


def _find_picture(link: str) -> str:
    """Return the link if it is the path of a picture in the shop's storage; else an empty string.

    No link is fetched.
    """
    if not link or ":" in link or link.startswith("/"):
        return ""
    if PurePosixPath(link).suffix.lower() not in PICTURE_SUFFIXES or len(link) > 200:
        return ""
    try:
        return link if default_storage.exists(link) else ""
    except SuspiciousFileOperation:
        return ""
