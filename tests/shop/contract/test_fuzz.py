"""Schemathesis over the whole schema, which must describe the response to any request.

`make fuzz-api` sends more; FUZZ_EXAMPLES is the number of calls of each mode an operation.
"""

import os

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as bounded
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from shop.accounts.models import ApiToken
from shop.api_docs.examples import EXAMPLES
from shop.core.api.permissions import Scope
from shop.wsgi import application
from tests.shop.contract.world import given_example_objects, schema
from tests.support.factories import UserFactory

EXAMPLES_EACH = int(os.environ.get("FUZZ_EXAMPLES", "3"))
CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)
PLAIN = {"Accept-Encoding": "identity"}
CALLERS = {
    "nobody": None,
    "a token of too small a scope": ["orders:read"],
    "a shopper": ["shopper"],
    "staff": list(Scope.values),
}


@schemathesis.serializer("application/x-ndjson")
def send_lines(context, value):
    """Return a generated value as the bytes of a file."""
    lines = value if isinstance(value, bytes) else str(value).encode(errors="replace")
    return {"data": lines}


@pytest.fixture(scope="module")
def described():
    document = schemathesis.openapi.from_dict(schema())
    document.app = application
    return [result.ok() for result in document.get_all_operations()]


@pytest.fixture
def one_transaction(db):
    """Keep calls by WSGI in the test's transaction, as those of Django's own client are."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("one_transaction", "conserved")
@pytest.mark.parametrize("caller", CALLERS)
def test_the_schema_describes_the_response_to_any_request(described, settings, caller):
    settings.ALLOWED_HOSTS = ["localhost"]
    headers = headers_of(caller)
    sent = 0

    for operation in described:
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            sent += fuzz(operation, mode, headers)

    assert sent > len(described)
    print(f"{caller}: {sent} calls")  # noqa: T201 -- read with `pytest -s`


def headers_of(caller: str) -> dict[str, str]:
    """Create the objects of the examples; return the caller's headers."""
    given_example_objects()
    scopes = CALLERS[caller]
    if scopes is None:
        return PLAIN
    user = UserFactory()
    return PLAIN | {"Authorization": f"Bearer {ApiToken.issue(user=user, scopes=scopes)}"}


def fuzz(operation, mode, headers) -> int:
    """Send generated calls, every second one about existing objects; return their number."""
    parameters = EXAMPLES[operation.definition.raw["operationId"]].path
    sent = 0

    @bounded(
        max_examples=EXAMPLES_EACH,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case):
        nonlocal sent
        sent += 1
        if sent % 2:
            case.path_parameters = {**(case.path_parameters or {}), **parameters}
        case.call_and_validate(headers=headers, checks=CHECKS)

    send()
    return sent
