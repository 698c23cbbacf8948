"""Warehouses for staff systems: stock in and out, and the orders to ship."""

from collections.abc import Callable
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import (
    OpenApiParameter,
    PolymorphicProxySerializer,
    extend_schema,
    inline_serializer,
)
from rest_framework import serializers, status
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog.edge import at_edge
from catalog.models import Item
from catalog.serializers import Versioned
from catalog.versions import Versions
from warehouses.audit import item_balance
from warehouses.counting import discard_stock, recount_stock
from warehouses.models import Warehouse, WarehouseOrder, WarehouseStock
from warehouses.receiving import Movement, receive_stock
from warehouses.serializers import (
    CountInput,
    DiscardInput,
    MovementSerializer,
    PickInput,
    ReceiptInput,
    ShipInput,
    WarehouseOrderSerializer,
    WarehouseSerializer,
    WarehouseStockSerializer,
    movement_answer,
)
from warehouses.shipping import pick_warehouse_order, ship_warehouse_order
from warehouses.warehouses import create_warehouse


class WarehousesView(ListAPIView):
    required_scope = "stock:write"
    queryset = Warehouse.objects.all()
    serializer_class = WarehouseSerializer

    @extend_schema(summary="Warehouses, newest first")
    def get(self, request: Request) -> Response:
        return super().get(request)

    @extend_schema(
        summary="Add a warehouse",
        responses={201: WarehouseSerializer},
        extensions={"x-problems": ["warehouse-exists"]},
    )
    def post(self, request: Request) -> Response:
        given = WarehouseSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        warehouse = at_edge(create_warehouse, **given.validated_data)
        return Response(WarehouseSerializer(warehouse).data, status=status.HTTP_201_CREATED)


class StockQuery(serializers.Serializer):
    item = serializers.IntegerField(min_value=1, max_value=2**63 - 1, required=False)


class WarehouseStockPage(serializers.Serializer):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = WarehouseStockSerializer(many=True)


class WarehouseStockView(ListAPIView):
    """The stock of one item here, with `?item=`, or of every item."""

    required_scope = "stock:write"
    serializer_class = WarehouseStockSerializer

    @extend_schema(
        summary="Stock of one warehouse",
        parameters=[OpenApiParameter("item", int, description="Answers with this one alone.")],
        responses=PolymorphicProxySerializer(
            "WarehouseStockAnswer",
            [WarehouseStockSerializer, WarehouseStockPage],
            resource_type_field_name=None,
            many=False,
        ),
    )
    def get(self, request: Request, code: str) -> Response:
        asked = StockQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        if "item" not in asked.validated_data:
            return super().get(request, code)
        warehouse = get_object_or_404(Warehouse, code=code)
        item = get_object_or_404(Item, pk=asked.validated_data["item"])
        row = WarehouseStock.objects.filter(warehouse=warehouse, item=item).first()
        row = row or WarehouseStock(warehouse=warehouse, item=item)
        return Response(WarehouseStockSerializer(row).data)

    def get_queryset(self):
        warehouse = get_object_or_404(Warehouse, code=self.kwargs["code"])
        return WarehouseStock.objects.filter(warehouse=warehouse)


class MovementsView(APIView):
    """One kind of change of one warehouse's stock."""

    required_scope = "stock:write"
    verb: Callable[..., Movement]
    input_class: type[serializers.Serializer]

    def post(self, request: Request, code: str) -> Response:
        given = self.input_class(data=request.data)
        given.is_valid(raise_exception=True)
        movement = at_edge(
            type(self).verb,
            warehouse=get_object_or_404(Warehouse, code=code),
            author=request.user,
            **_with_item(given.validated_data),
        )
        created = status.HTTP_201_CREATED if movement.is_new else status.HTTP_200_OK
        return Response(movement_answer(movement), status=created)


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
        return super().get(request)

    def get_queryset(self):
        asked = WarehouseOrderQuery(data=self.request.query_params)
        asked.is_valid(raise_exception=True)
        filters: dict[str, Any] = {}
        if code := asked.validated_data.get("warehouse"):
            # Looked up first: who plans the query must know how many this one has.
            filters["warehouse"] = Warehouse.objects.filter(code=code).first()
        if wanted := asked.validated_data.get("status"):
            filters["status"] = wanted
        return _read_whole(WarehouseOrder.objects.filter(**filters))


class WarehouseOrderQuery(serializers.Serializer):
    warehouse = serializers.CharField(required=False, allow_blank=True)
    status = serializers.ChoiceField(
        choices=WarehouseOrder.Status.choices, required=False, allow_blank=True
    )


class WarehouseOrderView(APIView):
    required_scope = "fulfilment:write"

    @extend_schema(summary="One warehouse order", responses=WarehouseOrderSerializer)
    def get(self, request: Request, warehouse_order_id: int) -> Response:
        return _answer(warehouse_order_id)


class PickView(APIView):
    required_scope = "fulfilment:write"

    @extend_schema(
        summary="Note who took the units off the shelf",
        request=PickInput,
        responses=WarehouseOrderSerializer,
        extensions={"x-problems": ["order-cancelled"]},
    )
    def post(
        self, request: Request, warehouse_order_id: int, expected: Versions = None
    ) -> Response:
        given = PickInput(data=request.data)
        given.is_valid(raise_exception=True)
        at_edge(
            pick_warehouse_order,
            warehouse_order_id=warehouse_order_id,
            expected=expected,
            **given.validated_data,
        )
        return _answer(warehouse_order_id)


class ShipView(APIView):
    required_scope = "fulfilment:write"

    @extend_schema(
        summary="Send the parcel off",
        request=ShipInput,
        responses=WarehouseOrderSerializer,
        extensions={"x-problems": ["order-cancelled", "insufficient-stock"]},
    )
    def post(
        self, request: Request, warehouse_order_id: int, expected: Versions = None
    ) -> Response:
        given = ShipInput(data=request.data)
        given.is_valid(raise_exception=True)
        at_edge(
            ship_warehouse_order,
            warehouse_order_id=warehouse_order_id,
            author=request.user,
            expected=expected,
            **given.validated_data,
        )
        return _answer(warehouse_order_id)


class StockView(APIView):
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
        get_object_or_404(Item, pk=item_id)
        balance = item_balance(item_id)
        places = [
            {
                "code": place["warehouse"],
                "physical_stock": place["physical"],
                "available_stock": place["available"],
            }
            for place in balance["warehouses"]
        ]
        told = ["item_id", "stock", "held", "unassigned", "promised", "conserved"]
        return Response({**{name: balance[name] for name in told}, "warehouses": places})


def _with_item(given: dict[str, Any]) -> dict[str, Any]:
    """Replace the item's id by the item; one that does not exist makes no sense here."""
    given = dict(given)
    item = Item.objects.filter(pk=given.pop("item_id")).first()
    if item is None:
        raise serializers.ValidationError({"item_id": "There is no such item."})
    return {**given, "item": item}


def _read_whole(warehouse_orders):
    return warehouse_orders.select_related("order", "warehouse").prefetch_related(
        "lines__order_item"
    )


def _answer(warehouse_order_id: int) -> Response:
    found = get_object_or_404(_read_whole(WarehouseOrder.objects.all()), pk=warehouse_order_id)
    return Versioned(WarehouseOrderSerializer(found).data, found.version)
