"""Celery tasks of the foundation, on the beat schedule."""

from celery import shared_task

from shop.core import mail


@shared_task
def send_outgoing_mail() -> None:
    """Send the mails about accounts that are queued in the outbox."""
    mail.send_outgoing_mail()
