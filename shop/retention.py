"""Retention: the hourly sweep that deletes rows older than their retention period."""

from collections.abc import Callable

from celery import shared_task

from cart.retention import delete_old_visitor_carts
from catalog.back_in_stock import delete_old_requests
from catalog.search.change_feed import delete_old_changes
from catalog.search.query_log import delete_old_queries
from shop.accounts.personal_data import erasure
from shop.accounts.personal_data.retention import delete_ended_sessions, delete_ended_tokens
from shop.core import retention as core
from shop.core.db.transactions import run_transaction
from shop.integrations.bulk import retention as bulk
from shop.integrations.events import retention as events
from shop.integrations.webhooks.retention import delete_old_deliveries
from warehouses.assignment.retention import delete_old_decisions


@shared_task
def delete_old_rows() -> None:
    """Delete every row whose retention period is over.

    A day: idempotency records and changes for the search index. A month: carts of visitors,
    search queries without a recent use, answered requests for a mail, decisions of the
    assignment, and ended tokens of users. A week: ended bulk jobs, events and webhook
    deliveries. Three days: mails that no mail server accepted. At once: ended sessions and
    expired tokens of OAuth clients. Also anonymises the orders of closed accounts that are
    over by now.
    """
    _run_in_batches(core.delete_old_idempotency_records, core.IDEMPOTENCY_BATCH_SIZE)
    delete_old_visitor_carts()
    delete_old_changes()
    delete_old_queries()
    delete_old_requests()
    delete_ended_sessions()
    delete_ended_tokens()
    delete_old_decisions()
    _run_in_batches(bulk.delete_old_jobs, bulk.JOB_BATCH_SIZE)
    core.delete_old_mails()
    _run_in_batches(events.delete_old_events, events.BATCH_SIZE)
    _run_in_batches(delete_old_deliveries, events.BATCH_SIZE)
    _run_in_batches(erasure.anonymise_closed_accounts, erasure.BATCH_SIZE)


def _run_in_batches(verb: Callable[[], int], batch_size: int) -> None:
    """Run a verb in a transaction each, until a batch is not full."""
    while run_transaction(verb) == batch_size:
        pass
