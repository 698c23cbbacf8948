"""Tasks of the foundation, called by beat."""

from celery import shared_task

from shop.core import mail


@shared_task
def send_outgoing_mail() -> None:
    """Mail people what their accounts ask of them."""
    mail.send_outgoing_mail()
