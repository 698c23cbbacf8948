"""Warehouses, their stock rows and movements, and item balances, for staff systems."""

from collections.abc import Callable
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import (
    PolymorphicProxySerializer,
    extend_schema,
    inline_serializer,
)
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.item_references import NO_SUCH_ITEM, ItemQuery, item_id_of_query, with_item_id
from catalog.models import Item
from shop.core.api.etags import ConditionalRequests
from shop.core.api.idempotency import IdempotentWrites
from shop.core.api.query_parameters import APIView, ListAPIView
from shop.core.api.serializers import read_input
from shop.core.authors import author_of
from shop.core.db.transactions import run_transaction
from warehouses.api.serializers import (
    CountInput,
    DiscardInput,
    MovementSerializer,
    ReceiptInput,
    WarehouseSerializer,
    WarehouseStockSerializer,
    serialize_movement,
)
from warehouses.inventory.adjustments import discard_stock, recount_stock
from warehouses.inventory.receiving import receive_stock
from warehouses.inventory.warehouses import create_warehouse
from warehouses.models import Warehouse, WarehouseStock
from warehouses.stock.audit import item_balance
from warehouses.stock.rows import PostedMovement


class WarehousesView(IdempotentWrites, ListAPIView):
    required_scope = "stock:write"
    queryset = Warehouse.objects.all()
    serializer_class = WarehouseSerializer

    @extend_schema(summary="Warehouses, newest first")
    def get(self, request: Request) -> Response:
        """Return a page of warehouses."""
        return super().get(request)

    @extend_schema(
        summary="Add a warehouse",
        responses={201: WarehouseSerializer},
        extensions={"x-problems": ["warehouse-exists"]},
    )
    def post(self, request: Request) -> Response:
        """Create a warehouse."""
        payload = read_input(WarehouseSerializer, request.data)
        warehouse = run_transaction(create_warehouse, **payload)
        return Response(WarehouseSerializer(warehouse).data, status=status.HTTP_201_CREATED)


class WarehouseStockPage(serializers.Serializer):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = WarehouseStockSerializer(many=True)


class WarehouseStockView(ConditionalRequests, ListAPIView):
    """The stock of one item here, with `?item=` or `?sku=`, or of every item."""

    required_scope = "stock:write"
    query_parameters = {"GET": ItemQuery}
    serializer_class = WarehouseStockSerializer

    @extend_schema(
        summary="Stock of one warehouse",
        responses=PolymorphicProxySerializer(
            "WarehouseStockAnswer",
            [WarehouseStockSerializer, WarehouseStockPage],
            resource_type_field_name=None,
            many=False,
        ),
    )
    def get(self, request: Request, code: str) -> Response:
        """Return a page of stock rows, or the row of one item; an item without row has 0 units."""
        item_id = _find_item_id(self.read_query())
        if item_id is None:
            return super().get(request, code)
        warehouse = get_object_or_404(Warehouse, code=code)
        item = get_object_or_404(Item, pk=item_id)
        row = WarehouseStock.objects.filter(warehouse=warehouse, item=item).first()
        row = row or WarehouseStock(warehouse=warehouse, item=item)
        return Response(WarehouseStockSerializer(row).data)

    def get_queryset(self):
        """Return the stock rows of the warehouse. Raises Http404."""
        warehouse = get_object_or_404(Warehouse, code=self.kwargs["code"])
        return WarehouseStock.objects.filter(warehouse=warehouse)


class MovementsView(IdempotentWrites, APIView):
    """One kind of change of one warehouse's stock."""

    required_scope = "stock:write"
    verb: Callable[..., PostedMovement]
    input_class: type[serializers.Serializer]

    def post(self, request: Request, code: str) -> Response:
        """Call the verb; answer 200 instead of 201 for a receipt that was recorded before."""
        payload = read_input(self.input_class, request.data)
        movement = run_transaction(
            type(self).verb,
            warehouse=get_object_or_404(Warehouse, code=code),
            author=author_of(request),
            **_with_item(payload),
        )
        http_status = status.HTTP_201_CREATED if movement.is_new else status.HTTP_200_OK
        return Response(serialize_movement(movement), status=http_status)


@extend_schema(
    summary="Receive goods",
    request=ReceiptInput,
    responses={200: MovementSerializer, 201: MovementSerializer},
    extensions={"x-problems": ["reference-conflict", "too-much-stock"]},
)
class ReceiptsView(MovementsView):
    verb = receive_stock
    input_class = ReceiptInput


@extend_schema(
    summary="Throw goods out",
    request=DiscardInput,
    responses={201: MovementSerializer},
    extensions={"x-problems": ["insufficient-stock"]},
)
class DiscardsView(MovementsView):
    verb = discard_stock
    input_class = DiscardInput


@extend_schema(
    summary="Correct a count",
    request=CountInput,
    responses={201: MovementSerializer},
    extensions={"x-problems": ["count-conflict"]},
)
class CountsView(MovementsView):
    verb = recount_stock
    input_class = CountInput


class StockView(ConditionalRequests, APIView):
    required_scope = "stock:write"

    @extend_schema(
        summary="Where every unit of an item is",
        responses=inline_serializer(
            "ItemBalance",
            {
                "item_id": serializers.IntegerField(),
                "stock": serializers.IntegerField(),
                "held": serializers.IntegerField(),
                "unassigned": serializers.IntegerField(),
                "promised": serializers.IntegerField(),
                "promised_in_transit": serializers.IntegerField(
                    help_text="On transfers, and on no shelf."
                ),
                "warehouses": inline_serializer(
                    "PlaceBalance",
                    {
                        "code": serializers.CharField(),
                        "physical_stock": serializers.IntegerField(),
                        "available_stock": serializers.IntegerField(),
                    },
                    many=True,
                ),
                "conserved": serializers.BooleanField(),
            },
        ),
    )
    def get(self, request: Request, item_id: int) -> Response:
        """Return the item's numbers, and its stock by warehouse."""
        get_object_or_404(Item, pk=item_id)
        balance = item_balance(item_id)
        rows = [
            {
                "code": row["warehouse"],
                "physical_stock": row["physical"],
                "available_stock": row["available"],
            }
            for row in balance["warehouses"]
        ]
        names = ["item_id", "stock", "held", "unassigned", "promised", "conserved"]
        numbers = {name: balance[name] for name in names}
        in_transit = {"promised_in_transit": balance["in_transit"]}
        return Response({**numbers, **in_transit, "warehouses": rows})


def _find_item_id(parameters: dict[str, Any]) -> int | None:
    """Return the id of the item in the query, if it names one. Raises Http404."""
    try:
        return item_id_of_query(parameters)
    except Item.DoesNotExist as error:
        raise Http404 from error


def _with_item(payload: dict[str, Any]) -> dict[str, Any]:
    """Replace `item_id` and `sku` by the item. Raises ValidationError for an unknown one."""
    fields = with_item_id(payload)
    item = Item.objects.filter(pk=fields.pop("item_id")).first()
    if item is None:
        raise serializers.ValidationError({"item_id": NO_SUCH_ITEM})
    return {**fields, "item": item}
