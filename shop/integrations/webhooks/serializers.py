"""What the API says of webhook endpoints and their messages, and what it is told."""

from rest_framework import serializers

from shop.core.api.serializers import InputSerializer, OutputSerializer
from shop.integrations.models import Event, WebhookDelivery, WebhookEndpoint
from shop.integrations.webhooks.addresses import MAX_URL_LENGTH, find_target
from shop.integrations.webhooks.exceptions import AddressRefused

# What is deleted is shown to nobody.
VISIBLE_STATUSES = [
    one for one in WebhookEndpoint.Status.choices if one[0] != WebhookEndpoint.Status.DELETED
]


class EndpointInput(InputSerializer):
    """Validating looks the host up: do it outside of any transaction."""

    url = serializers.CharField(max_length=MAX_URL_LENGTH)
    events = serializers.ListField(
        child=serializers.ChoiceField(choices=Event.Type.choices), min_length=1, max_length=50
    )
    description = serializers.CharField(max_length=200, required=False, allow_blank=True)

    def validate_url(self, url: str) -> str:
        try:
            find_target(url)
        except AddressRefused as refusal:
            raise serializers.ValidationError(str(refusal)) from refusal
        return url

    def validate_events(self, events: list[str]) -> list[str]:
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
    """The secret is shown when it is made, and never again."""

    class Meta(EndpointSerializer.Meta):
        fields = [*EndpointSerializer.Meta.fields, "secret"]


class DeliverySerializer(OutputSerializer):
    due_at = serializers.SerializerMethodField(help_text="When it is tried next.")

    class Meta:
        model = WebhookDelivery
        fields = [
            *["id", "message_id", "type", "resource", "data", "status", "attempts"],
            *["created_at", "due_at", "attempted_at", "response_status", "duration_ms"],
            *["response_start", "error"],
        ]

    def get_due_at(self, delivery: WebhookDelivery) -> str | None:
        if delivery.status != WebhookDelivery.Status.PENDING:
            return None
        return self.fields["created_at"].to_representation(delivery.due_at)


class DeliveriesQuery(serializers.Serializer):
    status = serializers.ChoiceField(choices=WebhookDelivery.Status.choices, required=False)
