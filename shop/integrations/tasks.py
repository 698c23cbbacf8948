"""Tasks of events, webhooks and bulk jobs, called by beat."""

import logging

from celery import shared_task

from shop.core.db.transactions import Busy
from shop.integrations.bulk import worker
from shop.integrations.webhooks import fan_out, sender

logger = logging.getLogger(__name__)


@shared_task
def follow_events() -> None:
    """Write to each webhook endpoint what happened."""
    fan_out.follow_events()


@shared_task
def send_webhooks() -> None:
    """Send the messages that are due, unless enough workers do already."""
    with sender.sender_slot() as has_place:
        if has_place:
            sender.send_due()


@shared_task
def work_on_bulk_jobs() -> None:
    """Take chunks of bulk jobs for a moment; what is locked waits for the next sweep."""
    try:
        worker.work_on_jobs()
    except Busy as error:
        logger.warning("A bulk job waits for somebody's lock: %s", error)
