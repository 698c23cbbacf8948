"""A bound on the sessions that visitors of one network begin.

A visitor's session is a row that is kept for weeks, and so is the visitor's cart, so a program
without cookies would fill the disk with them. Who has a session keeps it, whatever the limit.
"""

from django.conf import settings
from django.http import HttpRequest

from shop.core.http.client_address import client_network
from shop.core.http.token_bucket import Level, Limit, take_request


def take_visitor_session(request: HttpRequest) -> Level | None:
    """Count a session or a cart that a visitor begins; None where nothing is limited."""
    if not settings.VISITOR_SESSIONS_PER_HOUR:
        return None
    burst = settings.VISITOR_SESSIONS_PER_HOUR
    limit = Limit("visitors", rate=burst / 3600, burst=burst)
    return take_request(limit, client_network(request))
