"""The filters of the list of orders."""

from typing import Any

from django.db.models import Value
from django.db.models.functions import Lower
from rest_framework import serializers

from catalog.api.item_references import filter_by_item
from orders.models import Order, OrderQuerySet
from shop.core.api.serializers import UtcDateTimeField
from shop.core.db.keyset import key_after, key_before


class OrdersQuery(serializers.Serializer):
    """The parameters of the list of orders; an order must match them all."""

    status = serializers.ChoiceField(choices=Order.Status.choices, required=False)
    email = serializers.EmailField(
        max_length=254, required=False, help_text="As it was when the order was placed, any case."
    )
    sku = serializers.CharField(
        max_length=64, required=False, help_text="With a line of this item, also a cancelled one."
    )
    number = serializers.CharField(max_length=20, required=False)
    placed_after = UtcDateTimeField(
        required=False, help_text="At that time or later, as RFC 3339; in UTC without an offset."
    )
    placed_before = UtcDateTimeField(
        required=False, help_text="Before that time, as RFC 3339; in UTC without an offset."
    )

    def validate(self, attrs):
        """Refuse an end before the beginning."""
        after, before = attrs.get("placed_after"), attrs.get("placed_before")
        if after and before and before < after:
            raise serializers.ValidationError({"placed_before": "It is before placed_after."})
        return attrs


def filter_orders(orders: OrderQuerySet, parameters: dict[str, Any]) -> OrderQuerySet:
    """Return those of the orders that match the parameters of an OrdersQuery."""
    plain = {name: parameters[name] for name in ("status", "number") if name in parameters}
    orders = _placed_within(orders.filter(**plain), parameters)
    if email := parameters.get("email"):
        orders = orders.alias(lower_email=Lower("email")).filter(lower_email=Lower(Value(email)))
    return filter_by_item(orders, parameters, page_key="lines__order_id")


def _placed_within(orders: OrderQuerySet, parameters: dict[str, Any]) -> OrderQuerySet:
    """Limit the times and, so that no index of times is needed, also the keys of the orders."""
    if after := parameters.get("placed_after"):
        key = key_before(Order.objects.all(), after, column="placed_at")
        orders = orders.filter(placed_at__gte=after, pk__gt=key)
    if before := parameters.get("placed_before"):
        key = key_after(Order.objects.all(), before, column="placed_at")
        orders = orders.filter(placed_at__lt=before, pk__lte=key)
    return orders
