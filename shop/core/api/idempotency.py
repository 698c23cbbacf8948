"""Answering a retried request with the first answer, and having its effect once.

The answer is written in the very transaction of the effect, behind a lock that ends
with that transaction, so a process killed anywhere leaves either both or neither.
A refusal has no effect, so it is not kept: the same key may be tried again.
"""

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from shop.core.db.advisory_locks import try_serialize_on
from shop.core.db.prepared import prepared
from shop.core.db.transactions import run_transaction
from shop.core.models import IdempotencyRecord
from shop.core.refusals import Refusal

MAX_KEY_LENGTH = 255
RECORDED_HEADERS = ("ETag", "Location")
WRITES = {"post", "put", "patch", "delete"}


class KeyMissing(Refusal):
    """An Idempotency-Key is required here."""

    code = "idempotency-key-missing"


class InvalidKey(Refusal):
    """The Idempotency-Key is empty or too long."""

    code = "invalid-idempotency-key"


class KeyReused(Refusal):
    """The Idempotency-Key was used with another body."""

    code = "idempotency-key-reused"


class KeyInUse(Refusal):
    """Another request with this Idempotency-Key has not finished."""

    code = "idempotency-key-in-use"
    retry_after = 1


class IdempotentWrites:
    """A view mixin: each write that the view defines is answered once per Idempotency-Key.

    `idempotency_key` says whether a key is "optional" or "required". A view that has
    `prepare(request, **kwargs)` does there what must not wait in the transaction; it is
    called before each write, unless the answer is kept already.
    """

    idempotency_key = "optional"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name in WRITES & vars(cls).keys():
            setattr(cls, name, _once(vars(cls)[name]))


def _once(write: Callable[..., Response]) -> Callable[..., HttpResponse]:
    @wraps(write)  # with what the schema says of it
    def answer_once(self: Any, request: Request, *args, **kwargs) -> HttpResponse:
        key = _key_of(request)
        if key is None and self.idempotency_key == "required":
            raise KeyMissing("Send an Idempotency-Key header with every order.")
        prepare = getattr(self, "prepare", None)
        if key is None:
            if prepare:
                prepare(request, **kwargs)
            return write(self, request, *args, **kwargs)
        sent = _fingerprint(request)  # reads the body, outside of the transaction
        if prepare:
            for kept in _records(**_place(request, key)):
                return _replay(kept, sent)
            prepare(request, **kwargs)
        return run_transaction(
            _answer_once, self, request, key, sent, lambda: write(self, request, *args, **kwargs)
        )

    return answer_once


@transaction.atomic
def _answer_once(
    view: APIView, request: Request, key: str, fingerprint: str, answer: Callable[[], Response]
) -> HttpResponse:
    place = _place(request, key)
    if not try_serialize_on("\n".join(place.values())):
        raise KeyInUse("The first request with this key is still running.")
    for kept in _records(**place):
        return _replay(kept, fingerprint)
    response = view.finalize_response(request, answer())
    response.render()
    IdempotencyRecord.objects.create(
        **place,
        fingerprint=fingerprint,
        status=response.status_code,
        body=response.content.decode(),
        headers={name: response[name] for name in RECORDED_HEADERS if name in response},
    )
    return response


def _place(request: Request, key: str) -> dict[str, str]:
    """Whose key it is, and for what."""
    route = f"{request.method} {request.path}"[:200]
    return {"caller": caller_of(request.user), "route": route, "key": key}


@prepared
def _records(caller, route, key):
    return IdempotencyRecord.objects.filter(caller=caller, route=route, key=key)


def _replay(kept: IdempotencyRecord, fingerprint: str) -> HttpResponse:
    if kept.fingerprint != fingerprint:
        raise KeyReused("This key came before with another body.")
    response = HttpResponse(
        kept.body if kept.status != status.HTTP_204_NO_CONTENT else b"",
        status=kept.status,
        content_type="application/json",
        headers=kept.headers,
    )
    response["Idempotency-Replayed"] = "true"
    return response


def _key_of(request: Request) -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    key = _as_sent(key).strip()
    if len(key) >= 2 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if not key or len(key) > MAX_KEY_LENGTH or "\x00" in key:
        raise InvalidKey(f"A key has 1 to {MAX_KEY_LENGTH} characters of ASCII.")
    return key


def _as_sent(header: str) -> str:
    """Undo WSGI's reading of headers as Latin-1; keys may be in UTF-8."""
    try:
        return header.encode("latin-1").decode()
    except UnicodeError:
        return header


def caller_of(user) -> str:
    """The user, with whatever token: a retry may come with a renewed one."""
    return f"user {user.pk}"


def _fingerprint(request: Request) -> str:
    """Tell what is asked, as it was read: white space between JSON tokens does not matter.

    Numbers are as they came: 1 is not 1.0, which no quantity may be.
    """
    uploaded = getattr(request.data, "fingerprint", None)  # of a file, which is not JSON
    body = uploaded or json.dumps(request.data, sort_keys=True)
    query = request.META.get("QUERY_STRING", "")
    return hashlib.sha256((f"{query}\n{body}" if query else body).encode()).hexdigest()
