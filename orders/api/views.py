"""Checkout and orders for integrators."""

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog.edge import at_edge
from catalog.serializers import Versioned, demand_nothing
from catalog.versions import Versions, version_of
from orders.checkout import begin_checkout, cancel_checkout, current_checkout, read_checkout
from orders.models import Checkout, Order, OrderQuerySet
from orders.ordering import cancel_items, cancel_order, submit_order
from orders.progress import read_progress, version_of_order, with_progress
from orders.serializers import CancelInput, CheckoutSerializer, OrderInput, OrderSerializer

TOLD_BY_THE_CLOCK = ("server_time", "seconds_left")


class CheckoutView(APIView):
    required_scope = "shopper"

    @extend_schema(
        summary="The running hold",
        responses=CheckoutSerializer,
        extensions={"x-problems": ["no-held-checkout"]},
    )
    def get(self, request: Request) -> Response:
        return _answer(request, current_checkout(customer=request.user))

    @extend_schema(
        summary="Hold everything in the cart for ten minutes",
        request=None,
        responses={200: CheckoutSerializer, 201: CheckoutSerializer},
        extensions={
            "x-problems": ["empty-cart", "insufficient-stock", "too-many-holds", "too-many-units"]
        },
    )
    def post(self, request: Request, expected: Versions = None) -> Response:
        demand_nothing(request)
        checkout = at_edge(begin_checkout, customer=request.user, expected=expected)
        answer = status.HTTP_201_CREATED if checkout.is_new else status.HTTP_200_OK
        return _answer(request, read_checkout(checkout_id=checkout.pk), answer)

    @extend_schema(
        summary="Give the held units back",
        responses={204: None},
        extensions={"x-problems": ["no-held-checkout"]},
    )
    def delete(self, request: Request) -> Response:
        at_edge(cancel_checkout, customer=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


class OrdersView(ListAPIView):
    required_scope = {"GET": ("shopper", "orders:read"), "POST": "shopper"}
    serializer_class = OrderSerializer

    def get_queryset(self) -> OrderQuerySet:
        return with_progress(visible_orders(self.request))

    @extend_schema(summary="Orders, newest first")
    def get(self, request: Request) -> Response:
        return super().get(request)

    @extend_schema(
        summary="Turn a hold into an order",
        request=OrderInput,
        responses={status.HTTP_201_CREATED: OrderSerializer},
        extensions={"x-problems": ["checkout-expired", "not-found"]},
    )
    def post(self, request: Request) -> Response:
        given = OrderInput(data=request.data)
        given.is_valid(raise_exception=True)
        order = at_edge(
            submit_order,
            customer=request.user,
            checkout_id=given.validated_data["checkout"],
            shipping_address=given.validated_data["shipping_address"],
        )
        return _answer_order(read_progress(order), status.HTTP_201_CREATED)


class OrderView(APIView):
    required_scope = ("shopper", "orders:read")

    @extend_schema(summary="One order with its parcels", responses=OrderSerializer)
    def get(self, request: Request, number: str) -> Response:
        order = get_object_or_404(with_progress(visible_orders(request)), number=number)
        return _answer_order(order)


class CancelOrderView(APIView):
    required_scope = "shopper"

    @extend_schema(
        summary="Cancel an order, or some of its units, before anything shipped",
        request=CancelInput,
        responses=OrderSerializer,
        extensions={"x-problems": ["order-already-shipped", "not-that-many"]},
    )
    def post(self, request: Request, number: str, expected: Versions = None) -> Response:
        order = get_object_or_404(Order, customer=request.user.pk, number=number)
        given = CancelInput(data=request.data)
        given.is_valid(raise_exception=True)
        said = {"reason": given.validated_data["reason"], "expected": expected}
        quantities: dict[int, int] = {}
        for one in given.validated_data.get("items", []):
            quantities[one["item_id"]] = quantities.get(one["item_id"], 0) + one["quantity"]
        if quantities:
            at_edge(cancel_items, order_id=order.pk, quantities=quantities, **said)
        else:
            at_edge(cancel_order, order_id=order.pk, **said)
        return _answer_order(with_progress(Order.objects.filter(pk=order.pk)).get())


def _answer(request: Request, checkout: Checkout, code: int = status.HTTP_200_OK) -> Response:
    said = CheckoutSerializer(checkout, context={"request": request}).data
    lasting = {name: value for name, value in said.items() if name not in TOLD_BY_THE_CLOCK}
    return Versioned(said, version_of(lasting), is_timeless=False, status=code)


def _answer_order(order: Order, code: int = status.HTTP_200_OK) -> Response:
    return Versioned(OrderSerializer(order).data, version_of_order(order), status=code)


def visible_orders(request: Request) -> OrderQuerySet:
    """The caller's own orders; every order for a staff system that may read them."""
    if "orders:read" in getattr(request.auth, "scopes", ()):
        return Order.objects.all()
    return Order.objects.filter(customer=request.user.pk)
