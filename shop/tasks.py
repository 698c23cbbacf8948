"""What beat asks of the shop itself."""

from celery import shared_task

from catalog.edge import at_edge
from shop import closing, forgetting, letters
from shop.webhooks import following, sending


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
