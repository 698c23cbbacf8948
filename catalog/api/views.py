"""API views of the catalogue: search, reading and writing items, suggestions."""

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from catalog.api.serializers import (
    ItemInput,
    ItemSerializer,
    SearchAnswerSerializer,
    SearchInput,
    SuggestQuery,
    read_search,
    search_query_of,
    understood,
)
from catalog.items import create_item, update_item
from catalog.live_items import fetch_with_stock, get_item
from catalog.models import Item
from catalog.search.service import get_item_catalogue, get_item_of_sku, suggest
from shop.core.api.etags import ConditionalRequests, Versioned
from shop.core.api.idempotency import IdempotentWrites
from shop.core.api.query_parameters import APIView
from shop.core.api.serializers import read_input
from shop.core.db.transactions import run_transaction
from shop.core.optimistic_locking import Versions


class ItemsView(IdempotentWrites, APIView):
    required_scope = {"POST": "catalog:write"}
    query_parameters = {"GET": SearchInput}

    @extend_schema(
        operation_id="items_search",
        summary="Search items with live stock",
        responses=SearchAnswerSerializer,
    )
    def get(self, request: Request) -> Response:
        """Return one page of search results, empty when `page` is beyond the last."""
        values = read_search(request.query_params)
        page = values["page"]
        results = (
            get_item_of_sku(values["sku"])
            if values["sku"]
            else get_item_catalogue(search_query_of(values), page=page, page_size=values["limit"])
        )
        is_beyond = page > results.page
        items = [] if is_beyond else results.items
        return Response(
            {
                "results": ItemSerializer(items, many=True, context={"request": request}).data,
                "count": results.count,
                "next": _page_url(request, results.next_page),
                "previous": _page_url(
                    request, results.page if is_beyond else results.previous_page
                ),
                "facets": {
                    name: [{"value": choice.value, "count": choice.count} for choice in choices]
                    for name, choices in results.facets.items()
                },
                "corrected_query": results.corrected_query,
                "suggested_query": results.suggested_query,
                "has_all_words": results.has_all_words,
                "understood": understood(results.intent),
            }
        )

    @extend_schema(
        summary="Add an item",
        request=ItemInput,
        responses={status.HTTP_201_CREATED: ItemSerializer},
        extensions={"x-problems": ["sku-exists"]},
    )
    def post(self, request: Request) -> Response:
        """Create an item, without stock."""
        payload = read_input(ItemInput, request.data)
        item = run_transaction(create_item, **payload)
        return _respond(request, item, status.HTTP_201_CREATED)


class ItemView(IdempotentWrites, ConditionalRequests, APIView):
    required_scope = {"PATCH": "catalog:write", "PUT": "catalog:write"}
    if_match = {"PATCH", "PUT"}
    if_match_required = {"PUT"}

    @extend_schema(summary="One item with its live stock", responses=ItemSerializer)
    def get(self, request: Request, item_id: int) -> Response:
        """Return an item on sale with its live stock."""
        return _respond(request, _find(item_id))

    @extend_schema(
        summary="Change an item",
        request=ItemInput,
        responses=ItemSerializer,
        extensions={"x-problems": ["sku-exists"]},
    )
    def patch(self, request: Request, item_id: int) -> Response:
        """Change the fields that the body names."""
        return _change(request, item_id, self.expected_versions(), is_partial=True)

    @extend_schema(
        summary="Replace all that is said of an item",
        description="Fields that are left out get their defaults. Needs If-Match.",
        request=ItemInput,
        responses=ItemSerializer,
        extensions={
            "x-problems": ["precondition-required", "precondition-failed", "sku-exists"],
        },
    )
    def put(self, request: Request, item_id: int) -> Response:
        """Replace all fields; absent ones get their defaults."""
        return _change(request, item_id, self.expected_versions(), is_partial=False)


class SuggestView(APIView):
    query_parameters = {"GET": SuggestQuery}

    @extend_schema(
        summary="Suggestions as one types",
        responses=inline_serializer(
            "Suggestions", {"suggestions": serializers.ListField(child=serializers.CharField())}
        ),
    )
    def get(self, request: Request) -> Response:
        """Return completions of the query parameter `q`."""
        return Response({"suggestions": suggest(request.query_params.get("q", ""))})


def _change(request: Request, item_id: int, expected: Versions, *, is_partial: bool) -> Response:
    payload = read_input(ItemInput, request.data, partial=is_partial)
    try:
        run_transaction(update_item, item_id=item_id, expected=expected, **payload)
    except Item.DoesNotExist as error:
        raise Http404 from error
    return _respond(request, fetch_with_stock(_any(item_id))[0])


def _respond(request: Request, item: Item, code: int = status.HTTP_200_OK) -> Response:
    payload = ItemSerializer(item, context={"request": request}).data
    return Versioned(payload, item.version, status=code)


def _find(item_id: int) -> Item:
    try:
        return get_item(item_id)
    except Item.DoesNotExist as error:
        raise Http404 from error


def _any(item_id: int) -> QuerySet[Item]:
    return Item.objects.filter(pk=item_id)


def _page_url(request: Request, page: int | None) -> str | None:
    if page is None:
        return None
    return replace_query_param(request.build_absolute_uri(), "page", page)
