"""Webhooks over the API: endpoints, their secrets, and the log of deliveries."""

from collections.abc import Callable, Sequence

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from shop.core.api.etags import ConditionalRequests
from shop.core.api.idempotency import IdempotentWrites
from shop.core.api.permissions import ALL_ORDERS, ANY_SCOPE, Scope, held_scopes, scopes_of
from shop.core.api.query_parameters import APIView, ListAPIView
from shop.core.api.serializers import read_input, require_no_input
from shop.core.api.throttling import CallerThrottle, WriteThrottle
from shop.core.db.transactions import run_transaction
from shop.core.http.token_bucket import Limit
from shop.integrations.models import (
    WebhookDelivery,
    WebhookEndpoint,
    WebhookEndpointQuerySet,
    visible_to,
)
from shop.integrations.webhooks import endpoints
from shop.integrations.webhooks.exceptions import EndpointNotFound
from shop.integrations.webhooks.serializers import (
    DeliveriesQuery,
    DeliverySerializer,
    EndpointInput,
    EndpointSerializer,
    EndpointWithSecretSerializer,
)

# The scopes that decide which events an endpoint receives.
EVENT_SCOPES = {Scope.SHOPPER.value, *ALL_ORDERS}
# Each of these writes leaves a row for EVENT_RETENTION_DAYS: 200 at once, then one in a minute.
WRITES = Limit("webhooks", rate=1 / 60, burst=200)


class LimitedWrites:
    """A view mixin: bounds the writes that leave rows, in all a user's endpoints and tokens."""

    throttle_classes: Sequence[type[BaseThrottle]] = [CallerThrottle, WriteThrottle]
    write_limit = WRITES


class WebhooksView(LimitedWrites, IdempotentWrites, ListAPIView):
    unkept_fields = ("secret",)
    required_scope = ANY_SCOPE
    outlives_sessions = {"POST"}
    serializer_class = EndpointSerializer

    def get_queryset(self) -> WebhookEndpointQuerySet:
        """Return the endpoints that the token may read."""
        return visible_endpoints(self.request)

    @extend_schema(summary="Your webhook endpoints, newest first")
    def get(self, request: Request) -> Response:
        """List the caller's endpoints."""
        return super().get(request)

    @extend_schema(
        summary="Be told at an address of yours",
        description="It is told what GET /events/ would show to this token, from now on. The "
        "`secret` that signs the messages is shown here and never again: the repeated answer "
        "to an Idempotency-Key has none. Who lost it makes a new one.",
        request=EndpointInput,
        responses={status.HTTP_201_CREATED: EndpointWithSecretSerializer},
        extensions={"x-problems": ["too-many-webhooks"]},
    )
    def post(self, request: Request) -> Response:
        """Create an endpoint with the token's scopes, and show its secret."""
        fields = read_input(EndpointInput, request.data)
        scopes = sorted(EVENT_SCOPES.intersection(scopes_of(request)))
        endpoint = run_transaction(
            endpoints.create_endpoint, user=request.user, scopes=scopes, **fields
        )
        body = EndpointWithSecretSerializer(endpoint).data
        return Response(body, status=status.HTTP_201_CREATED)


class WebhookView(IdempotentWrites, ConditionalRequests, APIView):
    required_scope = ANY_SCOPE
    outlives_sessions = {"PATCH"}

    @extend_schema(summary="One webhook endpoint", responses=EndpointSerializer)
    def get(self, request: Request, webhook_id: int) -> Response:
        """Show an endpoint."""
        return Response(EndpointSerializer(_find_endpoint(request, webhook_id)).data)

    @extend_schema(
        summary="Change where it is or what it wants",
        request=EndpointInput,
        responses=EndpointSerializer,
    )
    def patch(self, request: Request, webhook_id: int) -> Response:
        """Change an endpoint."""
        _find_endpoint(request, webhook_id)  # a stranger learns no more than a 404
        endpoint = run_transaction(
            endpoints.change_endpoint,
            endpoints=_select_endpoint(request, webhook_id),
            **read_input(EndpointInput, request.data, partial=True),
        )
        return Response(EndpointSerializer(endpoint).data)

    @extend_schema(summary="Be told no longer", responses={204: None})
    def delete(self, request: Request, webhook_id: int) -> Response:
        """Delete an endpoint."""
        run_transaction(endpoints.delete_endpoint, endpoints=_select_endpoint(request, webhook_id))
        return Response(status=status.HTTP_204_NO_CONTENT)


class ActionView(IdempotentWrites, APIView):
    required_scope = ANY_SCOPE
    verb: Callable[..., WebhookEndpoint | WebhookDelivery]
    response_class: type[serializers.Serializer]
    response_status: int = status.HTTP_200_OK

    def post(self, request: Request, webhook_id: int, **kwargs: int) -> Response:
        """Run the view's verb on the endpoint and return its result."""
        require_no_input(request)
        result = run_transaction(
            type(self).verb, endpoints=_select_endpoint(request, webhook_id), **kwargs
        )
        return Response(self.response_class(result).data, status=self.response_status)


@extend_schema(
    summary="Make a new secret",
    description="The old one goes on signing beside it until `old_secret_until`.",
    request=None,
    responses=EndpointWithSecretSerializer,
)
class RotateSecretView(ActionView):
    unkept_fields = ("secret",)
    outlives_sessions = {"POST"}

    verb = endpoints.rotate_secret
    response_class = EndpointWithSecretSerializer


@extend_schema(
    summary="Go on after a pause, where it stopped", request=None, responses=EndpointSerializer
)
class ResumeView(ActionView):
    outlives_sessions = {"POST"}

    verb = endpoints.resume_endpoint
    response_class = EndpointSerializer


@extend_schema(
    summary="Send a webhook.test message",
    request=None,
    responses={status.HTTP_202_ACCEPTED: DeliverySerializer},
)
class TestView(LimitedWrites, ActionView):
    verb = endpoints.send_test
    response_class = DeliverySerializer
    response_status = status.HTTP_202_ACCEPTED


@extend_schema(
    summary="Send a message once more",
    description="With its old webhook-id, behind what waits for the endpoint already.",
    request=None,
    responses={status.HTTP_202_ACCEPTED: DeliverySerializer},
)
class ReplayView(LimitedWrites, ActionView):
    verb = endpoints.replay_delivery
    response_class = DeliverySerializer
    response_status = status.HTTP_202_ACCEPTED


class DeliveriesView(ListAPIView):
    required_scope = ANY_SCOPE
    serializer_class = DeliverySerializer
    query_parameters = {"GET": DeliveriesQuery}

    @extend_schema(summary="What became of each message, newest first")
    def get(self, request: Request, webhook_id: int) -> Response:
        """List an endpoint's deliveries, also those of one status."""
        return super().get(request, webhook_id)

    def get_queryset(self):
        """Return the endpoint's deliveries of the status in the query."""
        parameters = self.read_query()
        endpoint = _find_endpoint(self.request, self.kwargs["webhook_id"])
        seen = visible_to(endpoint.user_id, held_scopes(self.request.user, endpoint.scopes))
        return endpoint.deliveries.filter(seen, **parameters)


def visible_endpoints(request: Request) -> WebhookEndpointQuerySet:
    """Return the caller's endpoints whose scopes are a subset of the token's.

    A scope that the user lost hides nothing: the endpoint is about to lose it too.
    """
    own = WebhookEndpoint.objects.not_deleted().filter(user=request.user.pk)
    lost = EVENT_SCOPES - held_scopes(request.user, EVENT_SCOPES)
    return own.filter(scopes__contained_by=sorted(lost | scopes_of(request)))


def _select_endpoint(request: Request, webhook_id: int) -> WebhookEndpointQuerySet:
    return visible_endpoints(request).filter(pk=webhook_id)


def _find_endpoint(request: Request, webhook_id: int) -> WebhookEndpoint:
    endpoint = _select_endpoint(request, webhook_id).first()
    if endpoint is None:
        raise EndpointNotFound
    return endpoint
