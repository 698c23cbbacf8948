"""A proof of identity, as the page "Confirm Access" records it in the session."""

import time

from django.contrib.auth import SESSION_KEY
from django.test import Client


def prove_identity(client: Client, *, seconds_ago: float = 0) -> Client:
    """Let the browser have proved its user's identity so many seconds ago."""
    session = client.session
    proof = {"method": "password", "at": time.time() - seconds_ago, "reauthenticated": True}
    session["account_authentication_methods"] = [proof]
    session["account_authentication_methods_user"] = session[SESSION_KEY]
    session.save()
    return client


def age_login(client: Client, *, at: float = 0, seen: float = 0) -> None:
    """Put the sign-in of a session, and its last use, so many seconds into the past."""
    session = client.session
    login = session["login"]
    session["login"] = {**login, "at": login["at"] - at, "seen": login["seen"] - seen}
    session.save()
