"""The open sessions of a user, for a page on which they are looked over and ended."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models.functions import Now
from django.utils.crypto import salted_hmac

from shop.accounts.models import Session
from shop.accounts.session_lifetime import LOGIN_KEY, is_over
from shop.accounts.sessions import delete_sessions, end_sessions

MAX_SHOWN = 100


@dataclass(frozen=True)
class OpenSession:
    """A session as its owner sees it; the name stands for the key, which stays secret."""

    name: str
    browser: str
    address: str
    signed_in_at: datetime | None
    last_seen_at: datetime | None
    is_current: bool


def list_sessions(*, user: Any, current_key: str | None) -> list[OpenSession]:
    """Return a user's open sessions, this one first, then by the latest use."""
    shown = [
        _describe(session, data, current_key)
        for session in _rows(user.pk)
        if not is_over(data := session.get_decoded())
    ]
    never = datetime.min.replace(tzinfo=UTC)
    return sorted(shown, key=lambda s: (s.is_current, s.last_seen_at or never), reverse=True)


def end_session(*, user: Any, name: str) -> int:
    """End the user's session of this name; return how many ended: 1, or 0 if there is none."""
    return delete_sessions([row.pk for row in _rows(user.pk) if _name_of(row.pk) == name])


def end_others(*, user: Any, current_key: str | None) -> int:
    """End the user's sessions but the current one; return how many ended."""
    return end_sessions(user_id=user.pk, keep=current_key)


def _rows(user_id: int) -> list[Session]:
    unexpired = Session.objects.filter(user_id=user_id, expire_date__gt=Now())
    return list(unexpired.order_by("-expire_date")[:MAX_SHOWN])


def _name_of(key: str) -> str:
    return salted_hmac("shop.session-name", key, algorithm="sha256").hexdigest()[:32]


def _describe(session: Session, data: dict[str, Any], current_key: str | None) -> OpenSession:
    login = data.get(LOGIN_KEY, {})
    return OpenSession(
        name=_name_of(session.pk),
        browser=name_browser(login.get("agent", "")),
        address=login.get("address", ""),
        signed_in_at=_time(login.get("at")),
        last_seen_at=_time(login.get("seen")),
        is_current=session.pk == current_key,
    )


def name_browser(agent: str) -> str:
    """Return the browser and system in a User-Agent header, or "" if it names none."""
    browsers = ["Edg", "OPR", "Firefox", "Chrome", "Safari", "curl"]
    systems = ["Windows", "Android", "iPhone", "iPad", "Mac OS X", "Linux"]
    names = {"Edg": "Edge", "OPR": "Opera", "Mac OS X": "macOS"}
    parts = [next((word for word in words if word in agent), "") for words in (browsers, systems)]
    return ", ".join(names.get(part, part) for part in parts if part)


def _time(seconds: int | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None
