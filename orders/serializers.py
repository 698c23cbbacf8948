"""What the API says of checkouts and orders."""

from rest_framework import serializers

from catalog.models import currency
from catalog.serializers import (
    InputSerializer,
    ItemSerializer,
    KeyField,
    OutputSerializer,
    UtcDateTimeField,
    WholeNumberField,
)
from orders.addresses import InvalidAddress, clean_address
from orders.models import Checkout, CheckoutItem, Order, OrderItem
from orders.progress import parcels_of, timeline_of


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


class CheckoutItemSerializer(OutputSerializer):
    item_id = serializers.IntegerField()
    name = serializers.CharField(source="item.name")
    item = ItemSerializer()
    line_total = serializers.DecimalField(max_digits=16, decimal_places=2)

    class Meta:
        model = CheckoutItem
        fields = ["item_id", "name", "item", "quantity", "price", "line_total"]


class CheckoutSerializer(OutputSerializer):
    """A running hold, read with the database's clock beside it."""

    server_time = UtcDateTimeField()
    seconds_left = serializers.IntegerField()
    items = CheckoutItemSerializer(many=True, source="lines")
    total = serializers.DecimalField(max_digits=16, decimal_places=2)
    currency = serializers.SerializerMethodField()
    allowed_actions = serializers.SerializerMethodField()

    class Meta:
        model = Checkout
        fields = [
            "id",
            "status",
            "expires_at",
            "server_time",
            "seconds_left",
            "items",
            "total",
            "currency",
            "allowed_actions",
        ]

    def get_currency(self, checkout: Checkout) -> str:
        return currency()

    def get_allowed_actions(self, checkout: Checkout) -> list[str]:
        return ["submit", "cancel"] if checkout.status == Checkout.Status.HELD else []


class OrderItemSerializer(OutputSerializer):
    item_id = serializers.IntegerField()
    line_total = serializers.DecimalField(max_digits=16, decimal_places=2)

    class Meta:
        model = OrderItem
        fields = [
            "item_id",
            "name",
            "price",
            "quantity",
            "cancelled_quantity",
            "short_quantity",
            "line_total",
        ]


class OrderSerializer(OutputSerializer):
    """An order; its parcels are read from the warehouse orders of the floor above."""

    items = OrderItemSerializer(many=True, source="lines")
    currency = serializers.SerializerMethodField()
    shipments = serializers.SerializerMethodField()
    timeline = serializers.SerializerMethodField()
    allowed_actions = serializers.SerializerMethodField()

    class Meta:
        model = Order
        fields = [
            "number",
            "status",
            "placed_at",
            "items",
            "items_total",
            "shipping",
            "tax",
            "price",
            "currency",
            "email",
            "shipping_address",
            "shipments",
            "timeline",
            "allowed_actions",
        ]

    def get_currency(self, order: Order) -> str:
        return currency()

    def get_shipments(self, order: Order) -> list[dict]:
        return [
            {
                "warehouse": parcel.warehouse.code,
                "status": parcel.status,
                "items": [
                    {"item_id": line.item_id, "quantity": line.quantity}
                    for line in parcel.lines.all()
                ],
                "tracking": parcel.tracking,
            }
            for parcel in parcels_of(order)
        ]

    def get_timeline(self, order: Order) -> list[dict]:
        at = UtcDateTimeField()
        return [
            {"event": event, "at": at.to_representation(when)} for event, when in timeline_of(order)
        ]

    def get_allowed_actions(self, order: Order) -> list[str]:
        return ["cancel"] if order.is_cancellable else []


class OrderInput(InputSerializer):
    checkout = KeyField()
    shipping_address = AddressSerializer()


class CancelledItemInput(InputSerializer):
    item_id = KeyField()
    quantity = WholeNumberField(min_value=1, max_value=10**6)


class CancelInput(InputSerializer):
    items = CancelledItemInput(many=True, required=False, allow_empty=False)
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
