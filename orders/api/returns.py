"""Return requests: asked for and read by customers, listed and refused by staff systems.

The floor above receives the units.
"""

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.item_references import ItemLinesField, ItemReferenceInput, units_by_item
from orders.api.views import CHANGE_ORDERS, READ_ORDERS, changeable_orders, visible_orders
from orders.models import ReturnRequest, ReturnRequestItem
from orders.returns import refuse_return, request_return
from shop.core.api.etags import ConditionalRequests
from shop.core.api.idempotency import IdempotentWrites
from shop.core.api.query_parameters import APIView, ListAPIView
from shop.core.api.serializers import (
    InputSerializer,
    OutputSerializer,
    TextField,
    WholeNumberField,
    read_input,
)
from shop.core.authors import author_of
from shop.core.db.transactions import run_transaction


class ReturnItemSerializer(OutputSerializer):
    item_id = serializers.IntegerField(source="order_item.item_id")
    sku = serializers.CharField(source="order_item.item.sku")
    name = serializers.CharField(source="order_item.name")

    class Meta:
        model = ReturnRequestItem
        fields = ["item_id", "sku", "name", "quantity", "received_quantity"]


class ReturnSerializer(OutputSerializer):
    """Shipped units of an order that its customer wants to send back."""

    order = serializers.CharField(source="order.number")
    items = ReturnItemSerializer(many=True, source="lines")

    class Meta:
        model = ReturnRequest
        fields = [
            *["id", "order", "status", "reason", "refusal_reason", "items"],
            *["requested_at", "closed_at"],
        ]


class ReturnedItemInput(ItemReferenceInput):
    quantity = WholeNumberField(min_value=1, max_value=10**6)


class ReturnInput(InputSerializer):
    items = ItemLinesField(child=ReturnedItemInput(), allow_empty=False)
    reason = TextField(max_length=500, required=False, allow_blank=True, default="")


class RefusalInput(InputSerializer):
    reason = TextField(max_length=500, help_text="The customer is told it.")


class ReturnsQuery(serializers.Serializer):
    """The parameters of the list of returns."""

    status = serializers.ChoiceField(choices=ReturnRequest.Status.choices, required=False)


class OrderReturnsView(IdempotentWrites, ListAPIView):
    required_scope = {"GET": READ_ORDERS, "POST": CHANGE_ORDERS}
    serializer_class = ReturnSerializer

    @extend_schema(summary="The returns of an order, newest first")
    def get(self, request: Request, number: str) -> Response:
        """Return a page of the returns of a visible order. Raises Http404."""
        return super().get(request, number)

    @extend_schema(
        summary="Ask to send shipped units of an order back",
        request=ReturnInput,
        responses={status.HTTP_201_CREATED: ReturnSerializer},
        extensions={"x-problems": ["not-that-many", "return-too-late", "too-many-changes"]},
    )
    def post(self, request: Request, number: str) -> Response:
        """Request a return of the named units. Raises Http404."""
        order = get_object_or_404(changeable_orders(request), number=number)
        payload = read_input(ReturnInput, request.data)
        requested = run_transaction(
            request_return,
            order_id=order.pk,
            quantities=units_by_item(payload["items"]),
            reason=payload["reason"],
            author=author_of(request),
        )
        return show_return(requested.pk, status.HTTP_201_CREATED)

    def get_queryset(self) -> QuerySet[ReturnRequest]:
        """Return the returns of the order. Raises Http404."""
        order = get_object_or_404(visible_orders(self.request), number=self.kwargs["number"])
        return _with_lines(ReturnRequest.objects.filter(order=order))


class ReturnsView(ListAPIView):
    required_scope = "stock:write"
    serializer_class = ReturnSerializer
    query_parameters = {"GET": ReturnsQuery}

    @extend_schema(summary="Returns of all orders, newest first")
    def get(self, request: Request) -> Response:
        """Return a page of returns."""
        return super().get(request)

    def get_queryset(self) -> QuerySet[ReturnRequest]:
        """Return the returns with the status in the query, or all."""
        return _with_lines(ReturnRequest.objects.filter(**self.read_query()))


class ReturnView(ConditionalRequests, APIView):
    required_scope = "stock:write"

    @extend_schema(summary="One return", responses=ReturnSerializer)
    def get(self, request: Request, return_id: int) -> Response:
        """Return one return. Raises Http404."""
        return show_return(return_id)


class RefuseReturnView(IdempotentWrites, APIView):
    required_scope = "stock:write"

    @extend_schema(
        summary="Refuse to take back what has not been received",
        request=RefusalInput,
        responses=ReturnSerializer,
        extensions={"x-problems": ["return-over"]},
    )
    def post(self, request: Request, return_id: int) -> Response:
        """Close the return and tell the customer."""
        payload = read_input(RefusalInput, request.data)
        run_transaction(refuse_return, return_id=return_id, author=author_of(request), **payload)
        return show_return(return_id)


def show_return(return_id: int, code: int = status.HTTP_200_OK) -> Response:
    """Return the response with one return. Raises Http404."""
    requested = get_object_or_404(_with_lines(ReturnRequest.objects.all()), pk=return_id)
    return Response(ReturnSerializer(requested).data, status=code)


def _with_lines(returns: QuerySet[ReturnRequest]) -> QuerySet[ReturnRequest]:
    """Return the returns with what is shown of them, in a fixed number of statements."""
    return returns.select_related("order").prefetch_related("lines__order_item__item")
