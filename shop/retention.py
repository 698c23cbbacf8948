"""Retention: the hourly sweep that deletes rows older than their retention period."""

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
MAIL_RETENTION = timedelta(days=3)  # as long as the links in them are valid


@shared_task
def delete_old_rows() -> None:
    """Delete every row whose retention period is over.

    A day: idempotency records and changes for the search index. A month: carts of visitors,
    search queries without a recent use, decisions of the assignment, and ended tokens of
    people. A week: ended bulk jobs, events and webhook deliveries. Three days: mails that no
    mail server accepted. At once: ended sessions and expired tokens of OAuth clients. Also
    anonymises the orders of closed accounts that are over by now.
    """
    while run_transaction(delete_old_idempotency_records) == IDEMPOTENCY_BATCH_SIZE:
        pass
    Cart.objects.filter(customer=None, updated_at__lt=Now() - VISITOR_CART_RETENTION).delete()
    delete_old_changes()
    delete_old_queries()
    Session.objects.filter(expire_date__lt=Now()).delete()
    delete_ended_tokens()
    Decision.objects.filter(decided_at__lt=Now() - DECISION_RETENTION).delete()
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
    """Delete expired tokens of OAuth clients at once, and ended tokens of people after a month."""
    ApiToken.objects.filter(expires_at__lt=Now()).exclude(client=None).delete()
    long_ago = Now() - ENDED_TOKEN_RETENTION
    ended = Q(expires_at__lt=long_ago) | Q(revoked_at__lt=long_ago)
    ApiToken.objects.filter(ended).delete()


@transaction.atomic
def delete_old_idempotency_records() -> int:
    """Delete a batch of idempotency records older than a day; return the number deleted.

    In batches, because one large deletion would make customers wait for the disk.
    """
    old = IdempotencyRecord.objects.filter(created_at__lt=Now() - IDEMPOTENCY_RETENTION)
    return _delete_batch(old, IDEMPOTENCY_BATCH_SIZE)


@transaction.atomic
def delete_old_jobs() -> int:
    """Delete a batch of jobs that ended a week ago, with their files; return the number deleted."""
    old = BulkJob.objects.filter(finished_at__lt=Now() - JOB_RETENTION)
    return _delete_batch(old, JOB_BATCH_SIZE)


def _delete_batch(rows: QuerySet, size: int) -> int:
    keys = list(rows.order_by("pk").values_list("pk", flat=True)[:size])
    rows.model._default_manager.filter(pk__in=keys).delete()
    return len(keys)
