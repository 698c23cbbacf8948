"""Webhooks as staff see them: who is told, and what became of each message."""

from collections.abc import Callable

from django.contrib import admin, messages

from shop.core.admin.lists import ReadOnlyList
from shop.core.db.transactions import Busy, run_transaction
from shop.integrations.models import WebhookDelivery, WebhookEndpoint
from shop.integrations.webhooks import endpoints
from shop.integrations.webhooks.exceptions import DeliveryNotFound, EndpointNotFound


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(ReadOnlyList):
    """What signs the messages is never shown."""

    list_display = ["id", "url", "user", "status", "failures", "failing_since", "created_at"]
    list_filter = ["status"]
    search_fields = ["user__email__istartswith", "url__istartswith"]
    sortable_by = ()
    list_select_related = ["user"]
    ordering = ["-pk"]
    actions = ["pause", "resume", "send_test"]
    fields = [
        *["url", "user", "description", "events", "scopes", "status", "failures"],
        *["failing_since", "rests_until", "old_secret_until", "created_at"],
    ]

    def get_queryset(self, request):
        deleted = WebhookEndpoint.Status.DELETED
        return super().get_queryset(request).exclude(status=deleted)

    @admin.action(description="Pause", permissions=["work"])
    def pause(self, request, chosen) -> None:
        _each(request, chosen, endpoints.pause_endpoint, "are sent nothing until resumed")

    @admin.action(description="Resume", permissions=["work"])
    def resume(self, request, chosen) -> None:
        _each(request, chosen, endpoints.resume_endpoint, "go on where they stopped")

    @admin.action(description="Send a test message", permissions=["work"])
    def send_test(self, request, chosen) -> None:
        _each(request, chosen, endpoints.send_test, "are sent a test message")


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ReadOnlyList):
    list_display = [
        *["id", "endpoint", "type", "resource", "status", "attempts"],
        *["response_status", "attempted_at"],
    ]
    list_filter = ["status", "type"]
    search_fields = ["message_id__exact", "resource__exact"]
    search_help_text = "A whole webhook-id, as evt_17, or resource, as order:1NN-NNNNNNN-NNNNNNN"
    sortable_by = ()
    list_select_related = ["endpoint"]
    ordering = ["-pk"]
    actions = ["replay"]
    fields = [
        *["endpoint", "message_id", "type", "resource", "happened_at", "data", "status"],
        *["attempts", "created_at", "due_at", "claimed_until", "attempted_at"],
        *["response_status", "duration_ms", "response_start", "error"],
    ]

    @admin.action(description="Send once more", permissions=["work"])
    def replay(self, request, chosen) -> None:
        done = 0
        for one in chosen.order_by("pk"):
            of = WebhookEndpoint.objects.filter(pk=one.endpoint_id)
            done += _done(endpoints.replay_delivery, endpoints=of, delivery_id=one.pk)
        messages.success(request, f"{done} messages are sent once more.")


def _each(request, chosen, verb: Callable, said: str) -> None:
    keys = chosen.order_by("pk").values_list("pk", flat=True)
    done = sum(_done(verb, endpoints=WebhookEndpoint.objects.filter(pk=pk)) for pk in keys)
    messages.success(request, f"{done} endpoints {said}.")


def _done(verb: Callable, **of) -> bool:
    """Call the verb in a transaction of its own; what is gone or busy is left as it is."""
    try:
        run_transaction(verb, **of)
    except (EndpointNotFound, DeliveryNotFound, Busy):
        return False
    return True
