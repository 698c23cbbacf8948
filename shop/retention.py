"""Rows that nobody needs any more, swept away every hour."""

from datetime import timedelta

from celery import shared_task
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from cart.models import Cart
from catalog.search.change_feed import delete_old_changes
from catalog.search.query_log import delete_old_queries
from shop.accounts import erasure
from shop.accounts.models import ApiToken, Session
from shop.core.db.transactions import run_transaction
from shop.core.models import IdempotencyRecord, OutgoingMail
from shop.integrations.events.retention import BATCH_SIZE, delete_old_events
from shop.integrations.models import BulkJob
from shop.integrations.webhooks.retention import delete_old_deliveries
from warehouses.models import Decision

IDEMPOTENCY_RETENTION = timedelta(hours=24)
JOB_RETENTION = timedelta(days=7)
IDEMPOTENCY_BATCH_SIZE = 5_000
JOB_BATCH_SIZE = 5  # each with a file of up to 64 MiB
DECISION_RETENTION = timedelta(days=30)
ENDED_TOKEN_RETENTION = timedelta(days=30)
VISITOR_CART_RETENTION = timedelta(days=30)
MAIL_RETENTION = timedelta(days=3)  # as long as their links open anything


@shared_task
def delete_old_rows() -> None:
    """Delete kept answers and the search's changes after a day, carts of visitors and
    questions that nobody asks any more and what strategies were asked after a month, ended
    sessions, tokens that open nothing any more, mails of accounts that no mail server took
    in time, and ended bulk jobs, events and what became of webhooks after a week."""
    while run_transaction(delete_old_idempotency_records) == IDEMPOTENCY_BATCH_SIZE:
        pass
    Cart.objects.filter(customer=None, updated_at__lt=Now() - VISITOR_CART_RETENTION).delete()
    delete_old_changes()
    delete_old_queries()
    Session.objects.filter(expire_date__lt=Now()).delete()
    delete_ended_tokens()
    Decision.objects.filter(at__lt=Now() - DECISION_RETENTION).delete()
    while run_transaction(delete_old_jobs) == JOB_BATCH_SIZE:
        pass
    OutgoingMail.objects.filter(created_at__lt=Now() - MAIL_RETENTION).delete()
    while run_transaction(delete_old_events) == BATCH_SIZE:
        pass
    while run_transaction(delete_old_deliveries) == BATCH_SIZE:
        pass
    while run_transaction(erasure.anonymise_closed_accounts) == erasure.BATCH_SIZE:
        pass


def delete_ended_tokens() -> None:
    """Delete what clients fetched for an hour, and a month later what people had."""
    ApiToken.objects.filter(expires_at__lt=Now()).exclude(client=None).delete()
    long_ago = Now() - ENDED_TOKEN_RETENTION
    ended = Q(expires_at__lt=long_ago) | Q(revoked_at__lt=long_ago)
    ApiToken.objects.filter(ended).delete()


@transaction.atomic
def delete_old_idempotency_records() -> int:
    """Delete some of what was answered a day ago; returns how many.

    Little by little: who shops would wait for the disk.
    """
    old = IdempotencyRecord.objects.filter(created_at__lt=Now() - IDEMPOTENCY_RETENTION)
    return _delete_some(old, IDEMPOTENCY_BATCH_SIZE)


@transaction.atomic
def delete_old_jobs() -> int:
    """Delete some of the jobs that ended a week ago, with their files; returns how many."""
    old = BulkJob.objects.filter(finished_at__lt=Now() - JOB_RETENTION)
    return _delete_some(old, JOB_BATCH_SIZE)


def _delete_some(rows: QuerySet, most: int) -> int:
    some = list(rows.order_by("pk").values_list("pk", flat=True)[:most])
    rows.model._default_manager.filter(pk__in=some).delete()
    return len(some)
