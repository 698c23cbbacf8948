"""What the API says of a cart."""

from decimal import Decimal

from rest_framework import serializers

from cart.models import LARGEST_QUANTITY, CartItem
from catalog.models import currency
from catalog.serializers import InputSerializer, ItemSerializer, WholeNumberField


class CartItemSerializer(serializers.ModelSerializer):
    item = ItemSerializer()
    line_total = serializers.DecimalField(max_digits=16, decimal_places=2)
    stock = serializers.IntegerField(source="item.stock")
    problem = serializers.ChoiceField(choices=["out_of_stock", "only_n_left"], allow_null=True)

    class Meta:
        model = CartItem
        fields = ["item", "quantity", "line_total", "stock", "problem"]


class CartSerializer(serializers.Serializer):
    """A cart, given as its lines."""

    items = CartItemSerializer(many=True, source="*")
    total = serializers.SerializerMethodField()
    currency = serializers.SerializerMethodField()

    def get_total(self, lines: list[CartItem]) -> str:
        return str(sum((line.line_total for line in lines), Decimal("0.00")))

    def get_currency(self, lines: list[CartItem]) -> str:
        return currency()


class QuantityInput(InputSerializer):
    quantity = WholeNumberField(min_value=1, max_value=LARGEST_QUANTITY)
