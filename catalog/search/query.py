"""What was asked, in one normal form, so that equal questions share one cached answer."""

import unicodedata
from dataclasses import astuple, dataclass
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256

PAGE_SIZE = 24
MOST_CHARACTERS = 200
MOST_WORDS = 24
# How many results a query keeps: nobody reads further, and the ids must fit in a cache.
DEPTH = 1200


class Sort(StrEnum):
    RELEVANCE = "relevance"
    PRICE = "price"
    PRICE_DESCENDING = "-price"
    NEWEST = "newest"


@dataclass(frozen=True)
class SearchQuery:
    """A question to the catalogue. Prices are in the region's currency."""

    text: str = ""
    category: str = ""
    brand: str = ""
    min_price: Decimal | None = None
    max_price: Decimal | None = None
    in_stock: bool = False
    sort: Sort = Sort.RELEVANCE

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", normalised(self.text))

    @property
    def digest(self) -> str:
        return sha256(repr(astuple(self)).encode()).hexdigest()


def normalised(text: str) -> str:
    """Fold case, width and white space, drop control characters, and cap the length."""
    text = unicodedata.normalize("NFKC", text[: MOST_CHARACTERS * 4]).casefold()
    printable = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text)
    return " ".join(printable.split()[:MOST_WORDS])[:MOST_CHARACTERS].strip()
