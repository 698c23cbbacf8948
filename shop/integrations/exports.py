"""Exports of whole tables over the API, as JSON lines that are streamed while rows are read."""

import json
from collections.abc import Generator, Iterator
from datetime import datetime
from typing import Any

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from catalog.api.serializers import ItemSerializer
from catalog.live_items import fetch_with_stock
from catalog.models import Item
from orders.api.serializers import OrderSerializer
from orders.models import Order
from orders.state.timeline import read_with_arrivals, with_progress
from shop.core.api.permissions import ALL_ORDERS, ANY_SCOPE, Scope, scopes_of
from shop.core.api.query_parameters import APIView
from shop.core.api.serializers import UtcDateTimeField
from shop.core.db.keyset import in_batches, key_before
from shop.core.http.streaming import stream_response
from shop.core.security_log import Action, record
from shop.integrations.bulk.parsers import NdjsonParser
from warehouses.api.serializers import MovementSerializer
from warehouses.models import StockMovement


class ExportQuery(serializers.Serializer):
    """The parameters of an export."""

    since = UtcDateTimeField(
        required=False, help_text="Only what was written at that time or later, as RFC 3339."
    )


class ExportView(APIView):
    """A whole table, or what was written since a time."""

    query_parameters = {"GET": ExportQuery}

    def since(self) -> datetime | None:
        """Return the time in the query, if there is one. Raises ValidationError."""
        return self.read_query().get("since")


def _describe_export(summary: str):
    return extend_schema(
        summary=summary,
        responses={(200, NdjsonParser.media_type): OpenApiResponse(OpenApiTypes.STR)},
        extensions={"x-problems": ["too-many-streams"]},
    )


class ItemsExportView(ExportView):
    """Items on sale; who may write the catalogue sees the others too."""

    required_scope = ANY_SCOPE

    @_describe_export("Every item with its live stock")
    def get(self, request: Request) -> StreamingHttpResponse:
        """Stream items with their live stock, optionally those updated since a time."""
        may_write = Scope.CATALOG_WRITE in scopes_of(request)
        items = Item.objects.all() if may_write else Item.objects.on_sale()
        if since := self.since():
            items = items.filter(updated_at__gte=since)
        batches = in_batches(items, read=fetch_with_stock)
        serializer = ItemSerializer(context={"request": request})
        return _stream(request, batches, serializer, what="items")


class OrdersExportView(ExportView):
    required_scope = ALL_ORDERS

    @_describe_export("Every order with its parcels, oldest first")
    def get(self, request: Request) -> StreamingHttpResponse:
        """Stream orders with their warehouse orders, optionally those placed since a time."""
        orders, after = with_progress(Order.objects.all()), 0
        if since := self.since():
            after = key_before(Order.objects.all(), since, column="placed_at")
            orders = orders.filter(placed_at__gte=since)
        batches = in_batches(orders, after=after, read=read_with_arrivals)
        return _stream(request, batches, OrderSerializer(), what="orders")


class MovementsExportView(ExportView):
    required_scope = "stock:write"

    @_describe_export("The ledger: every change of stock, oldest first")
    def get(self, request: Request) -> StreamingHttpResponse:
        """Stream stock movements, optionally those since a time."""
        movements, after = StockMovement.objects.select_related("warehouse"), 0
        if since := self.since():
            after = key_before(StockMovement.objects.all(), since, column="moved_at")
            movements = movements.filter(moved_at__gte=since)
        batches = in_batches(movements, after=after)
        return _stream(request, batches, MovementSerializer(), what="movements")


def _stream(
    request: Request,
    batches: Iterator[list[Any]],
    serializer: serializers.BaseSerializer,
    *,
    what: str,
) -> StreamingHttpResponse:
    lines, media_type = _lines(batches, serializer), NdjsonParser.media_type
    response = stream_response(lines, content_type=media_type, user_id=request.user.pk)
    record(Action.DATA_EXPORTED, request=request._request, what=what)
    return response


def _lines(
    batches: Iterator[list[Any]], serializer: serializers.BaseSerializer
) -> Generator[str, None, None]:
    for rows in batches:
        yield "".join(f"{json.dumps(serializer.to_representation(row))}\n" for row in rows)
