"""The status of every route of the URL configuration for every caller."""

import re
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass
from functools import partial
from operator import methodcaller
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLResolver
from rest_framework.test import APIClient

from orders.models import Address
from shop.accounts.models import ApiToken, User
from shop.api_docs.examples import (
    DELIVERY,
    ITEM,
    JOB,
    ORDER,
    PARCEL,
    RETURN,
    TRANSFER,
    WAREHOUSE,
    WEBHOOK,
)
from shop.core.api.permissions import Scope
from tests.shop.contract.world import (
    begin_numbers_at,
    called,
    given_example_objects,
    operations,
)
from tests.support.api import client_of
from tests.support.factories import UserFactory
from tests.support.stories import ADDRESS

OWN_ID = 6001  # of each thing that belongs to the owner and is known by a number
VALUES = {
    **ITEM,
    **ORDER,
    **PARCEL,
    **WAREHOUSE,
    **WEBHOOK,
    **DELIVERY,
    **JOB,
    **RETURN,
    **TRANSFER,
    "pk": OWN_ID,
    "id": OWN_ID,
    "object_id": OWN_ID,
    "content_type_id": 1,
    "slug": "brass-desk-lamp",
    "section": "items",
    "path": "no-such-picture.svg",
    "url": "no-such-page/",
    "app_label": "orders",
    "name": "busy",
    "key": "no-such-key",
    "uidb36": "1",
}
OF_AN_ITEM = re.compile(r"^(?:admin/catalog/)?items?/<")
SCOPES = [scope for scope in Scope.values if scope != Scope.SHOPPER]


@dataclass(frozen=True)
class Route:
    pattern: str
    address: str

    @property
    def kind(self) -> str:
        if self.pattern.startswith("api/"):
            return "REST API"
        return "Admin" if self.pattern.startswith("admin/") else "Pages"


def routes() -> list[Route]:
    """Return every route, with a path to an object of the schema's examples."""
    return [Route(pattern, "/" + _filled(pattern)) for pattern in _walk(get_resolver())]


def _walk(resolver, before: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        pattern = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry, pattern)
        else:
            yield pattern


def _filled(pattern: str) -> str:
    """Return a path of the route. A new parameter needs a value in VALUES."""
    values = VALUES | ({"pk": ITEM["item_id"]} if OF_AN_ITEM.match(pattern) else {})
    address = re.sub(r"<(?:\w+:)?(\w+)>", lambda m: str(values[m[1]]), _plain(pattern))
    assert not re.search(r"[\\^$<>()?]", address), f"{pattern} is not filled"
    return address


def _plain(pattern: str) -> str:
    """Return the pattern of a regular expression in the form of `path`."""
    if "^" not in pattern and "(" not in pattern:
        return pattern
    named = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", r"<\1>", pattern)
    return re.sub(r"\(\?:/\|\$\)|/\?\$|[\^$]", "", named)


def given_callers() -> dict[str, Client]:
    """Create the objects of the examples; return the callers, with a session or a token."""
    given_example_objects()
    ada = User.objects.get(email="ada@example.com")
    begin_numbers_at(Address, OWN_ID)
    Address.objects.create(customer=ada, digest="1", **ADDRESS)
    begin_numbers_at(ApiToken, OWN_ID)
    ApiToken.issue(user=ada, scopes=["shopper"])
    callers: dict[str, Client] = {"nobody": Client(), "owner": _with_session_and_token(ada)}
    callers["other shopper"] = _with_session_and_token(UserFactory())
    robot = UserFactory()
    callers |= {scope: client_of(robot, scope) for scope in SCOPES}
    callers["staff"] = Client()
    callers["staff"].force_login(UserFactory(is_staff=True, is_superuser=True))
    return callers


def _with_session_and_token(user) -> APIClient:
    """Return a client with a session and a token; the API reads the token first."""
    client = client_of(user, "shopper")
    client.force_login(user)
    return client


def statuses_by_route(document: dict) -> Iterator[tuple[str, str, dict[str, int]]]:
    """Yield (kind, route with its method, status by caller) of every route."""
    callers = given_callers()
    described = {}
    for path, method, operation in operations(document):
        described.setdefault(re.sub(r"\{\w+\}", "*", path), []).append((path, method, operation))
    for route in routes():
        for method, call in _calls(route, described):
            statuses = {name: _status(call, client) for name, client in callers.items()}
            yield route.kind, f"{method.upper()} /{route.pattern}", statuses


def _calls(route: Route, described: dict) -> Iterator[tuple[str, Callable[[Client], Any]]]:
    """Yield the calls of a route by method: those of the schema's examples, or bare ones."""
    examples = described.get(re.sub(r"<[^>]*>", "*", f"/{route.pattern}"), [])
    for path, method, operation in examples:
        yield method, partial(_as_described, path, method, operation)
    for method in () if examples else ("get", "post"):
        yield method, methodcaller(method, route.address)


def _as_described(path: str, method: str, operation: dict, client: Client):
    return called(client, path, method, operation)


def _status(call: Callable[[Client], Any], client: Client) -> int:
    """Return the status of a call; undo its effects on the database and the cookies."""
    cookies = copy(client.cookies)
    with transaction.atomic():
        answer = call(client)
        if answer.streaming:
            answer.getvalue()  # to its end, where it is closed
        transaction.set_rollback(True)
    client.cookies = cookies
    return answer.status_code
