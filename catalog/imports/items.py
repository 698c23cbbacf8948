"""Importing a Google Merchant product feed: what its rows say of our items.

https://support.google.com/merchants/answer/7052112 describes the columns, which are the
elements of a feed in XML. `id` is kept
as sku and `product_type`, at its last and most specific level, as category.
`availability` says nothing about our own stock and is ignored.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Any, TypeVar, cast

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.db.models import CharField

from catalog import specifications
from catalog.imports.prices import PriceUnclear, read_price
from catalog.imports.upserting import upsert_changed
from catalog.models import Item
from catalog.specifications import SpecificationUnclear, grams_of, pairs_of_feed
from shop.core.imports.importing import FeedKind, RowRefused, Rows, SeenKeys, Taken, said_by_key
from shop.core.imports.xml import DETAILS
from shop.core.regions import currency
from shop.core.text import plain_line, plain_text

T = TypeVar("T")
R = TypeVar("R")

PICTURES = {".svg", ".png", ".jpg", ".jpeg", ".webp", ".gif", ".avif"}
# Characters. Far below what a search document has room for, far above any description.
MAX_DESCRIPTION_LENGTH = 50_000


class CatalogFeed(FeedKind):
    """Inserts or updates items by sku; an id that comes twice counts as its last row."""

    required = ("id", "title", "price")
    optional = (
        *("description", "brand", "product_type", "image_link", "product_weight"),
        *specifications.COLUMNS,
        DETAILS,
    )
    outcomes = ("new", "updated", "unchanged", "repeated")
    batch_size = 1000
    may_be_xml = True

    def __init__(self) -> None:
        self._seen = SeenKeys()

    def read(self, values: Mapping[str, str]) -> dict[str, Any]:
        """Return the fields that the feed says of the item. Raises RowRefused."""
        fields = {
            "sku": _required("id", values["id"], "sku"),
            "name": _required("title", plain_line(values["title"]), "name"),
            "price": _price(values["price"]),
        }
        if "description" in values:
            fields["description"] = _description(values["description"])
        if "brand" in values:
            fields["brand"] = _fitting("brand", plain_line(values["brand"]), "brand")
        if "product_type" in values:
            fields["category"] = _category(values["product_type"])
        if values.get("product_weight"):
            fields["weight"] = _clear("product_weight", grams_of, values["product_weight"])
        pairs = _clear("specifications", pairs_of_feed, values)
        if pairs is not None:
            fields["specifications"] = pairs
        if picture := _stored_picture(values.get("image_link", "")):
            fields["image"] = picture
        return fields

    def take(self, rows: Rows) -> Taken:
        """Write what is new or says something else than before, in order of sku."""
        by_sku = said_by_key(rows, "sku")
        counts = Counter(repeated=len(rows) - self._seen.note(by_sku))
        said = list(by_sku.values())
        for start in range(0, len(said), self.batch_size):
            part = said[start : start + self.batch_size]
            counts.update(upsert_changed(part).values())
        return Taken(counts)


def _required(column: str, text: str, field: str) -> str:
    if not text:
        raise RowRefused(f"{column} is empty")
    if not text.isprintable():
        raise RowRefused(f"{column} {text[:40]!r} has characters that cannot be printed")
    return _fitting(column, text, field)


def _fitting(column: str, text: str, field: str) -> str:
    longest = cast(CharField, Item._meta.get_field(field)).max_length or 0
    if len(text) > longest:
        raise RowRefused(f"{column} has {len(text)} characters, at most {longest} are kept")
    return text


def _clear(what: str, read: Callable[[T], R], said: T) -> R:
    try:
        return read(said)
    except SpecificationUnclear as refusal:
        raise RowRefused(f"{what}: {refusal}") from refusal


def _price(text: str):
    try:
        return read_price(text, currency=currency())
    except PriceUnclear as refusal:
        raise RowRefused(str(refusal)) from refusal


def _description(html: str) -> str:
    text = plain_text(html)
    if len(text) > MAX_DESCRIPTION_LENGTH:
        raise RowRefused(
            f"description has {len(text)} characters, at most {MAX_DESCRIPTION_LENGTH} are kept"
        )
    return text


def _category(product_type: str) -> str:
    """Return the last level of `Home > Kitchen > Kettles`, which says what the thing is."""
    levels = [level.strip() for level in plain_line(product_type).split(">")]
    return _fitting("product_type", next(filter(None, reversed(levels)), ""), "category")


def _stored_picture(link: str) -> str:
    """Return the link if it is the path of a picture in our own storage; no link is fetched."""
    if not link or ":" in link or link.startswith("/"):
        return ""
    if PurePosixPath(link).suffix.lower() not in PICTURES or len(link) > 200:
        return ""
    try:
        return link if default_storage.exists(link) else ""
    except SuspiciousFileOperation:
        return ""
