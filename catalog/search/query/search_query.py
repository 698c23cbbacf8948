"""The search query in one normal form, so that equal queries share one cached result."""

from dataclasses import astuple, dataclass, replace
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256

from catalog.search.query.intent import Intent
from catalog.search.text.normalization import normalize

PAGE_SIZE = 24
MAX_CHOICES_PER_FACET = 20  # categories or brands at once
MAX_RESULTS = 1200  # of a query that can be paged through


class Sort(StrEnum):
    """The orders of results; the values are those of the API."""

    RELEVANCE = "relevance"
    PRICE = "price"
    PRICE_DESCENDING = "-price"
    NEWEST = "newest"


@dataclass(frozen=True)
class SearchQuery:
    """A query to the catalogue. Prices are in major units of the region's currency.

    Items match any of the categories, and any of the brands, unless there are none.
    A literal query is searched as it is written, without spelling correction and without
    reading prices and exclusions from its words. No text of an item has an excluded word.
    """

    text: str = ""
    categories: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    min_price: Decimal | None = None
    max_price: Decimal | None = None
    in_stock: bool = False
    sort: Sort = Sort.RELEVANCE
    is_literal: bool = False
    excluded: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", normalize(self.text))
        for name in ("categories", "brands"):
            values = sorted({value for value in getattr(self, name) if value})[
                :MAX_CHOICES_PER_FACET
            ]
            object.__setattr__(self, name, tuple(values))

    @property
    def digest(self) -> str:
        """Return a hash that is equal for equal queries."""
        return sha256(repr(astuple(self)).encode()).hexdigest()

    def narrowed(self, intent: Intent) -> "SearchQuery":
        """Return the query for the words that are left, within the limits that they set."""
        return replace(
            self,
            text=intent.text,
            excluded=intent.excluded,
            min_price=max(_given(self.min_price, intent.min_price), default=None),
            max_price=min(_given(self.max_price, intent.max_price), default=None),
        )

    @property
    def is_by_relevance(self) -> bool:
        """Return whether results are in order of their scores, which only words give."""
        return bool(self.text) and self.sort == Sort.RELEVANCE


def _given(*limits: Decimal | None) -> list[Decimal]:
    return [limit for limit in limits if limit is not None]
