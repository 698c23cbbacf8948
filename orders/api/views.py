"""API views of checkout and orders."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from cart.api.views import CartView
from catalog.api.item_references import units_by_item
from orders.api.filters import OrdersQuery, filter_orders
from orders.api.serializers import (
    CancelInput,
    CheckoutSerializer,
    OrderChangeInput,
    OrderInput,
    OrderSerializer,
)
from orders.cancellation import cancel_items, cancel_order
from orders.checkout.holds import begin_checkout, cancel_checkout
from orders.checkout.queries import current_checkout, read_checkout
from orders.models import Checkout, Order, OrderQuerySet
from orders.ordering import submit_order
from orders.readdressing import change_shipping_address
from orders.state.timeline import read_progress, read_with_arrivals, with_progress
from orders.state.versions import version_of_order
from shop.core.api.etags import ConditionalRequests, Versioned
from shop.core.api.idempotency import IdempotentWrites
from shop.core.api.permissions import ALL_ORDERS
from shop.core.api.query_parameters import APIView, ListAPIView
from shop.core.api.serializers import read_input, require_no_input
from shop.core.authors import author_of
from shop.core.db.transactions import run_transaction
from shop.core.optimistic_locking import version_of

READ_ORDERS = ("shopper", *ALL_ORDERS)
CHANGE_ORDERS = ("shopper", "orders:write")
CLOCK_FIELDS = ("server_time", "seconds_left")  # change without a write, so no part of the ETag


class CheckoutView(IdempotentWrites, ConditionalRequests, APIView):
    required_scope = "shopper"
    if_match = {"POST"}

    @extend_schema(
        summary="The running hold",
        responses=CheckoutSerializer,
        extensions={"x-problems": ["no-held-checkout"]},
    )
    def get(self, request: Request) -> Response:
        """Return the caller's unexpired hold."""
        return _respond_checkout(request, current_checkout(customer=request.user))

    @extend_schema(
        summary="Hold everything in the cart for ten minutes",
        request=None,
        responses={200: CheckoutSerializer, 201: CheckoutSerializer},
        extensions={
            "x-problems": [
                *("empty-cart", "insufficient-stock", "too-many-units", "too-many-holds"),
                *("hold-budget-spent", "hold-too-large", "new-account-limit"),
            ]
        },
    )
    def post(self, request: Request) -> Response:
        """Hold the cart: 201 for a new hold, 200 for the unchanged one."""
        require_no_input(request)
        checkout = run_transaction(
            begin_checkout, customer=request.user, expected=self.expected_versions()
        )
        code = status.HTTP_201_CREATED if checkout.is_new else status.HTTP_200_OK
        return _respond_checkout(request, read_checkout(checkout_id=checkout.pk), code)

    @extend_schema(
        summary="Give the held units back",
        responses={204: None},
        extensions={"x-problems": ["no-held-checkout"]},
    )
    def delete(self, request: Request) -> Response:
        """Cancel the caller's hold."""
        run_transaction(cancel_checkout, customer=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def read_current(self) -> Response:
        """Return the response to a GET of the cart, whose ETag If-Match must name."""
        return CartView().get(self.request)


class OrdersView(IdempotentWrites, ListAPIView):
    required_scope = {"GET": READ_ORDERS, "POST": "shopper"}
    idempotency_key = "required"
    serializer_class = OrderSerializer
    query_parameters = {"GET": OrdersQuery}

    def get_queryset(self) -> OrderQuerySet:
        """Return the visible orders that match the query, with their lines and parcels."""
        orders = filter_orders(visible_orders(self.request), self.read_query())
        return with_progress(orders)

    def paginate_queryset(self, queryset: Any) -> list[Any]:
        """Return the orders of the page, with the estimated arrival of their parcels."""
        return read_with_arrivals(super().paginate_queryset(queryset) or [])

    @extend_schema(summary="Orders, newest first")
    def get(self, request: Request) -> Response:
        """Return one page of the visible orders."""
        return super().get(request)

    @extend_schema(
        summary="Turn a hold into an order",
        request=OrderInput,
        responses={status.HTTP_201_CREATED: OrderSerializer},
        extensions={"x-problems": ["checkout-expired", "not-found"]},
    )
    def post(self, request: Request) -> Response:
        """Submit the caller's hold as an order."""
        payload = read_input(OrderInput, request.data)
        order = run_transaction(
            submit_order,
            customer=request.user,
            checkout_id=payload["checkout"],
            shipping_address=payload["shipping_address"],
        )
        return _respond_order(read_progress(order), status.HTTP_201_CREATED)


class OrderView(IdempotentWrites, ConditionalRequests, APIView):
    required_scope = {"GET": READ_ORDERS, "PATCH": CHANGE_ORDERS}
    if_match = {"PATCH"}

    @extend_schema(summary="One order with its parcels", responses=OrderSerializer)
    def get(self, request: Request, number: str) -> Response:
        """Return a visible order. Raises Http404."""
        order = get_object_or_404(with_progress(visible_orders(request)), number=number)
        return _respond_order(order)

    @extend_schema(
        summary="Send an order to another address, until something of it is picked",
        request=OrderChangeInput,
        responses=OrderSerializer,
        extensions={"x-problems": ["order-already-picked", "order-cancelled", "too-many-changes"]},
    )
    def patch(self, request: Request, number: str) -> Response:
        """Change the shipping address of an order. Raises Http404."""
        order = get_object_or_404(changeable_orders(request), number=number)
        payload = read_input(OrderChangeInput, request.data)
        run_transaction(
            change_shipping_address,
            order_id=order.pk,
            shipping_address=payload["shipping_address"],
            author=author_of(request),
            expected=self.expected_versions(),
        )
        return _respond_order(with_progress(Order.objects.filter(pk=order.pk)).get())


class CancelOrderView(IdempotentWrites, ConditionalRequests, APIView):
    required_scope = CHANGE_ORDERS
    if_match = {"POST"}

    @extend_schema(
        summary="Cancel an order before anything shipped, or units of it that have not shipped",
        request=CancelInput,
        responses=OrderSerializer,
        extensions={"x-problems": ["order-already-shipped", "not-that-many", "too-many-changes"]},
    )
    def post(self, request: Request, number: str) -> Response:
        """Cancel the named units of an order, or all of it if none are named. Raises Http404."""
        order = get_object_or_404(changeable_orders(request), number=number)
        payload = read_input(CancelInput, request.data)
        kwargs = {
            "reason": payload["reason"],
            "author": author_of(request),
            "expected": self.expected_versions(),
        }
        if quantities := units_by_item(payload.get("items", [])):
            run_transaction(cancel_items, order_id=order.pk, quantities=quantities, **kwargs)
        else:
            run_transaction(cancel_order, order_id=order.pk, **kwargs)
        return _respond_order(with_progress(Order.objects.filter(pk=order.pk)).get())

    def read_current(self) -> Response:
        """Return the response to a GET of the order, whose ETag If-Match must name."""
        return OrderView().get(self.request, **self.kwargs)


def _respond_checkout(
    request: Request, checkout: Checkout, code: int = status.HTTP_200_OK
) -> Response:
    payload = CheckoutSerializer(checkout, context={"request": request}).data
    lasting_fields = {name: value for name, value in payload.items() if name not in CLOCK_FIELDS}
    return Versioned(payload, version_of(lasting_fields), is_timeless=False, status=code)


def _respond_order(order: Order, code: int = status.HTTP_200_OK) -> Response:
    read_with_arrivals([order])
    return Versioned(OrderSerializer(order).data, version_of_order(order), status=code)


def visible_orders(request: Request) -> OrderQuerySet:
    """Return the caller's own orders, or every order with a scope that reads them all."""
    return _orders_by_scope(request, *ALL_ORDERS)


def changeable_orders(request: Request) -> OrderQuerySet:
    """Return the caller's own orders, or every order with the scope `orders:write`."""
    return _orders_by_scope(request, "orders:write")


def _orders_by_scope(request: Request, *scopes: str) -> OrderQuerySet:
    """Return every order if the token has one of the scopes; a session has none of them."""
    if set(scopes).isdisjoint(getattr(request.auth, "scopes", ())):
        return Order.objects.filter(customer=request.user.pk)
    return Order.objects.all()
