"""What a refusal must not change of a warehouse order, and its address."""

from warehouses.models import WarehouseOrder, WarehouseStock


def url_of(parcel: WarehouseOrder) -> str:
    """Return the path of a warehouse order in the API."""
    return f"/api/v1/warehouse-orders/{parcel.pk}/"


def state_of(parcel: WarehouseOrder) -> tuple:
    """Return what a refusal must not change."""
    parcel.refresh_from_db()
    lines = [(line.item_id, line.quantity) for line in parcel.lines.all()]
    rows = list(WarehouseStock.objects.order_by("pk").values())
    return parcel.status, parcel.assigned_to, parcel.tracking, parcel.carrier_id, lines, rows
