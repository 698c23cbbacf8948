"""The mails of accounts: links that confirm an address or set a new password.

allauth would send them while the page waits. Here the page only writes a row of the outbox
(shop.core.mail), so its duration does not reveal whether an address is registered.
"""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as current
from django.contrib.sites.shortcuts import get_current_site

from shop.core.mail import queue_mail


class AccountAdapter(DefaultAccountAdapter):
    """An adapter of allauth that queues mails."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write the rendered mail to the outbox."""
        request = current.request
        defaults = {"request": request, "email": email, "current_site": get_current_site(request)}
        mail = self.render_mail(template_prefix, email, {**defaults, **context})
        queue_mail(email, mail.subject, mail.body)
