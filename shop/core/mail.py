"""The outbox of mails: a request writes a row, and a sweep sends it.

A mail server that is slow, down or wrongly configured never turns a page into an error,
and no web worker waits for it. The row is deleted once it is sent: its links open accounts.
"""

from django.core.mail import send_mail

from shop.core.db.claims import claim_each
from shop.core.models import OutgoingMail


def queue_mail(to: str, subject: str, text: str) -> None:
    """Have the sweep send a mail."""
    OutgoingMail.objects.create(to=to, subject=subject, text=text)


def send_outgoing_mail() -> int:
    """Send what waits; returns how many mails went out."""
    sent = 0
    for letter in claim_each(OutgoingMail.objects.all()):
        send_mail(letter.subject, letter.text, None, [letter.to])
        letter.delete()
        sent += 1
    return sent
