"""The mails of accounts: links to confirm an address, to set a new password.

allauth sends them while the page waits. Here the page only writes a row, which a sweep
sends within seconds. So a mail server that is slow, down or wrongly configured never
turns a sign-up into an error, no web worker waits for it, and a page takes as long for
an address that is known as for one that is not. The row is the queue, as with notices
of orders, but it is deleted once sent: its links open accounts.
"""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as current
from django.contrib.sites.shortcuts import get_current_site
from django.core.mail import send_mail

from catalog.outbox import claimed
from shop.models import Letter


class AccountAdapter(DefaultAccountAdapter):
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Leave the mail to the sweep."""
        request = current.request
        known = {"request": request, "email": email, "current_site": get_current_site(request)}
        mail = self.render_mail(template_prefix, email, {**known, **context})
        write_letter(email, mail.subject, mail.body)


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
