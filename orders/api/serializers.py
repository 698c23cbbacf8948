"""What the API says of checkouts and orders."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from catalog.api.serializers import ItemSerializer
from orders.addresses.rules import InvalidAddress, clean_address
from orders.models import Checkout, CheckoutItem, Order, OrderItem
from orders.timeline import parcels_of, timeline_of
from shop.core.api.serializers import (
    InputSerializer,
    KeyField,
    OutputSerializer,
    UtcDateTimeField,
    WholeNumberField,
    money,
    utc,
)
from shop.core.regions import currency


class AddressSerializer(InputSerializer):
    """A shipping address, by the rules of its country."""

    name = serializers.CharField(max_length=200, allow_blank=True)
    line1 = serializers.CharField(max_length=500, allow_blank=True)
    line2 = serializers.CharField(max_length=500, allow_blank=True, required=False, default="")
    city = serializers.CharField(max_length=500, allow_blank=True)
    region = serializers.CharField(max_length=500, allow_blank=True, required=False, default="")
    postal_code = serializers.CharField(
        max_length=500, allow_blank=True, required=False, default=""
    )
    country = serializers.CharField(max_length=50, allow_blank=True)

    def validate(self, attrs):
        try:
            return clean_address(attrs)
        except InvalidAddress as refusal:
            raise serializers.ValidationError(refusal.errors) from refusal


ADDRESS_PARTS = tuple(AddressSerializer().fields)


def _in_order(address: Mapping[str, str]) -> dict[str, str]:
    """Return an address as the contract has it; what PostgreSQL kept comes in its own order."""
    return {part: address[part] for part in ADDRESS_PARTS if part in address}


class CheckoutItemSerializer(OutputSerializer):
    item_id = serializers.IntegerField()
    name = serializers.CharField()
    item = ItemSerializer()
    line_total = serializers.DecimalField(max_digits=20, decimal_places=2)

    class Meta:
        model = CheckoutItem
        fields = ["item_id", "name", "item", "quantity", "price", "line_total"]


class CheckoutSerializer(OutputSerializer):
    """A running hold, read with the database's clock beside it; built by hand, as an item is."""

    server_time = UtcDateTimeField()
    seconds_left = serializers.IntegerField()
    items = CheckoutItemSerializer(many=True)
    total = serializers.DecimalField(max_digits=20, decimal_places=2)
    currency = serializers.CharField()
    allowed_actions = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = Checkout
        fields = [
            *["id", "status", "expires_at", "server_time", "seconds_left", "items", "total"],
            *["currency", "allowed_actions"],
        ]

    def to_representation(self, checkout: Checkout) -> dict[str, Any]:
        items = ItemSerializer(context=self.context)
        return {
            "id": checkout.pk,
            "status": checkout.status,
            "expires_at": utc(checkout.expires_at),
            "server_time": utc(checkout.server_time),
            "seconds_left": checkout.seconds_left,
            "items": [
                {
                    "item_id": line.item_id,
                    "name": line.item.name,
                    "item": items.to_representation(line.item),
                    "quantity": line.quantity,
                    "price": money(line.price),
                    "line_total": money(line.line_total),
                }
                for line in checkout.lines.all()
            ],
            "total": money(checkout.total),
            "currency": currency(),
            "allowed_actions": ["submit", "cancel"] if checkout.is_held else [],
        }


class OrderItemSerializer(OutputSerializer):
    item_id = serializers.IntegerField()
    line_total = serializers.DecimalField(max_digits=20, decimal_places=2)

    class Meta:
        model = OrderItem
        fields = [
            *["item_id", "name", "price", "quantity", "cancelled_quantity", "short_quantity"],
            "line_total",
        ]

    def to_representation(self, line: OrderItem) -> dict[str, Any]:
        return {
            "item_id": line.item_id,
            "name": line.name,
            "price": money(line.price),
            "quantity": line.quantity,
            "cancelled_quantity": line.cancelled_quantity,
            "short_quantity": line.short_quantity,
            "line_total": money(line.line_total),
        }


class ParcelItemSerializer(serializers.Serializer):
    item_id = serializers.IntegerField()
    quantity = serializers.IntegerField()


class ParcelSerializer(serializers.Serializer):
    """A warehouse order, as its customer may see it."""

    warehouse = serializers.CharField()
    status = serializers.CharField()
    items = ParcelItemSerializer(many=True)
    tracking = serializers.CharField()

    def to_representation(self, parcel) -> dict[str, Any]:
        return {
            "warehouse": parcel.warehouse.code,
            "status": parcel.status,
            "items": [
                {"item_id": line.item_id, "quantity": line.quantity} for line in parcel.lines.all()
            ],
            "tracking": parcel.tracking,
        }


class EventSerializer(serializers.Serializer):
    event = serializers.CharField()
    at = UtcDateTimeField()


class OrderSerializer(OutputSerializer):
    """An order with its parcels, which are read from the floor above; built by hand."""

    items = OrderItemSerializer(many=True)
    currency = serializers.CharField()
    shipments = ParcelSerializer(many=True)
    timeline = EventSerializer(many=True)
    allowed_actions = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = Order
        fields = [
            *["number", "status", "placed_at", "items", "items_total", "shipping", "tax", "price"],
            *["currency", "email", "shipping_address", "shipments", "timeline", "allowed_actions"],
        ]

    def to_representation(self, order: Order) -> dict[str, Any]:
        items, parcels = OrderItemSerializer(), ParcelSerializer()
        return {
            "number": order.number,
            "status": order.status,
            "placed_at": utc(order.placed_at),
            "items": [items.to_representation(line) for line in order.lines.all()],
            "items_total": money(order.items_total),
            "shipping": money(order.shipping),
            "tax": money(order.tax),
            "price": money(order.price),
            "currency": currency(),
            "email": order.email,
            "shipping_address": _in_order(order.shipping_address),
            "shipments": [parcels.to_representation(parcel) for parcel in parcels_of(order)],
            "timeline": [
                {"event": event.name, "at": utc(event.at)} for event in timeline_of(order)
            ],
            "allowed_actions": ["cancel"] if order.is_cancellable else [],
        }


class OrderInput(InputSerializer):
    checkout = KeyField()
    shipping_address = AddressSerializer()


class CancelledItemInput(InputSerializer):
    item_id = KeyField()
    quantity = WholeNumberField(min_value=1, max_value=10**6)


class CancelInput(InputSerializer):
    items = CancelledItemInput(many=True, required=False, allow_empty=False)
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
