"""What follows from an attempt: delivered, tried again later, given up, or nobody is there."""

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
from shop.integrations.webhooks.http_client import Answer
from shop.integrations.webhooks.leases import LEASE

# Seconds after each failed attempt; up to a fifth more, so that not all come back at once.
# Together longer than HOPE, so that a dead endpoint is paused before anything is given up.
BACKOFF = (5, 30, 120, 600, 1_800, 7_200, 21_600, 43_200, 86_400, 100_800)
JITTER = 0.2
HOPE = timedelta(days=3)  # of nothing but failures, then the endpoint is paused
MAX_RETRY_AFTER = timedelta(days=1)  # whatever Retry-After says
GONE = 410
LATER = {429, 503}

PAUSED = """\
Your webhook endpoint {url} has not taken a single message for three days, so we no longer
send it any. At last it said: {why}

Mend it and resume it with POST /api/v1/webhooks/{id}/resume/: it is then told of what
happened since, as far as we keep that ({days} days).
"""
DISABLED = """\
Your webhook endpoint {url} answered 410 Gone, so we no longer send it anything. If that
was a mistake, resume it with POST /api/v1/webhooks/{id}/resume/.
"""


@dataclass(frozen=True)
class Pace:
    """How fast it all goes; whoever tests three days has no three days."""

    scale: float = 1.0
    lease: timedelta = LEASE


@transaction.atomic
def record_successes(*, landed: Sequence[tuple[WebhookDelivery, Answer]]) -> int:
    """Write down which messages were taken; returns how many were still ours to write of.

    What an endpoint failed before is forgiven first: endpoints are locked before messages.
    """
    of = {delivery.endpoint_id for delivery, _ in landed}
    failing = WebhookEndpoint.objects.filter(pk__in=of, failures__gt=0).lock()
    if keys := list(failing.values_list("pk", flat=True)):
        forgiven = {"failures": 0, "failing_since": None, "rests_until": None}
        WebhookEndpoint.objects.filter(pk__in=keys).update(**forgiven)
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
                [delivery.pk for delivery, _ in landed],
                [delivery.claimed_until for delivery, _ in landed],
                [answer.status for _, answer in landed],
                [answer.start for _, answer in landed],
                [answer.duration_ms for _, answer in landed],
            ],
        )
        return cursor.rowcount


@transaction.atomic
def record_failure(*, delivery: WebhookDelivery, answer: Answer, scale: float = 1.0) -> bool:
    """Write down a failed attempt; False if the message is no longer ours to write of."""
    endpoint = _locked_with_hope(delivery.endpoint_id, scale)
    if endpoint is None:
        return False
    ours = WebhookDelivery.objects.pending().filter(
        pk=delivery.pk, claimed_until=delivery.claimed_until
    )
    changed = _judge(endpoint, answer, scale)
    if not ours.update(
        claimed_until=None,
        response_status=answer.status,
        response_start=answer.start,
        duration_ms=answer.duration_ms,
        error=answer.error,
        status=_status_after(endpoint, delivery),
        due_at=Now() + _delay(delivery.attempts, scale),
    ):
        return False
    endpoint.save(update_fields=changed)
    if "status" in changed:
        _tell_owner(endpoint, answer)
    return True


def _locked_with_hope(endpoint_id: int, scale: float) -> WebhookEndpoint | None:
    """Return the locked endpoint, and whether it has failed for too long, by the database."""
    is_hopeless = Q(failing_since__lte=Now() - HOPE * scale)
    endpoints = WebhookEndpoint.objects.filter(pk=endpoint_id).select_related("user")
    hope = ExpressionWrapper(Coalesce(is_hopeless, False), BooleanField())
    return endpoints.annotate(is_hopeless=hope).lock().first()


def _judge(endpoint: WebhookEndpoint, answer: Answer, scale: float) -> list[str]:
    """Count a failure and see whether it was one too many; returns which fields changed."""
    endpoint.failures += 1
    if endpoint.failing_since is None:
        endpoint.failing_since = Now()
    if rest := _rest_asked_for(answer):
        endpoint.rests_until = Now() + rest * scale
    changed = ["failures", "failing_since", "rests_until"]
    if not endpoint.is_active:
        return changed
    if answer.status == GONE:
        endpoint.status = WebhookEndpoint.Status.DISABLED
    elif endpoint.is_hopeless:  # type: ignore[attr-defined]  # annotated
        endpoint.status = WebhookEndpoint.Status.PAUSED
    return changed if endpoint.is_active else [*changed, "status"]


def _status_after(endpoint: WebhookEndpoint, delivery: WebhookDelivery) -> str:
    """A message is given up when others came through meanwhile; else the endpoint is paused."""
    if endpoint.is_active and delivery.attempts > len(BACKOFF):
        return WebhookDelivery.Status.GIVEN_UP
    return WebhookDelivery.Status.PENDING


def _delay(attempts: int, scale: float) -> timedelta:
    seconds = BACKOFF[min(attempts, len(BACKOFF)) - 1]
    return timedelta(seconds=seconds * random.uniform(1, 1 + JITTER) * scale)  # noqa: S311


def _rest_asked_for(answer: Answer) -> timedelta | None:
    """How long the endpoint wants to be left alone (RFC 9110, Retry-After), within bounds."""
    if answer.status not in LATER or not answer.retry_after:
        return None
    if answer.retry_after.isascii() and answer.retry_after.isdigit():
        seconds = min(int(answer.retry_after[:9]), MAX_RETRY_AFTER.total_seconds())
        return timedelta(seconds=seconds)
    try:
        until = parsedate_to_datetime(answer.retry_after)
    except (ValueError, OverflowError):  # a day or a zone beyond all numbers
        return None
    rest = until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)
    return max(timedelta(0), min(rest, MAX_RETRY_AFTER))


def _tell_owner(endpoint: WebhookEndpoint, answer: Answer) -> None:
    """Leave a mail to the sweep; an account that is closed has no address any more."""
    if endpoint.user.is_active:
        text = DISABLED if endpoint.status == WebhookEndpoint.Status.DISABLED else PAUSED
        why = answer.error or f"HTTP {answer.status}"
        said = {"url": endpoint.url, "id": endpoint.pk, "why": why}
        body = text.format(**said, days=settings.EVENT_RETENTION_DAYS)
        queue_mail(endpoint.user.email, "We no longer call your webhook", body)
