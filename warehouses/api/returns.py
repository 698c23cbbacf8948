"""Receiving returned units, for staff systems."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import TextChoices
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.item_references import ItemLinesField, ItemReferenceInput
from orders.api.returns import ReturnSerializer, show_return
from shop.core.api.idempotency import IdempotentWrites
from shop.core.api.query_parameters import APIView
from shop.core.api.serializers import InputSerializer, WholeNumberField, read_input
from shop.core.authors import author_of
from shop.core.db.transactions import run_transaction
from warehouses.api.warehouse_references import WarehouseField
from warehouses.inventory.returns import ReturnedUnits, receive_return


class Condition(TextChoices):
    """The condition of a unit that came back; damaged ones are written off at once."""

    SELLABLE = "sellable"
    DAMAGED = "damaged"


class ReceivedItemInput(ItemReferenceInput):
    quantity = WholeNumberField(min_value=1, max_value=10**6)
    condition = serializers.ChoiceField(choices=Condition.choices)


class ReturnReceiptInput(InputSerializer):
    warehouse = WarehouseField(help_text="The code of the warehouse where the units are.")
    items = ItemLinesField(
        child=ReceivedItemInput(),
        once_per="condition",
        allow_empty=False,
        help_text="An item may come once for each condition.",
    )


class ReceiveReturnView(IdempotentWrites, APIView):
    required_scope = "stock:write"

    @extend_schema(
        summary="Receive units of a return, sellable or damaged",
        request=ReturnReceiptInput,
        responses=ReturnSerializer,
        extensions={"x-problems": ["not-that-many", "return-over"]},
    )
    def post(self, request: Request, return_id: int) -> Response:
        """Put the units on the shelves and return the return."""
        payload = read_input(ReturnReceiptInput, request.data)
        run_transaction(
            receive_return,
            return_id=return_id,
            warehouse=payload["warehouse"],
            units=_units_of(payload["items"]),
            author=author_of(request),
        )
        return show_return(return_id)


def _units_of(lines: Iterable[Mapping[str, Any]]) -> dict[int, ReturnedUnits]:
    """Return the units of the lines by item, with both conditions of an item together."""
    units = Counter({(line["item_id"], line["condition"]): line["quantity"] for line in lines})
    return {
        item_id: ReturnedUnits(
            sellable=units[item_id, Condition.SELLABLE], damaged=units[item_id, Condition.DAMAGED]
        )
        for item_id in {item_id for item_id, _ in units}
    }
