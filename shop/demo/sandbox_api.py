"""The sandbox: a part of the API that only the demo has."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from orders.api.serializers import CheckoutSerializer
from orders.checkout.queries import read_checkout
from shop.core.api.query_parameters import APIView
from shop.core.api.serializers import InputSerializer, WholeNumberField, read_input
from shop.core.db.transactions import run_transaction
from shop.demo.sandbox_clock import shorten_hold


class SecondsInput(InputSerializer):
    seconds = WholeNumberField(min_value=1, max_value=86_400)


class SandboxClockView(APIView):
    """Shortens holds, in the demo only: a test of their expiry need not wait ten minutes."""

    required_scope = "shopper"

    @extend_schema(
        summary="Let time pass for the running hold",
        request=SecondsInput,
        responses=CheckoutSerializer,
        extensions={"x-problems": ["no-held-checkout"]},
    )
    def post(self, request: Request) -> Response:
        """Shorten the caller's hold and show the checkout."""
        payload = read_input(SecondsInput, request.data)
        checkout = run_transaction(shorten_hold, customer=request.user, **payload)
        shortened = read_checkout(checkout_id=checkout.pk)
        return Response(CheckoutSerializer(shortened, context={"request": request}).data)
