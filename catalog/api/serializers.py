"""Serializers of items and of the item search."""

from collections.abc import Mapping
from functools import cache, cached_property
from typing import Any

from django.http import QueryDict
from rest_framework import serializers

from catalog.models import Item
from catalog.search.query.intent import Intent
from catalog.search.query.search_query import MAX_CHOICES_PER_FACET, SearchQuery, Sort
from shop.core.api.serializers import InputSerializer, OutputSerializer, TextField
from shop.core.regions import currency


class ItemSerializer(OutputSerializer):
    """An item as anybody sees it, with its live stock.

    The fields are for the schema; an answer is built by hand, because a page of items
    spends more time in DRF's fields than in the database. A test holds both alike.
    """

    currency = serializers.CharField()
    image = serializers.URLField(allow_null=True)
    url = serializers.URLField()
    stock = serializers.IntegerField()
    in_stock = serializers.BooleanField()

    class Meta:
        model = Item
        fields = [
            *["id", "sku", "name", "description", "price", "currency", "brand", "category"],
            *["image", "url", "stock", "in_stock", "is_active"],
        ]

    def get_currency(self, item: Item) -> str:
        """Return the region's currency."""
        return currency()

    def get_image(self, item: Item) -> str | None:
        """Return the whole address of the item's picture."""
        return self._absolute(item.image.url) if item.image else None

    def get_url(self, item: Item) -> str:
        """Return the whole address of the item's page."""
        return self._absolute(item.get_absolute_url())

    def get_in_stock(self, item: Item) -> bool:
        """Tell whether a unit can be promised."""
        return item.stock > 0

    def _absolute(self, address: str) -> str:
        """Complete an address; pictures in a blob storage have whole ones already."""
        return f"{self._origin}{address}" if address.startswith("/") else address

    @cached_property
    def _origin(self) -> str:
        request = self.context.get("request")
        return request.build_absolute_uri("/").removesuffix("/") if request else ""


class ItemInput(InputSerializer):
    sku = serializers.CharField(max_length=64)
    name = serializers.CharField(max_length=300)
    description = TextField(max_length=100_000, default="", allow_blank=True, trim_whitespace=False)
    price = serializers.DecimalField(max_digits=12, decimal_places=2, min_value=0)
    brand = serializers.CharField(max_length=120, default="", allow_blank=True)
    category = serializers.CharField(max_length=120, default="", allow_blank=True)
    is_active = serializers.BooleanField(default=True)


# The parameters that choose among items, with their values of a search without them.
NO_FILTERS: dict[str, Any] = {
    **{"q": "", "category": [], "brand": [], "min_price": None, "max_price": None},
    **{"in_stock": False, "literal": False},
}


def _facet_values() -> serializers.ListField:
    """Return a field for a parameter that may come several times; any value matches."""
    name = serializers.CharField(allow_blank=True, max_length=120)
    return serializers.ListField(
        child=name, required=False, default=list, max_length=MAX_CHOICES_PER_FACET
    )


def _price_limit() -> serializers.DecimalField:
    return serializers.DecimalField(
        max_digits=14, decimal_places=2, min_value=0, required=False, default=None, allow_null=True
    )


class ChoiceSerializer(serializers.Serializer):
    value = serializers.CharField()
    count = serializers.IntegerField()


class FacetsSerializer(serializers.Serializer):
    category = ChoiceSerializer(many=True)
    brand = ChoiceSerializer(many=True)


class UnderstoodSerializer(serializers.Serializer):
    min_price = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True)
    max_price = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True)
    excluded = serializers.ListField(
        child=serializers.CharField(), help_text="Words that no item of the results has."
    )


class SearchAnswerSerializer(serializers.Serializer):
    results = ItemSerializer(many=True)
    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    facets = FacetsSerializer(
        help_text="What the results can be narrowed to, and how many there are."
    )
    corrected_query = serializers.CharField(
        allow_null=True, help_text="What was searched for instead, when a word was misspelt."
    )
    suggested_query = serializers.CharField(
        allow_null=True, help_text="What may have been meant, when nothing was found."
    )
    has_all_words = serializers.BooleanField(
        help_text="False when no item has all the words, and the results have some of them."
    )
    understood = UnderstoodSerializer(
        allow_null=True,
        help_text="What was read from the words, as in `gift under $30` and `printer -ink`; "
        "`literal=true` searches for the words alone.",
    )


def understood(intent: Intent | None) -> dict[str, Any] | None:
    """Return what was read from the words of a search, or None."""
    return UnderstoodSerializer(intent).data if intent else None


class SuggestQuery(serializers.Serializer):
    """The parameters of suggestions; any text is completed, so nothing is validated."""

    q = serializers.CharField(required=False, allow_blank=True)


class SearchInput(serializers.Serializer):
    """The parameters of a search, or of the one item that has a sku."""

    q = serializers.CharField(required=False, allow_blank=True, max_length=100_000, default="")
    category = _facet_values()
    brand = _facet_values()
    min_price = _price_limit()
    max_price = _price_limit()
    in_stock = serializers.BooleanField(required=False, default=False)
    literal = serializers.BooleanField(
        required=False, default=False, help_text="Search for the words as they are written."
    )
    sort = serializers.ChoiceField(
        choices=[sort.value for sort in Sort], required=False, default=Sort.RELEVANCE
    )
    sku = serializers.CharField(
        max_length=64,
        required=False,
        default="",
        allow_blank=True,
        trim_whitespace=False,
        help_text="The item of exactly this sku; without words and other filters.",
    )
    page = serializers.IntegerField(required=False, default=1, min_value=1, max_value=10**6)
    limit = serializers.IntegerField(required=False, default=24, min_value=1, max_value=100)

    def to_internal_value(self, data):
        """Read the parameters, leaving out empty ones and characters that no text has."""
        # A query parameter may carry what PostgreSQL cannot even compare.
        values: dict[str, Any] = {key: _printable(text) for key, text in data.items() if text}
        for name in ("category", "brand"):
            values[name] = [_printable(value) for value in data.getlist(name) if value]
        return super().to_internal_value(values)

    def validate(self, attrs):
        """Refuse a lowest price above the highest, and filters beside a sku."""
        if attrs["sku"] and any(attrs[name] != value for name, value in NO_FILTERS.items()):
            raise serializers.ValidationError({"sku": "It is one item: drop the other filters."})
        low, high = attrs["min_price"], attrs["max_price"]
        if low is not None and high is not None and low > high:
            raise serializers.ValidationError({"max_price": "It is less than min_price."})
        return attrs


def read_search(parameters: QueryDict) -> dict[str, Any]:
    """Return the parameters of a search, with defaults. Raises ValidationError."""
    return _search_input().run_validation(parameters)


def search_query_of(values: Mapping[str, Any]) -> SearchQuery:
    """Return the query of the parameters of a search."""
    return SearchQuery(
        text=values["q"],
        categories=tuple(values["category"]),
        brands=tuple(values["brand"]),
        min_price=values["min_price"],
        max_price=values["max_price"],
        in_stock=values["in_stock"],
        sort=Sort(values["sort"]),
        is_literal=values["literal"],
    )


@cache
def _search_input() -> SearchInput:
    """Return the serializer that all requests share: DRF copies every field of a new one."""
    return SearchInput()


def _printable(text: str) -> str:
    return text.replace("\x00", " ")
