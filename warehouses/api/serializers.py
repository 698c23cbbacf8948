"""Serializers of warehouses, stock, movements and warehouse orders."""

from typing import Any

from rest_framework import serializers

from catalog.api.item_references import ItemLinesField, ItemReferenceInput
from shop.core.api.serializers import (
    InputSerializer,
    OutputSerializer,
    TextField,
    UtcDateTimeField,
    WholeNumberField,
)
from warehouses.api.warehouse_references import WarehouseField
from warehouses.inventory.receiving import MAX_UNITS_PER_STOCK_ROW
from warehouses.models import StockMovement, Warehouse, WarehouseOrder, WarehouseStock
from warehouses.stock.rows import PostedMovement

MAX_UNITS = 10_000_000


class WarehouseSerializer(InputSerializer, OutputSerializer):
    # Not the model's field, whose uniqueness check would hide the refusal `warehouse-exists`.
    code = serializers.RegexField(r"^[A-Za-z0-9_-]+\Z", max_length=16)

    class Meta:
        model = Warehouse
        fields = ["code", "name", "postal_code", "latitude", "longitude", "is_open"]
        read_only_fields = ["is_open"]


class WarehouseStockSerializer(OutputSerializer):
    item_id = serializers.IntegerField()

    class Meta:
        model = WarehouseStock
        fields = ["item_id", "physical_stock", "available_stock"]


class ReceiptInput(ItemReferenceInput):
    quantity = WholeNumberField(min_value=1, max_value=MAX_UNITS)
    reference = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class DiscardInput(ItemReferenceInput):
    quantity = WholeNumberField(min_value=1, max_value=MAX_UNITS)
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class CountInput(ItemReferenceInput):
    physical_stock = WholeNumberField(min_value=0, max_value=MAX_UNITS_PER_STOCK_ROW)
    expected = WholeNumberField(min_value=0, max_value=MAX_UNITS_PER_STOCK_ROW)


class MovementSerializer(OutputSerializer):
    """An entry of the ledger; changes are in units."""

    warehouse = serializers.CharField(source="warehouse.code")
    item_id = serializers.IntegerField()
    quantity = serializers.IntegerField(read_only=True)
    at = UtcDateTimeField(source="moved_at", read_only=True)

    class Meta:
        model = StockMovement
        fields = [
            "id",
            "kind",
            "warehouse",
            "item_id",
            "quantity",
            "physical_change",
            "available_change",
            "reference",
            "at",
        ]

    def get_quantity(self, movement: StockMovement) -> int:
        """Return the units that were moved, without a sign."""
        return abs(movement.physical_change)


def serialize_movement(movement: PostedMovement) -> dict[str, Any]:
    """Return a movement's ledger entry and the shortfall that it opened, or None, as JSON."""
    opened = movement.shortfall
    shortfall = {"missing": opened.missing, "promised": opened.promised} if opened else None
    return {**MovementSerializer(movement.entry).data, "shortfall": shortfall}


class WarehouseOrderSerializer(OutputSerializer):
    parent_order = serializers.CharField(source="order.number")
    warehouse = serializers.CharField(source="warehouse.code")
    items = serializers.ListField(child=serializers.DictField(), read_only=True)
    carrier = serializers.CharField(help_text="The carrier's name, or empty.")
    tracking_url = serializers.CharField(help_text="The carrier's page, or empty.")

    class Meta:
        model = WarehouseOrder
        fields = [
            "id",
            "parent_order",
            "warehouse",
            "status",
            "items",
            "shipping_address",
            "decision",
            "is_overruled",
            "assigned_to",
            "carrier",
            "tracking",
            "tracking_url",
            "assigned_at",
            "picked_at",
            "shipped_at",
        ]

    def get_items(self, warehouse_order: WarehouseOrder) -> list[dict[str, Any]]:
        """Return the lines, as the contract has them."""
        return [
            {"item_id": line.item_id, "name": line.order_item.name, "quantity": line.quantity}
            for line in warehouse_order.lines.all()
        ]

    def get_carrier(self, warehouse_order: WarehouseOrder) -> str:
        """Return the carrier's name, or an empty text."""
        return warehouse_order.carrier.name if warehouse_order.carrier else ""


class FoundItemInput(ItemReferenceInput):
    quantity = WholeNumberField(min_value=0, max_value=MAX_UNITS)


class PickInput(InputSerializer):
    assigned_to = serializers.CharField(max_length=120)
    found = ItemLinesField(
        child=FoundItemInput(),
        required=False,
        allow_empty=False,
        help_text="The units of lines that were not found whole; the other lines were.",
    )


class MoveInput(InputSerializer):
    warehouse = WarehouseField(help_text="The code of the warehouse that ships it instead.")
    reason = TextField(max_length=500)


class ShipInput(InputSerializer):
    """What a parcel is sent with; what is left out stays as it is, or empty."""

    carrier = serializers.CharField(
        max_length=60, required=False, allow_blank=True, help_text="By name; new when new."
    )
    tracking = serializers.CharField(max_length=120, required=False, allow_blank=True)
