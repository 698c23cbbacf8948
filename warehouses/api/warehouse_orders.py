"""Warehouse orders for staff systems: listing, picking, shipping."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import (
    OpenApiParameter,
    extend_schema,
)
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from shop.core.api.etags import ConditionalRequests, Versioned
from shop.core.api.idempotency import IdempotentWrites
from shop.core.api.serializers import read_input
from shop.core.db.transactions import run_transaction
from warehouses.api.serializers import (
    PickInput,
    ShipInput,
    WarehouseOrderSerializer,
)
from warehouses.fulfilment.shipping import pick_warehouse_order, ship_warehouse_order
from warehouses.models import Warehouse, WarehouseOrder


class WarehouseOrdersView(ListAPIView):
    required_scope = "fulfilment:write"
    serializer_class = WarehouseOrderSerializer

    @extend_schema(
        summary="Warehouse orders, newest first",
        parameters=[
            OpenApiParameter("warehouse", str),
            OpenApiParameter("status", str, enum=WarehouseOrder.Status.values),
        ],
    )
    def get(self, request: Request) -> Response:
        """Return a page of warehouse orders."""
        return super().get(request)

    def get_queryset(self):
        """Filter by the query's warehouse and status."""
        parameters = read_input(WarehouseOrderQuery, self.request.query_params)
        filters: dict[str, Any] = {}
        if code := parameters.get("warehouse"):
            # Read first, so that PostgreSQL plans the query for this warehouse's number of rows.
            filters["warehouse"] = Warehouse.objects.filter(code=code).first()
        if status := parameters.get("status"):
            filters["status"] = status
        return _with_lines(WarehouseOrder.objects.filter(**filters))


class WarehouseOrderQuery(serializers.Serializer):
    warehouse = serializers.CharField(required=False, allow_blank=True)
    status = serializers.ChoiceField(
        choices=WarehouseOrder.Status.choices, required=False, allow_blank=True
    )


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
            author=request.user,
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
