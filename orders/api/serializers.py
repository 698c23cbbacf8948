"""Serializers of checkouts, orders and addresses."""

from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from catalog.api.item_references import ItemLinesField, ItemReferenceInput
from catalog.api.serializers import ItemSerializer
from orders.addresses.rules import clean_address
from orders.exceptions import InvalidAddress
from orders.models import Checkout, CheckoutItem, Order, OrderChange, OrderItem
from orders.models.address import ADDRESS_PARTS
from orders.state.timeline import TimelineEntry, parcels_of, timeline_of
from shop.core.api.serializers import (
    CompiledOutput,
    InputSerializer,
    KeyField,
    OutputSerializer,
    TextField,
    UtcDateTimeField,
    WholeNumberField,
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
        """Return the address in its country's normal form."""
        try:
            return clean_address(attrs)
        except InvalidAddress as refusal:
            raise serializers.ValidationError(refusal.errors) from refusal


class CheckoutItemSerializer(OutputSerializer):
    item_id = serializers.IntegerField()
    name = serializers.CharField(source="item.name")
    item = ItemSerializer()
    line_total = serializers.DecimalField(max_digits=20, decimal_places=2)

    class Meta:
        model = CheckoutItem
        fields = ["item_id", "name", "item", "quantity", "price", "line_total"]


class CheckoutSerializer(OutputSerializer):
    """A running hold, read with the database's clock beside it; built by hand, as an item is."""

    server_time = UtcDateTimeField()
    seconds_left = serializers.IntegerField()
    items = CheckoutItemSerializer(many=True, source="lines")
    total = serializers.DecimalField(max_digits=20, decimal_places=2)
    currency = serializers.CharField()
    allowed_actions = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = Checkout
        fields = [
            *["id", "status", "expires_at", "server_time", "seconds_left", "items", "total"],
            *["currency", "allowed_actions"],
        ]

    def get_currency(self, checkout: Checkout) -> str:
        """Return the region's currency."""
        return currency()

    def get_allowed_actions(self, checkout: Checkout) -> list[str]:
        """List what its customer can do with it."""
        return ["submit", "cancel"] if checkout.is_held else []


class OrderItemSerializer(OutputSerializer):
    item_id = serializers.IntegerField()
    owed_quantity = serializers.IntegerField(help_text="Still to be shipped; can be cancelled.")
    line_total = serializers.DecimalField(max_digits=20, decimal_places=2)
    due = serializers.DecimalField(
        max_digits=20, decimal_places=2, help_text="For what is not cancelled or returned."
    )

    class Meta:
        model = OrderItem
        fields = [
            *["item_id", "name", "price", "quantity", "cancelled_quantity", "short_quantity"],
            *["shipped_quantity", "owed_quantity", "returned_quantity", "line_total", "due"],
        ]


class ParcelItemSerializer(CompiledOutput):
    item_id = serializers.IntegerField()
    quantity = serializers.IntegerField()


class ParcelSerializer(CompiledOutput):
    """A warehouse order, as its customer may see it."""

    warehouse = serializers.CharField(source="warehouse.code")
    status = serializers.CharField()
    items = ParcelItemSerializer(many=True, source="lines")
    carrier = serializers.CharField()
    tracking = serializers.CharField()
    tracking_url = serializers.CharField(help_text="The carrier's page, or empty.")
    estimated_arrival = serializers.DateField(source="arrives_on", allow_null=True)

    def get_carrier(self, parcel: Any) -> str:
        """Return the carrier's name, or an empty text."""
        return parcel.carrier.name if parcel.carrier else ""


class TimelineItemSerializer(CompiledOutput):
    item_id = serializers.IntegerField()
    name = serializers.CharField()
    quantity = serializers.IntegerField()


@extend_schema_serializer(component_name="Event")  # its name in clients that were generated
class TimelineEntrySerializer(CompiledOutput):
    """`event` is the earlier name of `type`."""

    event = serializers.CharField(source="type")
    type = serializers.CharField()
    at = UtcDateTimeField()
    author = serializers.ChoiceField(choices=OrderChange.AuthorKind.choices)
    reason = serializers.CharField()
    items = TimelineItemSerializer(many=True)


class OrderSerializer(OutputSerializer):
    """An order with its parcels, which are read from the floor above; built by hand."""

    items = OrderItemSerializer(many=True, source="lines")
    due = serializers.DecimalField(
        max_digits=20, decimal_places=2, help_text="For what is not cancelled or returned."
    )
    currency = serializers.CharField()
    shipments = ParcelSerializer(many=True)
    timeline = TimelineEntrySerializer(many=True)
    allowed_actions = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = Order
        fields = [
            *["number", "status", "placed_at", "items", "items_total", "shipping", "tax", "price"],
            *[
                "due",
                "currency",
                "email",
                "shipping_address",
                "shipments",
                "timeline",
                "allowed_actions",
            ],
        ]

    def get_currency(self, order: Order) -> str:
        """Return the region's currency."""
        return currency()

    def get_shipping_address(self, order: Order) -> dict[str, str]:
        """Return the address in the contract's order of parts; PostgreSQL keeps none."""
        address = order.shipping_address
        return {part: address[part] for part in ADDRESS_PARTS if part in address}

    def get_shipments(self, order: Order) -> Sequence[Any]:
        """Return the parcels that were read with the order."""
        return parcels_of(order)

    def get_timeline(self, order: Order) -> Sequence[TimelineEntry]:
        """Return what happened to the order, in order of time."""
        return timeline_of(order)

    def get_allowed_actions(self, order: Order) -> list[str]:
        """List what its customer can do with it."""
        return order.allowed_actions


class OrderInput(InputSerializer):
    checkout = KeyField()
    shipping_address = AddressSerializer()


class OrderChangeInput(InputSerializer):
    shipping_address = AddressSerializer()


class CancelledItemInput(ItemReferenceInput):
    quantity = WholeNumberField(min_value=1, max_value=10**6)


class CancelInput(InputSerializer):
    items = ItemLinesField(child=CancelledItemInput(), required=False, allow_empty=False)
    reason = TextField(max_length=500, required=False, allow_blank=True, default="")
