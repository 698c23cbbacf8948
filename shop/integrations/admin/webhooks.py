"""Webhook endpoints and deliveries in the admin."""

from collections.abc import Callable

from django.contrib import admin, messages

from shop.core.admin.lists import ReadOnlyList
from shop.core.db.transactions import Busy, run_transaction
from shop.integrations.models import WebhookDelivery, WebhookEndpoint
from shop.integrations.webhooks import endpoints
from shop.integrations.webhooks.exceptions import DeliveryNotFound, EndpointNotFound


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(ReadOnlyList):
    """Endpoints, read-only and without their secrets."""

    list_display = ["id", "url", "user", "status", "failures", "failing_since", "created_at"]
    list_filter = ["status"]
    is_named_by_owner = True
    search_fields = ["user__email__istartswith", "url__istartswith"]
    sortable_by = ()
    list_select_related = ["user"]
    ordering = ["-pk"]
    actions = ["pause", "resume", "send_test"]
    fields = [
        *["url", "user", "description", "events", "scopes", "status", "failures"],
        *["failing_since", "retry_after_until", "old_secret_until", "created_at"],
    ]

    def get_queryset(self, request):
        """Leave out deleted endpoints."""
        deleted = WebhookEndpoint.Status.DELETED
        return super().get_queryset(request).exclude(status=deleted)

    @admin.action(description="Pause", permissions=["act"])
    def pause(self, request, queryset) -> None:
        """Pause the selected endpoints."""
        _run_on_each(request, queryset, endpoints.pause_endpoint, "are paused")

    @admin.action(description="Resume", permissions=["act"])
    def resume(self, request, queryset) -> None:
        """Resume the selected endpoints."""
        _run_on_each(request, queryset, endpoints.resume_endpoint, "are resumed")

    @admin.action(description="Send a test message", permissions=["act"])
    def send_test(self, request, queryset) -> None:
        """Queue a test message for each selected endpoint."""
        _run_on_each(request, queryset, endpoints.send_test, "receive a test message")


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ReadOnlyList):
    """The log of deliveries, read-only."""

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

    @admin.action(description="Send once more", permissions=["act"])
    def replay(self, request, queryset) -> None:
        """Queue the selected deliveries once more."""
        count = 0
        for delivery in queryset.order_by("pk"):
            endpoint = WebhookEndpoint.objects.filter(pk=delivery.endpoint_id)
            count += _has_run(
                endpoints.replay_delivery, endpoints=endpoint, delivery_id=delivery.pk
            )
        messages.success(request, f"{count} messages are queued once more.")


def _run_on_each(request, queryset, verb: Callable, result: str) -> None:
    keys = queryset.order_by("pk").values_list("pk", flat=True)
    count = sum(_has_run(verb, endpoints=WebhookEndpoint.objects.filter(pk=pk)) for pk in keys)
    messages.success(request, f"{count} endpoints {result}.")


def _has_run(verb: Callable, **kwargs) -> bool:
    """Run a verb in a transaction of its own; False if the row is deleted or locked."""
    try:
        run_transaction(verb, **kwargs)
    except (EndpointNotFound, DeliveryNotFound, Busy):
        return False
    return True
