"""The outbox of mails: a request writes a row, and a sweep sends it.

A mail server that is slow, down or wrongly configured never turns a page into an error,
and no web worker waits for it. The row is deleted once it is sent: its links open accounts.
"""

from django.core.mail import send_mail

from shop.core.db.claims import claimed
from shop.core.models import Letter


def write_letter(to: str, subject: str, text: str) -> None:
    """Have the sweep send a mail."""
    Letter.objects.create(to=to, subject=subject, text=text)


def send_letters() -> int:
    """Send what waits; returns how many mails went out."""
    sent = 0
    for letter in claimed(Letter.objects.all()):
        send_mail(letter.subject, letter.text, None, [letter.to])
        letter.delete()
        sent += 1
    return sent
