"""API views of the cart."""

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from cart.api.serializers import CartInput, CartSerializer, QuantityInput, missing_items
from cart.cart import (
    cart_lines,
    cart_of,
    remove_item_from_cart,
    replace_items_in_cart,
    update_item_in_cart,
    version_of_lines,
)
from cart.exceptions import NoSuchItems
from cart.held_units import annotate_held_units, current_hold, units_of_hold
from cart.models import Cart
from catalog.models import Item
from shop.core.api.etags import ConditionalRequests, Versioned
from shop.core.api.idempotency import IdempotentWrites
from shop.core.api.query_parameters import APIView
from shop.core.api.serializers import read_input
from shop.core.db.transactions import run_transaction


class CartView(IdempotentWrites, ConditionalRequests, APIView):
    required_scope = "shopper"
    if_match = if_match_required = {"PUT"}

    @extend_schema(summary="The caller's cart", responses=CartSerializer)
    def get(self, request: Request) -> Response:
        """Return the caller's cart, empty if there is none yet."""
        cart = Cart.objects.filter(customer=request.user.pk).first()
        return _respond(request, cart)

    @extend_schema(
        summary="Replace the whole cart",
        description="All or nothing. Needs If-Match. A refusal names each line in `lines`.",
        request=CartInput,
        responses=CartSerializer,
        extensions={
            "x-problems": [
                *["precondition-required", "precondition-failed"],
                *["out-of-stock", "too-many-units"],
            ],
        },
    )
    def put(self, request: Request) -> Response:
        """Replace all lines of the cart, or refuse and change none."""
        payload = read_input(CartInput, request.data)
        cart = cart_of(request.user)
        quantities = payload["items"]
        try:
            run_transaction(
                replace_items_in_cart,
                cart=cart,
                quantities=quantities,
                expected=self.expected_versions(),
            )
        except NoSuchItems as refusal:
            raise missing_items(quantities, refusal.item_ids) from refusal
        return _respond(request, cart)


class CartItemView(IdempotentWrites, ConditionalRequests, APIView):
    required_scope = "shopper"
    if_match = {"PUT", "DELETE"}

    @extend_schema(
        summary="Set how many units of an item the cart holds",
        extensions={"x-problems": ["out-of-stock", "too-many-units", "cart-full"]},
        request=QuantityInput,
        responses=CartSerializer,
    )
    def put(self, request: Request, item_id: int) -> Response:
        """Set the quantity of an item in the cart."""
        payload = read_input(QuantityInput, request.data)
        cart = cart_of(request.user)
        quantity = payload["quantity"]
        try:
            run_transaction(
                update_item_in_cart,
                cart=cart,
                item_id=item_id,
                quantity=quantity,
                expected=self.expected_versions(),
            )
        except Item.DoesNotExist as error:
            raise Http404 from error
        return _respond(request, cart)

    @extend_schema(summary="Take an item out of the cart", responses={200: CartSerializer})
    def delete(self, request: Request, item_id: int) -> Response:
        """Remove an item from the cart and return the cart."""
        cart = cart_of(request.user)
        run_transaction(
            remove_item_from_cart, cart=cart, item_id=item_id, expected=self.expected_versions()
        )
        return _respond(request, cart)

    def read_current(self) -> Response:
        """Return the response to a GET of the cart, whose ETag If-Match must name."""
        return CartView().get(self.request)


def _respond(request: Request, cart: Cart | None) -> Response:
    lines = cart_lines(cart)
    if any(line.problem for line in lines):
        annotate_held_units(lines, units_of_hold(current_hold(request.user)))
    payload = CartSerializer(lines, context={"request": request}).data
    return Versioned(payload, version_of_lines(lines))
