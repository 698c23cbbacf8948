"""Celery tasks of webhooks and bulk jobs, each called by beat every second."""

import logging

from celery import shared_task

from shop.core.db.transactions import Busy
from shop.integrations.bulk import worker
from shop.integrations.webhooks import fan_out, sender

logger = logging.getLogger(__name__)


@shared_task
def fan_out_events() -> None:
    """Write the deliveries of new events for each webhook endpoint."""
    fan_out.fan_out_events()


@shared_task
def send_webhooks() -> None:
    """Send the deliveries that are due, unless WEBHOOK_SENDERS workers do so already."""
    with sender.sender_slot() as has_slot:
        if has_slot:
            sender.send_due()


@shared_task
def run_bulk_jobs() -> None:
    """Run chunks of bulk jobs for a second; a locked job is run by a later sweep."""
    try:
        worker.run_jobs()
    except Busy as error:
        logger.warning("A bulk job waits for a lock: %s", error)
