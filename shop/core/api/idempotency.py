"""Idempotency keys: a retried write has its effect once, and gets the first response again.

The transaction of the effect also stores the response, and holds an advisory lock on the
key until its end, so a process killed at any point leaves either both or neither.
A refusal has no effect and is not stored: the key may be used again. What is stored of a
caller is bounded (shop.core.api.kept_answers).
"""

import hashlib
import json
from collections.abc import Callable, Collection
from functools import partial
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from rest_framework import status
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from shop.core.api.kept_answers import count_bytes, pack, unpack
from shop.core.db.advisory_locks import try_serialize_on
from shop.core.db.prepared import prepared
from shop.core.db.transactions import run_transaction
from shop.core.models import IdempotencyRecord
from shop.core.refusals import Refusal

MAX_KEY_LENGTH = 255
RECORDED_HEADERS = ("ETag", "Location")
WRITES = {"post", "put", "patch", "delete"}


class KeyMissing(Refusal):
    """The request needs an Idempotency-Key header and has none."""

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
    """A view mixin: each write of the view runs once per Idempotency-Key.

    `idempotency_key` is "optional" or "required". A secret that is shown once is one of
    `unkept_fields`: a retry gets the first answer without it.
    """

    idempotency_key = "optional"
    unkept_fields: tuple[str, ...] = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Put the idempotent form of the write in the place of the view's own."""
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        method = str(request.method).lower()
        if method in WRITES and hasattr(self, method):
            setattr(self, method, partial(_idempotent_write, self, getattr(self, method)))


def _idempotent_write(
    view: Any, write: Callable[..., Response], request: Request, *args: Any, **kwargs: Any
) -> HttpResponse:
    key = _key_of(request)
    if key is None and view.idempotency_key == "required":
        raise KeyMissing("Send an Idempotency-Key header with every order.")
    if key is None:
        return write(request, *args, **kwargs)
    fingerprint = _fingerprint(request)  # reads the body, outside of the transaction
    write_now = partial(write, request, *args, **kwargs)
    return run_transaction(_write_once, view, request, key, fingerprint, write_now)


@transaction.atomic
def _write_once(
    view: Any, request: Request, key: str, fingerprint: str, write: Callable[[], Response]
) -> HttpResponse:
    unique_key = _unique_key(request, key)
    if not try_serialize_on("\n".join(unique_key.values())):
        raise KeyInUse("The first request with this key is still running.")
    for record in _records(**unique_key):
        return _replay(record, fingerprint)
    response = view.finalize_response(request, write())
    response.render()
    answer = pack(_kept_content(response, view.unkept_fields))
    count_bytes(answer, caller=unique_key["caller"], user_id=request.user.pk)
    IdempotencyRecord.objects.create(
        **unique_key,
        **answer,
        fingerprint=fingerprint,
        status=response.status_code,
        headers={name: response[name] for name in RECORDED_HEADERS if name in response},
    )
    return response


def _kept_content(response: Response, unkept: Collection[str]) -> bytes:
    """Return the body of a rendered response without the fields that are not stored."""
    if not unkept:
        return response.content
    kept = {name: value for name, value in response.data.items() if name not in unkept}
    return JSONRenderer().render(kept)


def _unique_key(request: Request, key: str) -> dict[str, str]:
    """Return the fields that identify a record: the caller, the route and the key."""
    route = f"{request.method} {request.path}"[:200]
    return {"caller": caller_of(request.user), "route": route, "key": key}


@prepared
def _records(caller, route, key):
    return IdempotencyRecord.objects.filter(caller=caller, route=route, key=key)


def _replay(record: IdempotencyRecord, fingerprint: str) -> HttpResponse:
    if record.fingerprint != fingerprint:
        raise KeyReused("This key came before with another body.")
    response = HttpResponse(
        unpack(record) if record.status != status.HTTP_204_NO_CONTENT else b"",
        status=record.status,
        content_type="application/json",
        headers=record.headers,
    )
    response["Idempotency-Replayed"] = "true"
    return response


def _key_of(request: Request) -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    key = _decode_utf8(key).strip()
    if len(key) >= 2 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if not key or len(key) > MAX_KEY_LENGTH or "\x00" in key:
        raise InvalidKey(f"A key has 1 to {MAX_KEY_LENGTH} characters of ASCII.")
    return key


def _decode_utf8(header: str) -> str:
    """Undo WSGI's decoding of headers as Latin-1; keys may be in UTF-8."""
    try:
        return header.encode("latin-1").decode()
    except UnicodeError:
        return header


def caller_of(user) -> str:
    """Return the caller of a record: the user, because a retry may come with a renewed token."""
    return f"user {user.pk}"


def _fingerprint(request: Request) -> str:
    """Return a hash of the query and the parsed body, so white space in JSON does not matter.

    Numbers keep their form: 1 differs from 1.0, which is no valid quantity.
    """
    file_hash = getattr(request.data, "fingerprint", None)  # of a file, which is not JSON
    body = file_hash or json.dumps(request.data, sort_keys=True)
    query = request.META.get("QUERY_STRING", "")
    return hashlib.sha256((f"{query}\n{body}" if query else body).encode()).hexdigest()
