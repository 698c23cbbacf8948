"""Previews of assignments, for staff systems."""

from collections import Counter
from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.item_references import ItemLinesField, ItemReferenceInput
from catalog.models import Item
from catalog.stock import sum_by_item
from shop.core.api.query_parameters import APIView
from shop.core.api.serializers import InputSerializer, WholeNumberField, read_input
from warehouses.assignment.decision_text import format_money
from warehouses.assignment.preview import preview_assignment
from warehouses.assignment.strategies.types import Assignment
from warehouses.models import Warehouse

MAX_LINES = 100
PARTS = ("parcels", "weight", "future", "total")  # of a cost


class PreviewLineInput(ItemReferenceInput):
    quantity = WholeNumberField(min_value=1, max_value=999)


class PreviewInput(InputSerializer):
    items = ItemLinesField(
        child=PreviewLineInput(), may_repeat=True, min_length=1, max_length=MAX_LINES
    )
    postal_code = serializers.CharField(max_length=20)
    country = serializers.RegexField(r"^[A-Z]{2}\Z")


class PreviewPickSerializer(serializers.Serializer):
    warehouse = serializers.CharField()
    item_id = serializers.IntegerField()
    quantity = serializers.IntegerField()


class ConsideredSerializer(serializers.Serializer):
    warehouses = serializers.ListField(child=serializers.CharField())
    parcels = serializers.CharField()
    weight = serializers.CharField()
    future = serializers.CharField(help_text="What its units are worth to orders still to come.")
    total = serializers.CharField()


class MissingSerializer(serializers.Serializer):
    item_id = serializers.IntegerField()
    quantity = serializers.IntegerField()


class PreviewSerializer(serializers.Serializer):
    reason = serializers.CharField()
    picks = PreviewPickSerializer(many=True)
    missing = MissingSerializer(many=True, help_text="Units that no open warehouse has free.")
    considered = ConsideredSerializer(many=True, help_text="What was chosen, then the next best.")


class AssignmentPreviewView(APIView):
    """Nothing is assigned, held or written."""

    required_scope = "fulfilment:write"

    @extend_schema(
        summary="Preview an assignment",
        request=PreviewInput,
        responses=PreviewSerializer,
        extensions={"x-problems": ["not-found"]},
    )
    def post(self, request: Request) -> Response:
        """Preview the assignment of the items. Raises Http404 for an unknown item."""
        payload = read_input(PreviewInput, request.data)
        items = payload["items"]
        quantities = sum_by_item((line["item_id"], line["quantity"]) for line in items)
        address = {part: payload[part] for part in ("postal_code", "country")}
        try:
            assignment = preview_assignment(quantities=quantities, address=address)
        except Item.DoesNotExist as error:
            raise Http404 from error
        return Response(_preview(assignment, quantities))


def _preview(assignment: Assignment, quantities: Counter[int]) -> dict[str, Any]:
    codes = dict(Warehouse.objects.values_list("pk", "code"))
    missing = quantities.copy()
    for pick in assignment.picks:
        missing[pick.item_id] -= pick.quantity
    return {
        "reason": assignment.reason,
        "picks": [
            {
                "warehouse": codes[pick.warehouse_id],
                "item_id": pick.item_id,
                "quantity": pick.quantity,
            }
            for pick in assignment.picks
        ],
        "missing": [
            {"item_id": item_id, "quantity": units} for item_id, units in (+missing).items()
        ],
        "considered": [
            {"warehouses": list(choice.warehouses)}
            | {part: format_money(getattr(choice, part)) for part in PARTS}
            for choice in assignment.considered
        ],
    }
