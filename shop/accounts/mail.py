"""The mails of accounts: links to confirm an address, to set a new password.

allauth sends them while the page waits. Here the page only writes a row of the outbox
(shop.core.mail), so it takes as long for an address that is known as for one that is not.
"""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as current
from django.contrib.sites.shortcuts import get_current_site

from shop.core.mail import queue_mail


class AccountAdapter(DefaultAccountAdapter):
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Leave the mail to the sweep."""
        request = current.request
        known = {"request": request, "email": email, "current_site": get_current_site(request)}
        mail = self.render_mail(template_prefix, email, {**known, **context})
        queue_mail(email, mail.subject, mail.body)
