"""What the API says of a cart."""

from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from cart.cart import MAX_LINES
from cart.models import MAX_QUANTITY, CartItem
from catalog.api.serializers import ItemSerializer
from shop.core.api.serializers import InputSerializer, KeyField, WholeNumberField, money
from shop.core.regions import currency


class CartItemSerializer(serializers.ModelSerializer):
    item = ItemSerializer()
    line_total = serializers.DecimalField(max_digits=20, decimal_places=2)
    stock = serializers.IntegerField()
    problem = serializers.ChoiceField(choices=["out_of_stock", "only_n_left"], allow_null=True)

    class Meta:
        model = CartItem
        fields = ["item", "quantity", "line_total", "stock", "problem"]


class CartSerializer(serializers.Serializer):
    """A cart, given as its lines; built by hand, as an item is."""

    items = CartItemSerializer(many=True)
    total = serializers.DecimalField(max_digits=20, decimal_places=2)
    currency = serializers.CharField()

    def to_representation(self, lines: list[CartItem]) -> dict[str, Any]:
        items = ItemSerializer(context=self.context)
        return {
            "items": [
                {
                    "item": items.to_representation(line.item),
                    "quantity": line.quantity,
                    "line_total": money(line.line_total),
                    "stock": line.item.stock,
                    "problem": line.problem,
                }
                for line in lines
            ],
            "total": money(sum((line.line_total for line in lines), Decimal(0))),
            "currency": currency(),
        }


class QuantityInput(InputSerializer):
    quantity = WholeNumberField(min_value=1, max_value=MAX_QUANTITY)


class CartLineInput(QuantityInput):
    item_id = KeyField()


class CartInput(InputSerializer):
    items = serializers.ListField(child=CartLineInput(), max_length=MAX_LINES)

    def validate_items(self, lines: list[dict[str, int]]) -> dict[int, int]:
        """Return the quantities by item; none may come twice."""
        quantities: dict[int, int] = {}
        errors = []
        for line in lines:
            is_known = line["item_id"] in quantities
            errors.append({"item_id": "The item comes twice."} if is_known else {})
            quantities[line["item_id"]] = line["quantity"]
        if any(errors):
            raise serializers.ValidationError(errors)
        return quantities


def missing_items(quantities: Iterable[int], missing: Collection[int]):
    """Return the refusal that names, of the lines of a CartInput, those of no item."""
    wrong = {"item_id": "There is no such item."}
    return serializers.ValidationError(
        {"items": [wrong if item_id in missing else {} for item_id in quantities]}
    )
