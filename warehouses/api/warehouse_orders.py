"""Warehouse orders for staff systems: listing, picking, moving, shipping."""

from collections.abc import Callable
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.item_references import units_by_item
from shop.core.api.etags import ConditionalRequests, Versioned
from shop.core.api.idempotency import IdempotentWrites
from shop.core.api.query_parameters import APIView, ListAPIView
from shop.core.api.serializers import read_input, require_no_input
from shop.core.authors import author_of
from shop.core.db.transactions import run_transaction
from warehouses.api.filters import WarehouseOrderQuery, filter_warehouse_orders
from warehouses.api.serializers import (
    MoveInput,
    PickInput,
    ShipInput,
    WarehouseOrderSerializer,
)
from warehouses.assignment.overruling import move_warehouse_order
from warehouses.fulfilment.picking import pick_warehouse_order, unpick_warehouse_order
from warehouses.fulfilment.shipping import correct_tracking, ship_warehouse_order
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


class WarehouseOrderView(IdempotentWrites, ConditionalRequests, APIView):
    required_scope = "fulfilment:write"
    if_match = {"PATCH"}

    @extend_schema(summary="One warehouse order", responses=WarehouseOrderSerializer)
    def get(self, request: Request, warehouse_order_id: int) -> Response:
        """Return the warehouse order with its version."""
        return _show(warehouse_order_id)

    @extend_schema(
        summary="Correct what a parcel was shipped with, and tell the customer",
        request=ShipInput,
        responses=WarehouseOrderSerializer,
        extensions={"x-problems": ["order-cancelled", "not-shipped-yet"]},
    )
    def patch(self, request: Request, warehouse_order_id: int) -> Response:
        """Change the carrier or tracking number of the warehouse order and return it."""
        payload = read_input(ShipInput, request.data)
        run_transaction(
            correct_tracking,
            warehouse_order_id=warehouse_order_id,
            author=author_of(request),
            expected=self.expected_versions(),
            **payload,
        )
        return _show(warehouse_order_id)


class WarehouseOrderVerbView(IdempotentWrites, ConditionalRequests, APIView):
    """A change of one warehouse order, whose ETag If-Match may name."""

    required_scope = "fulfilment:write"
    if_match = {"POST"}

    def change(self, verb: Callable[..., Any], **kwargs: Any) -> Any:
        """Call a verb for the warehouse order of the path; return its result."""
        return run_transaction(verb, **self.kwargs, expected=self.expected_versions(), **kwargs)

    def read_current(self) -> Response:
        """Return the warehouse order whose tag If-Match names."""
        return _show(**self.kwargs)


class PickView(WarehouseOrderVerbView):
    @extend_schema(
        summary="Note who took the units off the shelf, and which were not found",
        request=PickInput,
        responses=WarehouseOrderSerializer,
        extensions={
            "x-problems": [
                *("order-cancelled", "already-picked", "order-already-shipped", "not-that-many"),
            ]
        },
    )
    def post(self, request: Request, warehouse_order_id: int) -> Response:
        """Set the warehouse order to picked and return it."""
        payload = read_input(PickInput, request.data)
        self.change(
            pick_warehouse_order,
            assigned_to=payload["assigned_to"],
            found=units_by_item(payload.get("found", [])),
            author=author_of(request),
        )
        return _show(warehouse_order_id)


class UnpickView(WarehouseOrderVerbView):
    @extend_schema(
        summary="Put picked units back on the shelf",
        request=None,
        responses=WarehouseOrderSerializer,
        extensions={"x-problems": ["order-cancelled", "order-already-shipped"]},
    )
    def post(self, request: Request, warehouse_order_id: int) -> Response:
        """Set the warehouse order back to assigned and return it."""
        require_no_input(request)
        self.change(unpick_warehouse_order)
        return _show(warehouse_order_id)


class MoveView(WarehouseOrderVerbView):
    @extend_schema(
        summary="Have another warehouse ship it",
        request=MoveInput,
        responses=WarehouseOrderSerializer,
        extensions={
            "x-problems": [
                *("order-cancelled", "already-picked", "order-already-shipped"),
                *("same-warehouse", "warehouse-closed", "insufficient-stock"),
            ]
        },
    )
    def post(self, request: Request, warehouse_order_id: int) -> Response:
        """Move the units to a new warehouse order, which is returned."""
        payload = read_input(MoveInput, request.data)
        new = self.change(move_warehouse_order, author=author_of(request), **payload)
        return _show(new.pk)


class ShipView(WarehouseOrderVerbView):
    @extend_schema(
        summary="Send the parcel off",
        request=ShipInput,
        responses=WarehouseOrderSerializer,
        extensions={"x-problems": ["order-cancelled", "already-shipped", "insufficient-stock"]},
    )
    def post(self, request: Request, warehouse_order_id: int) -> Response:
        """Ship the warehouse order and return it."""
        payload = read_input(ShipInput, request.data)
        self.change(ship_warehouse_order, author=author_of(request), **payload)
        return _show(warehouse_order_id)


def _with_lines(warehouse_orders):
    return warehouse_orders.select_related("order", "warehouse", "carrier").prefetch_related(
        "lines__order_item"
    )


def _show(warehouse_order_id: int) -> Response:
    warehouse_orders = _with_lines(WarehouseOrder.objects.all())
    warehouse_order = get_object_or_404(warehouse_orders, pk=warehouse_order_id)
    return Versioned(WarehouseOrderSerializer(warehouse_order).data, warehouse_order.version)
