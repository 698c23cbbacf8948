"""Transfers between warehouses, for staff systems."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.item_references import (
    ItemLinesField,
    ItemQuery,
    ItemReferenceInput,
    filter_by_item,
    units_by_item,
)
from shop.core.api.etags import ConditionalRequests
from shop.core.api.idempotency import IdempotentWrites
from shop.core.api.query_parameters import APIView, ListAPIView
from shop.core.api.serializers import (
    InputSerializer,
    OutputSerializer,
    WholeNumberField,
    read_input,
    require_no_input,
)
from shop.core.authors import author_of
from shop.core.db.transactions import run_transaction
from warehouses.api.serializers import MAX_UNITS
from warehouses.api.warehouse_references import MAX_CODE_LENGTH, WarehouseField
from warehouses.inventory.transfers import (
    cancel_transfer,
    create_transfer,
    receive_transfer,
    send_transfer,
)
from warehouses.models import Transfer, TransferItem

MAX_LINES = 1000


class TransferItemSerializer(OutputSerializer):
    item_id = serializers.IntegerField()
    sku = serializers.CharField(source="item.sku")
    name = serializers.CharField(source="item.name")
    outstanding_quantity = serializers.IntegerField(help_text="Neither arrived nor written off.")

    class Meta:
        model = TransferItem
        fields = [
            *["item_id", "sku", "name", "quantity", "arrived_quantity", "lost_quantity"],
            *["outstanding_quantity", "promised_quantity"],
        ]


class TransferSerializer(OutputSerializer):
    """Goods on their way from one warehouse to another, both by code."""

    to = serializers.CharField(source="destination.code")
    items = TransferItemSerializer(many=True, source="lines")

    class Meta:
        model = Transfer
        fields = [
            *["id", "to", "status", "reference", "loss_reason", "items"],
            *["created_at", "sent_at", "closed_at"],
        ]

    def get_fields(self) -> dict[str, serializers.Field]:
        """Add `from`, which cannot be the name of a class attribute."""
        fields = super().get_fields()
        return {
            "id": fields.pop("id"),
            "from": serializers.CharField(source="origin.code"),
        } | fields


class TransferLineInput(ItemReferenceInput):
    quantity = WholeNumberField(min_value=1, max_value=MAX_UNITS)


class TransferInput(InputSerializer):
    to = WarehouseField(help_text="The code of the warehouse that receives the goods.")
    items = ItemLinesField(
        child=TransferLineInput(), must_exist=True, min_length=1, max_length=MAX_LINES
    )
    reference = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")

    def get_fields(self) -> dict[str, serializers.Field]:
        """Add `from`, which cannot be the name of a class attribute."""
        origin = WarehouseField(help_text="The code of the warehouse that sends the goods.")
        return {"from": origin} | super().get_fields()


class TransferReceiptInput(InputSerializer):
    items = ItemLinesField(
        child=TransferLineInput(),
        required=False,
        default=list,
        max_length=MAX_LINES,
        help_text="The units that arrived; may be left out if `is_complete`.",
    )
    is_complete = serializers.BooleanField(
        required=False, default=False, help_text="Nothing else arrives: the rest is written off."
    )
    reason = serializers.CharField(
        max_length=200,
        required=False,
        allow_blank=True,
        default="",
        help_text="Of the units that are written off.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a receipt of nothing."""
        if not attrs["items"] and not attrs["is_complete"]:
            raise serializers.ValidationError({"items": "Name the units that arrived."})
        return attrs


class TransfersQuery(ItemQuery):
    """The parameters of the list of transfers; one must match them all."""

    status = serializers.ChoiceField(choices=Transfer.Status.choices, required=False)
    to = serializers.CharField(
        max_length=MAX_CODE_LENGTH, required=False, help_text="The receiving warehouse's code."
    )

    def get_fields(self) -> dict[str, serializers.Field]:
        """Add `from`, which cannot be the name of a class attribute."""
        origin = serializers.CharField(
            max_length=MAX_CODE_LENGTH, required=False, help_text="The sending warehouse's code."
        )
        return {"from": origin} | super().get_fields()


class TransfersView(IdempotentWrites, ListAPIView):
    required_scope = "stock:write"
    serializer_class = TransferSerializer
    query_parameters = {"GET": TransfersQuery}

    @extend_schema(summary="Transfers, newest first")
    def get(self, request: Request) -> Response:
        """Return a page of transfers."""
        return super().get(request)

    @extend_schema(
        summary="Draft a transfer between two warehouses",
        request=TransferInput,
        responses={status.HTTP_201_CREATED: TransferSerializer},
        extensions={"x-problems": ["same-warehouse", "warehouse-closed"]},
    )
    def post(self, request: Request) -> Response:
        """Create the draft of a transfer."""
        payload = read_input(TransferInput, request.data)
        transfer = run_transaction(
            create_transfer,
            origin=payload["from"],
            destination=payload["to"],
            quantities=units_by_item(payload["items"]),
            reference=payload["reference"],
            author=author_of(request),
        )
        return _show(transfer.pk, status.HTTP_201_CREATED)

    def get_queryset(self) -> QuerySet[Transfer]:
        """Return the transfers that match the query, with their lines."""
        return _with_lines(_filter_transfers(self.read_query()))


class TransferView(ConditionalRequests, APIView):
    required_scope = "stock:write"

    @extend_schema(summary="One transfer", responses=TransferSerializer)
    def get(self, request: Request, transfer_id: int) -> Response:
        """Return one transfer. Raises Http404."""
        return _show(transfer_id)


class SendTransferView(IdempotentWrites, APIView):
    required_scope = "stock:write"

    @extend_schema(
        summary="Send the goods of a transfer off",
        request=None,
        responses=TransferSerializer,
        extensions={"x-problems": ["insufficient-stock", "transfer-over", "warehouse-closed"]},
    )
    def post(self, request: Request, transfer_id: int) -> Response:
        """Take the units off the shelves of the origin and return the transfer."""
        require_no_input(request)
        run_transaction(send_transfer, transfer_id=transfer_id, author=author_of(request))
        return _show(transfer_id)


class ReceiveTransferView(IdempotentWrites, APIView):
    required_scope = "stock:write"

    @extend_schema(
        summary="Receive goods of a transfer, all or some",
        request=TransferReceiptInput,
        responses=TransferSerializer,
        extensions={"x-problems": ["not-that-many", "transfer-over"]},
    )
    def post(self, request: Request, transfer_id: int) -> Response:
        """Put the units on the shelves of the destination and return the transfer."""
        payload = read_input(TransferReceiptInput, request.data)
        run_transaction(
            receive_transfer,
            transfer_id=transfer_id,
            quantities=units_by_item(payload.pop("items")),
            author=author_of(request),
            **payload,
        )
        return _show(transfer_id)


class CancelTransferView(IdempotentWrites, APIView):
    required_scope = "stock:write"

    @extend_schema(
        summary="Cancel the draft of a transfer",
        request=None,
        responses=TransferSerializer,
        extensions={"x-problems": ["transfer-over"]},
    )
    def post(self, request: Request, transfer_id: int) -> Response:
        """Cancel the draft and return it."""
        require_no_input(request)
        run_transaction(cancel_transfer, transfer_id=transfer_id, author=author_of(request))
        return _show(transfer_id)


def _filter_transfers(parameters: Mapping[str, Any]) -> QuerySet[Transfer]:
    """Return the transfers that match the parameters of a TransfersQuery."""
    columns = {"status": "status", "from": "origin__code", "to": "destination__code"}
    plain = {columns[name]: parameters[name] for name in columns if parameters.get(name)}
    transfers = Transfer.objects.filter(**plain)
    return filter_by_item(transfers, parameters, page_key="lines__transfer_id")


def _show(transfer_id: int, code: int = status.HTTP_200_OK) -> Response:
    transfer = get_object_or_404(_with_lines(Transfer.objects.all()), pk=transfer_id)
    return Response(TransferSerializer(transfer).data, status=code)


def _with_lines(transfers: QuerySet[Transfer]) -> QuerySet[Transfer]:
    """Return the transfers with what is shown of them, in a fixed number of statements."""
    return transfers.select_related("origin", "destination").prefetch_related("lines__item")
