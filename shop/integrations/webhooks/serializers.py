"""Serializers of webhook endpoints and their deliveries, for input and output."""

from rest_framework import serializers

from shop.core.api.serializers import InputSerializer, OutputSerializer, utc
from shop.integrations.models import Event, WebhookDelivery, WebhookEndpoint
from shop.integrations.webhooks.addresses import MAX_URL_LENGTH, check_url
from shop.integrations.webhooks.exceptions import AddressRefused

# A deleted endpoint is never shown.
VISIBLE_STATUSES = [
    choice
    for choice in WebhookEndpoint.Status.choices
    if choice[0] != WebhookEndpoint.Status.DELETED
]


class EndpointInput(InputSerializer):
    """Where an endpoint is and what it wants. Validating waits for no network."""

    url = serializers.CharField(max_length=MAX_URL_LENGTH)
    events = serializers.ListField(
        child=serializers.ChoiceField(choices=Event.Type.choices), min_length=1, max_length=50
    )
    description = serializers.CharField(max_length=200, required=False, allow_blank=True)

    def validate_url(self, url: str) -> str:
        """Refuse an address that webhooks are never sent to; names are judged by the sender."""
        try:
            check_url(url)
        except AddressRefused as refusal:
            raise serializers.ValidationError(str(refusal)) from refusal
        return url

    def validate_events(self, events: list[str]) -> list[str]:
        """Sort the event types and drop duplicates."""
        return sorted(set(events))


class EndpointSerializer(OutputSerializer):
    status = serializers.ChoiceField(choices=VISIBLE_STATUSES, required=False)

    class Meta:
        model = WebhookEndpoint
        fields = [
            *["id", "url", "description", "events", "scopes", "status"],
            *["failures", "failing_since", "old_secret_until", "created_at"],
        ]


class EndpointWithSecretSerializer(EndpointSerializer):
    """The secret is shown when it is made, and never again, not by an Idempotency-Key either."""

    secret = serializers.CharField(required=False)

    class Meta(EndpointSerializer.Meta):
        fields = [*EndpointSerializer.Meta.fields, "secret"]


class DeliverySerializer(OutputSerializer):
    due_at = serializers.CharField(
        read_only=True, allow_null=True, help_text="When it is tried next."
    )

    class Meta:
        model = WebhookDelivery
        fields = [
            *["id", "message_id", "type", "resource", "data", "status", "attempts"],
            *["created_at", "due_at", "attempted_at", "response_status", "duration_ms"],
            *["response_start", "error"],
        ]

    def get_due_at(self, delivery: WebhookDelivery) -> str | None:
        """Return when the next attempt is due; None once the delivery is settled."""
        is_pending = delivery.status == WebhookDelivery.Status.PENDING
        return utc(delivery.due_at) if is_pending else None


class DeliveriesQuery(serializers.Serializer):
    status = serializers.ChoiceField(choices=WebhookDelivery.Status.choices, required=False)
