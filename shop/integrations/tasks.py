"""What beat asks of the shop itself."""

import logging

from celery import shared_task

from catalog.edge import Busy, at_edge
from shop import closing, forgetting, letters
from shop.bulk import working
from shop.webhooks import following, sending

logger = logging.getLogger(__name__)


@shared_task
def forget_old_rows() -> None:
    forgetting.forget_old_rows()
    while at_edge(closing.forget_closed_accounts) == closing.SWEEP_SIZE:
        pass


@shared_task
def send_letters() -> None:
    """Mail people what their accounts ask of them."""
    letters.send_letters()


@shared_task
def follow_events() -> None:
    """Write to each webhook endpoint what happened."""
    following.follow_events()


@shared_task
def send_webhooks() -> None:
    """Send the messages that are due, unless enough workers do already."""
    with sending.place_of_sender() as has_place:
        if has_place:
            sending.send_due()


@shared_task
def work_on_bulk_jobs() -> None:
    """Take chunks of bulk jobs for a moment; what is locked waits for the next sweep."""
    try:
        working.work_on_jobs()
    except Busy as error:
        logger.warning("A bulk job waits for somebody's lock: %s", error)
