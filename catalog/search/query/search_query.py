"""What was asked, in one normal form, so that equal questions share one cached answer."""

from dataclasses import astuple, dataclass
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256

from catalog.search.text.normalization import normalised

PAGE_SIZE = 24
MAX_CHOSEN = 20  # departments or brands at once
# How far down one can page: nobody reads further.
DEPTH = 1200


class Sort(StrEnum):
    RELEVANCE = "relevance"
    PRICE = "price"
    PRICE_DESCENDING = "-price"
    NEWEST = "newest"


@dataclass(frozen=True)
class SearchQuery:
    """A question to the catalogue. Prices are in the region's currency.

    Items are in any of the categories, and of any of the brands, that are given.
    A literal question is answered as it was written, whatever was meant.
    """

    text: str = ""
    categories: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    min_price: Decimal | None = None
    max_price: Decimal | None = None
    in_stock: bool = False
    sort: Sort = Sort.RELEVANCE
    is_literal: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", normalised(self.text))
        for name in ("categories", "brands"):
            chosen = sorted({one for one in getattr(self, name) if one})[:MAX_CHOSEN]
            object.__setattr__(self, name, tuple(chosen))

    @property
    def digest(self) -> str:
        return sha256(repr(astuple(self)).encode()).hexdigest()

    @property
    def is_by_relevance(self) -> bool:
        return bool(self.text) and self.sort == Sort.RELEVANCE
