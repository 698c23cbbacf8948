"""The transactional outbox of mails: a transaction writes a row, and a sweep sends its mail.

So a mail is sent if and only if its transaction committed; a mail server that is slow,
down or wrongly configured turns no page into an error, and no web worker waits for it.
A worker claims a row, sends the mail outside of any transaction, and marks the row as
sent. The claim of a worker that died expires, and another worker sends the mail again.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import QuerySet

from shop.core.db.claims import Claimable, claim_each
from shop.core.models import OutgoingMail

C = TypeVar("C", bound=Claimable)


def send_unsent(
    unsent: QuerySet[C],
    *,
    render: Callable[[C], EmailMessage],
    mark_sent: Callable[[C], object],
) -> int:
    """Send one mail for each unsent row of an outbox; return the number of mails sent.

    `render` returns the mail of a row, `mark_sent` records that it was sent. The rows
    are claimable (shop.core.db.claims).
    """
    sent = 0
    for row in claim_each(unsent):
        with private_files():
            render(row).send()
        mark_sent(row)
        sent += 1
    return sent


@contextmanager
def private_files() -> Iterator[None]:
    """Keep mails that are written to files, without a mail server, from other local users."""
    folder = Path(settings.EMAIL_FILE_PATH)
    if folder.is_dir():  # perhaps from a time when it was open
        folder.chmod(0o700)
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def queue_mail(to: str, subject: str, text: str) -> None:
    """Write a mail to the outbox; a sweep sends it after the commit."""
    OutgoingMail.objects.create(to=to, subject=subject, text=text)


def send_outgoing_mail() -> int:
    """Send the queued mails; return the number of mails sent.

    A mail is deleted once it is sent, because its links give access to accounts.
    """
    return send_unsent(OutgoingMail.objects.all(), render=_render, mark_sent=OutgoingMail.delete)


def _render(mail: OutgoingMail) -> EmailMessage:
    return EmailMessage(mail.subject, mail.text, None, [mail.to])
