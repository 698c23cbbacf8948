"""The author of a change: a user, perhaps through an API token, or the shop itself."""

from typing import Any, NamedTuple

from django.http import HttpRequest


class Author(NamedTuple):
    """The user who makes a change, and the name of the API token that they use, if any."""

    user: Any = None
    token: str = ""


# The author of what no person asks for: sweeps, expiry, reassignment.
THE_SHOP = Author()


def author_of(request: HttpRequest) -> Author:
    """Return the author of a request of the storefront, the admin or the API.

    `request.auth` is the token of a request of the API, and its `label` names it.
    """
    token = getattr(request, "auth", None)
    return Author(request.user, token=token.label if token else "")
