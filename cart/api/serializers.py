"""Serializers of carts."""

from collections.abc import Collection, Iterable
from decimal import Decimal

from rest_framework import serializers

from cart.cart import MAX_LINES
from cart.models import MAX_QUANTITY, CartItem
from catalog.api.item_references import NO_SUCH_ITEM, ItemLinesField, ItemReferenceInput
from catalog.api.serializers import ItemSerializer
from shop.core.api.serializers import (
    CompiledOutput,
    InputSerializer,
    WholeNumberField,
)
from shop.core.regions import currency


class CartItemSerializer(CompiledOutput, serializers.ModelSerializer):
    item = ItemSerializer()
    line_total = serializers.DecimalField(max_digits=20, decimal_places=2)
    stock = serializers.IntegerField(source="item.stock")
    problem = serializers.ChoiceField(choices=["out_of_stock", "only_n_left"], allow_null=True)

    class Meta:
        model = CartItem
        fields = ["item", "quantity", "line_total", "stock", "problem"]


class CartSerializer(CompiledOutput):
    """A cart, given as its lines; built by hand, as an item is."""

    items = CartItemSerializer(many=True)
    total = serializers.DecimalField(max_digits=20, decimal_places=2)
    currency = serializers.CharField()

    def get_items(self, lines: list[CartItem]) -> list[CartItem]:
        """Return the lines, which are the cart."""
        return lines

    def get_total(self, lines: list[CartItem]) -> Decimal:
        """Return the sum of the lines in major units, at today's prices."""
        return sum((line.line_total for line in lines), Decimal(0))

    def get_currency(self, lines: list[CartItem]) -> str:
        """Return the region's currency."""
        return currency()


class QuantityInput(InputSerializer):
    quantity = WholeNumberField(min_value=1, max_value=MAX_QUANTITY)


class CartLineInput(ItemReferenceInput, QuantityInput):
    pass


class CartInput(InputSerializer):
    items = ItemLinesField(child=CartLineInput(), max_length=MAX_LINES)

    def validate_items(self, lines: list[dict[str, int]]) -> dict[int, int]:
        """Return the quantities by item."""
        return {line["item_id"]: line["quantity"] for line in lines}


def missing_items(quantities: Iterable[int], missing: Collection[int]):
    """Return the refusal that names, of the lines of a CartInput, those of no item."""
    wrong = {"item_id": NO_SUCH_ITEM}
    return serializers.ValidationError(
        {"items": [wrong if item_id in missing else {} for item_id in quantities]}
    )
