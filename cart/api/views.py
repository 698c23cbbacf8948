"""The cart for integrators."""

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cart.exceptions import NoSuchItems
from cart.held import note_held, running_hold, units_of
from cart.models import Cart
from cart.serializers import CartInput, CartSerializer, QuantityInput, missing_items
from cart.shopping import (
    cart_lines,
    cart_of,
    remove_item_from_cart,
    replace_items_in_cart,
    update_item_in_cart,
    version_of_lines,
)
from catalog.edge import at_edge
from catalog.models import Item
from catalog.serializers import Versioned
from catalog.versions import Versions


class CartView(APIView):
    required_scope = "shopper"

    @extend_schema(summary="The caller's cart", responses=CartSerializer)
    def get(self, request: Request) -> Response:
        cart = Cart.objects.filter(customer=request.user.pk).first()
        return _answer(request, cart)

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
    def put(self, request: Request, expected: Versions = None) -> Response:
        given = CartInput(data=request.data)
        given.is_valid(raise_exception=True)
        cart = cart_of(request.user)
        quantities = given.validated_data["items"]
        try:
            at_edge(replace_items_in_cart, cart=cart, quantities=quantities, expected=expected)
        except NoSuchItems as refusal:
            raise missing_items(quantities, refusal.item_ids) from refusal
        return _answer(request, cart)


class CartItemView(APIView):
    required_scope = "shopper"

    @extend_schema(
        summary="Set how many units of an item the cart holds",
        extensions={"x-problems": ["out-of-stock", "too-many-units", "cart-full"]},
        request=QuantityInput,
        responses=CartSerializer,
    )
    def put(self, request: Request, item_id: int, expected: Versions = None) -> Response:
        given = QuantityInput(data=request.data)
        given.is_valid(raise_exception=True)
        cart = cart_of(request.user)
        quantity = given.validated_data["quantity"]
        try:
            at_edge(
                update_item_in_cart,
                cart=cart,
                item_id=item_id,
                quantity=quantity,
                expected=expected,
            )
        except Item.DoesNotExist as error:
            raise Http404 from error
        return _answer(request, cart)

    @extend_schema(summary="Take an item out of the cart", responses={200: CartSerializer})
    def delete(self, request: Request, item_id: int, expected: Versions = None) -> Response:
        cart = cart_of(request.user)
        at_edge(remove_item_from_cart, cart=cart, item_id=item_id, expected=expected)
        return _answer(request, cart)


def _answer(request: Request, cart: Cart | None) -> Response:
    lines = cart_lines(cart)
    if any(line.problem for line in lines):
        note_held(lines, units_of(running_hold(request.user)))
    said = CartSerializer(lines, context={"request": request}).data
    return Versioned(said, version_of_lines(lines))
