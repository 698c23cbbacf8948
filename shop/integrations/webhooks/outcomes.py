"""The outcomes of attempts: delivered, retried later, given up, endpoint paused or disabled."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from django.conf import settings
from django.db import connection, transaction
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.db.models.functions import Coalesce, Now

from shop.core.mail import queue_mail
from shop.integrations.models import WebhookDelivery, WebhookEndpoint
from shop.integrations.webhooks.http_client import Outcome
from shop.integrations.webhooks.leases import LEASE

# Exponential backoff: seconds after each failed attempt, plus jitter of up to a fifth.
# The sum exceeds PAUSE_AFTER, so a dead endpoint is paused before any delivery is given up.
BACKOFF = (5, 30, 120, 600, 1_800, 7_200, 21_600, 43_200, 86_400, 100_800)
JITTER = 0.2
PAUSE_AFTER = timedelta(days=3)  # of failures without a success
MAX_RETRY_AFTER = timedelta(days=1)
GONE = 410
RETRY_AFTER_STATUSES = {429, 503}

PAUSED_TEXT = """\
Your webhook endpoint {url} has accepted no message for three days, so we send it no more
messages. The result of the last attempt was: {why}

Repair the endpoint and resume it with POST /api/v1/webhooks/{id}/resume/. It then receives the
messages that it missed; we keep them for {days} days.
"""
DISABLED_TEXT = """\
Your webhook endpoint {url} answered 410 Gone, so we send it no more messages. If that
was a mistake, resume it with POST /api/v1/webhooks/{id}/resume/.
"""


@dataclass(frozen=True)
class Timing:
    """The scale of all delays and the length of a lease, which the soak test shortens."""

    scale: float = 1.0
    lease: timedelta = LEASE


@transaction.atomic
def record_successes(*, attempts: Sequence[tuple[WebhookDelivery, Outcome]]) -> int:
    """Mark deliveries as delivered; returns the number of those that were still claimed.

    Clears the failures of their endpoints first: endpoints are locked before deliveries.
    """
    endpoint_ids = {delivery.endpoint_id for delivery, _ in attempts}
    failing = WebhookEndpoint.objects.filter(pk__in=endpoint_ids, failures__gt=0).lock()
    if keys := list(failing.values_list("pk", flat=True)):
        WebhookEndpoint.objects.filter(pk__in=keys).update(
            failures=0, failing_since=None, retry_after_until=None
        )
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE integrations_webhookdelivery AS d
               SET status = 'delivered', claimed_until = NULL, error = '',
                   response_status = o.status, response_start = o.start, duration_ms = o.ms
              FROM unnest(%s::bigint[], %s::timestamptz[], %s::int[], %s::text[], %s::int[])
                   AS o(id, claimed_until, status, start, ms)
             WHERE d.id = o.id AND d.claimed_until = o.claimed_until AND d.status = 'pending'
            """,
            [
                [delivery.pk for delivery, _ in attempts],
                [delivery.claimed_until for delivery, _ in attempts],
                [outcome.status for _, outcome in attempts],
                [outcome.start for _, outcome in attempts],
                [outcome.duration_ms for _, outcome in attempts],
            ],
        )
        return cursor.rowcount


@transaction.atomic
def record_failure(*, delivery: WebhookDelivery, outcome: Outcome, scale: float = 1.0) -> bool:
    """Record a failed attempt and schedule the next one; False if the claim was lost."""
    endpoint = _lock_endpoint(delivery.endpoint_id, scale)
    if endpoint is None:
        return False
    ours = WebhookDelivery.objects.pending().filter(
        pk=delivery.pk, claimed_until=delivery.claimed_until
    )
    changed = _count_failure(endpoint, outcome, scale)
    if not ours.update(
        claimed_until=None,
        response_status=outcome.status,
        response_start=outcome.start,
        duration_ms=outcome.duration_ms,
        error=outcome.error,
        status=_status_after(endpoint, delivery),
        due_at=Now() + _delay(delivery.attempts, scale),
    ):
        return False
    endpoint.save(update_fields=changed)
    if "status" in changed:
        _mail_owner(endpoint, outcome)
    return True


def _lock_endpoint(endpoint_id: int, scale: float) -> WebhookEndpoint | None:
    """Return the endpoint, locked, annotated with whether it has failed for too long.

    The database's clock decides.
    """
    is_over = Q(failing_since__lte=Now() - PAUSE_AFTER * scale)
    endpoints = WebhookEndpoint.objects.filter(pk=endpoint_id).select_related("user")
    flag = ExpressionWrapper(Coalesce(is_over, False), BooleanField())
    return endpoints.annotate(has_failed_too_long=flag).lock().first()


def _count_failure(endpoint: WebhookEndpoint, outcome: Outcome, scale: float) -> list[str]:
    """Count a failure, and pause or disable the endpoint if due; returns the changed fields."""
    endpoint.failures += 1
    if endpoint.failing_since is None:
        endpoint.failing_since = Now()
    if delay := _parse_retry_after(outcome):
        endpoint.retry_after_until = Now() + delay * scale
    changed = ["failures", "failing_since", "retry_after_until"]
    if not endpoint.is_active:
        return changed
    if outcome.status == GONE:
        endpoint.status = WebhookEndpoint.Status.DISABLED
    elif endpoint.has_failed_too_long:  # type: ignore[attr-defined]  # annotated
        endpoint.status = WebhookEndpoint.Status.PAUSED
    return changed if endpoint.is_active else [*changed, "status"]


def _status_after(endpoint: WebhookEndpoint, delivery: WebhookDelivery) -> str:
    """Return given up after the last attempt, if the endpoint is active; else pending.

    An endpoint that accepts no delivery is paused earlier, so this message alone was refused.
    """
    if endpoint.is_active and delivery.attempts > len(BACKOFF):
        return WebhookDelivery.Status.GIVEN_UP
    return WebhookDelivery.Status.PENDING


def _delay(attempts: int, scale: float) -> timedelta:
    seconds = BACKOFF[min(attempts, len(BACKOFF)) - 1]
    return timedelta(seconds=seconds * random.uniform(1, 1 + JITTER) * scale)  # noqa: S311


def _parse_retry_after(outcome: Outcome) -> timedelta | None:
    """Return the delay of a Retry-After header (RFC 9110, 10.2.3), up to MAX_RETRY_AFTER."""
    if outcome.status not in RETRY_AFTER_STATUSES or not outcome.retry_after:
        return None
    if outcome.retry_after.isascii() and outcome.retry_after.isdigit():
        seconds = min(int(outcome.retry_after[:9]), MAX_RETRY_AFTER.total_seconds())
        return timedelta(seconds=seconds)
    try:
        until = parsedate_to_datetime(outcome.retry_after)
    except (ValueError, OverflowError):  # no date, or one out of range
        return None
    delay = until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)
    return max(timedelta(0), min(delay, MAX_RETRY_AFTER))


def _mail_owner(endpoint: WebhookEndpoint, outcome: Outcome) -> None:
    """Queue a mail about the new status; a closed account has no address any more."""
    if endpoint.user.is_active:
        text = DISABLED_TEXT if endpoint.status == WebhookEndpoint.Status.DISABLED else PAUSED_TEXT
        body = text.format(
            url=endpoint.url,
            id=endpoint.pk,
            why=outcome.error or f"HTTP {outcome.status}",
            days=settings.EVENT_RETENTION_DAYS,
        )
        queue_mail(endpoint.user.email, "We no longer call your webhook", body)
