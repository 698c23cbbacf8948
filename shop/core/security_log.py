"""The security log: sign-ins, refusals, rights and secrets, one JSON line an event.

The keys are those of the Elastic Common Schema, which SIEMs read; the actions are those of
OWASP's logging vocabulary. A line names a user by number only, and never has a secret.
"""

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse

from shop.core.http import request_ids
from shop.core.http.client_address import client_address
from shop.core.http.token_bucket import Level

logger = logging.getLogger("shop.security")

Detail = str | int | bool | list[str] | None


class Action(StrEnum):
    """What happened, by the names of OWASP's logging vocabulary where it has one."""

    LOGIN_SUCCEEDED = "authn_login_success"
    LOGIN_FAILED = "authn_login_fail"
    LOGIN_LOCKED = "authn_login_lock"
    LOGOUT = "authn_logout"
    REAUTHENTICATED = "authn_reauthenticated"
    PASSWORD_CHANGED = "authn_password_change"  # noqa: S105 -- no password, an event
    PASSWORD_RESET_ASKED = "authn_password_reset_request"  # noqa: S105
    SECOND_FACTOR_CHANGED = "authn_factor_change"
    EMAIL_CHANGED = "authn_email_change"
    TOKEN_CREATED = "authn_token_created"  # noqa: S105
    TOKEN_REVOKED = "authn_token_revoked"  # noqa: S105
    TOKEN_REFUSED = "authn_token_fail"  # noqa: S105
    SESSIONS_ENDED = "session_terminated"
    ACCESS_REFUSED = "authz_fail"
    ESCALATION_REFUSED = "authz_escalation_fail"
    RIGHTS_CHANGED = "privilege_permissions_changed"
    RATE_LIMITED = "excess_rate_limit_exceeded"
    DATA_EXPORTED = "sensitive_read"
    USER_CREATED = "user_created"
    USER_ERASED = "user_deleted"
    WEBHOOK_CHANGED = "webhook_changed"
    HOLD_REFUSED = "excess_holds"
    CUSTOMER_TRUSTED = "customer_trusted_by_staff"
    HOLD_ENDED = "hold_ended_by_staff"


def record(
    action: Action,
    *,
    request: HttpRequest | None = None,
    user_id: int | None = None,
    outcome: Literal["success", "failure"] = "success",
    **details: Detail,
) -> None:
    """Write one line to the security log.

    The user is `user_id`, or else the request's. `details` may have numbers and words of
    the shop's own, but no text of a client, no secret and no personal data.
    """
    event: dict[str, Any] = {
        "@timestamp": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "event.action": action.value,
        "event.outcome": outcome,
        "user.id": _user_of(request) if user_id is None else user_id,
        **_origin(request),
        "http.request.id": request_ids.current.get() or None,
        "labels": {name: value for name, value in details.items() if value is not None},
    }
    logger.info(json.dumps({key: value for key, value in event.items() if value is not None}))


def record_refusals(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Return a middleware that records each answer of 403, of a page or of the API."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code == HTTPStatus.FORBIDDEN:
            record(Action.ACCESS_REFUSED, request=request, outcome="failure")
        return response

    return answer


def record_limit(
    level: Level | None,
    limit: str,
    *,
    request: HttpRequest | None = None,
    user_id: int | None = None,
) -> None:
    """Write a line about a caller beyond a rate limit, at most one a minute for each bucket."""
    if level and level.is_news:
        record(
            Action.RATE_LIMITED, request=request, user_id=user_id, outcome="failure", limit=limit
        )


def _user_of(request: HttpRequest | None) -> int | None:
    return getattr(getattr(request, "user", None), "pk", None)


def _origin(request: HttpRequest | None) -> dict[str, Any]:
    """Return where a request came from; a path is written as JSON escapes it."""
    if request is None:
        return {}
    token = getattr(request, "auth", None)  # set by DRF for a request of the API
    return {
        "source.ip": client_address(request),
        "http.request.method": request.method,
        "url.path": request.path[:200],
        "shop.token.id": getattr(token, "pk", None),
    }
