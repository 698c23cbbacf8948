"""Serializers of events and of the query parameters that page through them."""

import re
from typing import Any

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from shop.core.api.serializers import OutputSerializer, UtcDateTimeField
from shop.integrations.models import Event, Position

CURSOR = re.compile(r"([0-9]{1,18})-([0-9]{1,18})\Z")


@extend_schema_serializer(component_name="ShopEvent")  # an order's timeline has others
class EventSerializer(OutputSerializer):
    """Something that happened; `id` is the webhook-id of the message about it."""

    id = serializers.CharField(read_only=True)
    timestamp = UtcDateTimeField(source="at")

    class Meta:
        model = Event
        fields = ["id", "type", "timestamp", "resource", "data"]

    def get_id(self, event: Event) -> str:
        """Return the webhook-id of the message about the event."""
        return message_id_of(event)


class EventsSerializer(serializers.Serializer):
    results = EventSerializer(many=True)
    next = serializers.URLField(help_text="Where to go on, now or later; never null.")
    previous = serializers.URLField(allow_null=True, help_text="Always null: it only goes on.")
    has_more = serializers.BooleanField(help_text="Whether `next` has more to tell at once.")


@extend_schema_field(str)
class CursorField(serializers.Field):
    """A position in the event log, as the address in `next` has it."""

    def to_internal_value(self, data: Any) -> Position:
        """Parse `<xact>-<id>`. Raises ValidationError."""
        match = CURSOR.match(str(data))
        if not match:
            raise serializers.ValidationError("Use the next address as it came.")
        return Position(int(match[1]), int(match[2]))


class EventsQuery(serializers.Serializer):
    cursor = CursorField(required=False, default=None, help_text="As `next` has it.")
    limit = serializers.IntegerField(
        required=False,
        default=24,
        min_value=1,
        max_value=100,
        help_text="1 to 100, 24 unless said.",
    )
    type = serializers.MultipleChoiceField(
        choices=Event.Type.choices, required=False, default=set, allow_empty=True
    )


def cursor_of(position: Position) -> str:
    """Return the cursor of a position, as CursorField parses it."""
    return f"{position.xact}-{position.id}"


def message_id_of(event: Event) -> str:
    """Return the webhook-id of an event, the same for every endpoint and attempt."""
    return f"evt_{event.pk}"
