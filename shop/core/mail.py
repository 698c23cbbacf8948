"""The outbox of mails: a transaction writes a row, and a sweep sends what the row stands for.

So a mail is sent if and only if its transaction committed; a mail server that is slow,
down or wrongly configured turns no page into an error, and no web worker waits for it.
A worker claims a row, sends outside of any transaction, and marks the row as sent. One
that dies only delays: its claim expires, and another worker sends the mail again.
"""

from collections.abc import Callable
from typing import TypeVar

from django.core.mail import EmailMessage
from django.db.models import Model, QuerySet

from shop.core.db.claims import claim_each
from shop.core.models import OutgoingMail

M = TypeVar("M", bound=Model)


def send_unsent(
    unsent: QuerySet[M],
    *,
    render: Callable[[M], EmailMessage],
    mark_sent: Callable[[M], object],
) -> int:
    """Send one mail for each row of an outbox; returns how many mails went out.

    The rows have a column `claimed_at` (shop.core.db.claims).
    """
    sent = 0
    for row in claim_each(unsent):
        render(row).send()
        mark_sent(row)
        sent += 1
    return sent


def queue_mail(to: str, subject: str, text: str) -> None:
    """Have the sweep send a mail."""
    OutgoingMail.objects.create(to=to, subject=subject, text=text)


def send_outgoing_mail() -> int:
    """Send the mails that are queued; returns how many went out.

    A mail is deleted once it is sent: its links open accounts.
    """
    return send_unsent(OutgoingMail.objects.all(), render=_mail, mark_sent=OutgoingMail.delete)


def _mail(queued: OutgoingMail) -> EmailMessage:
    return EmailMessage(queued.subject, queued.text, None, [queued.to])
