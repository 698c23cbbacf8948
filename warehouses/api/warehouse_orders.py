"""Warehouse orders for staff systems: listing, picking, shipping."""

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from shop.core.api.etags import ConditionalRequests, Versioned
from shop.core.api.idempotency import IdempotentWrites
from shop.core.api.query_parameters import APIView, ListAPIView
from shop.core.api.serializers import read_input
from shop.core.authors import author_of
from shop.core.db.transactions import run_transaction
from warehouses.api.filters import WarehouseOrderQuery, filter_warehouse_orders
from warehouses.api.serializers import (
    PickInput,
    ShipInput,
    WarehouseOrderSerializer,
)
from warehouses.fulfilment.picking import pick_warehouse_order
from warehouses.fulfilment.shipping import ship_warehouse_order
from warehouses.models import WarehouseOrder


class WarehouseOrdersView(ListAPIView):
    required_scope = "fulfilment:write"
    serializer_class = WarehouseOrderSerializer
    query_parameters = {"GET": WarehouseOrderQuery}

    @extend_schema(summary="Warehouse orders, newest first")
    def get(self, request: Request) -> Response:
        """Return a page of warehouse orders."""
        return super().get(request)

    def get_queryset(self):
        """Return the warehouse orders that match the query, with their lines."""
        return _with_lines(filter_warehouse_orders(self.read_query()))


class WarehouseOrderView(ConditionalRequests, APIView):
    required_scope = "fulfilment:write"

    @extend_schema(summary="One warehouse order", responses=WarehouseOrderSerializer)
    def get(self, request: Request, warehouse_order_id: int) -> Response:
        """Return the warehouse order with its version."""
        return _show(warehouse_order_id)


class PickView(IdempotentWrites, ConditionalRequests, APIView):
    required_scope = "fulfilment:write"
    if_match = {"POST"}

    @extend_schema(
        summary="Note who took the units off the shelf",
        request=PickInput,
        responses=WarehouseOrderSerializer,
        extensions={"x-problems": ["order-cancelled"]},
    )
    def post(self, request: Request, warehouse_order_id: int) -> Response:
        """Set the warehouse order to picked and return it."""
        payload = read_input(PickInput, request.data)
        run_transaction(
            pick_warehouse_order,
            warehouse_order_id=warehouse_order_id,
            expected=self.expected_versions(),
            **payload,
        )
        return _show(warehouse_order_id)

    def read_current(self) -> Response:
        """Return the warehouse order whose tag If-Match names."""
        return _show(**self.kwargs)


class ShipView(IdempotentWrites, ConditionalRequests, APIView):
    required_scope = "fulfilment:write"
    if_match = {"POST"}

    @extend_schema(
        summary="Send the parcel off",
        request=ShipInput,
        responses=WarehouseOrderSerializer,
        extensions={"x-problems": ["order-cancelled", "insufficient-stock"]},
    )
    def post(self, request: Request, warehouse_order_id: int) -> Response:
        """Ship the warehouse order and return it."""
        payload = read_input(ShipInput, request.data)
        run_transaction(
            ship_warehouse_order,
            warehouse_order_id=warehouse_order_id,
            author=author_of(request),
            expected=self.expected_versions(),
            **payload,
        )
        return _show(warehouse_order_id)

    def read_current(self) -> Response:
        """Return the warehouse order whose tag If-Match names."""
        return _show(**self.kwargs)


def _with_lines(warehouse_orders):
    return warehouse_orders.select_related("order", "warehouse").prefetch_related(
        "lines__order_item"
    )


def _show(warehouse_order_id: int) -> Response:
    warehouse_orders = _with_lines(WarehouseOrder.objects.all())
    warehouse_order = get_object_or_404(warehouse_orders, pk=warehouse_order_id)
    return Versioned(WarehouseOrderSerializer(warehouse_order).data, warehouse_order.version)
