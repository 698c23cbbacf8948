"""Query parameters: what a call does not take is refused by name, and times are in UTC."""

import json
from urllib.parse import urlencode

import pytest
from rest_framework import serializers

from orders.models import Order
from shop.api_docs.examples import EXAMPLES
from shop.api_urls import urlpatterns
from shop.core.api.query_parameters import DeclaredParameters
from shop.core.api.serializers import UtcDateTimeField
from shop.core.models import IdempotencyRecord
from tests.shop.contract.world import given_example_objects, operations, schema
from tests.support.api import client_of, problem_of
from tests.support.factories import given_stock

pytestmark = pytest.mark.django_db

# OAuth ignores unknown parameters (RFC 6749, 3.2), and the page of Swagger UI is HTML.
UNDECLARED = {"token", "revoke-token", "docs"}


def refused(response) -> list[str]:
    """Return the parameters that a refusal names."""
    assert problem_of(response) == (422, "unknown-parameter")
    return response.json()["parameters"]


def test_every_view_of_the_api_declares_its_parameters():
    views = {
        route.name: route.callback.cls for route in urlpatterns if hasattr(route.callback, "cls")
    }

    without = {name for name, view in views.items() if not issubclass(view, DeclaredParameters)}

    assert without == UNDECLARED


def test_every_call_refuses_unknown_parameters_by_name(conserved, settings):
    settings.WEBHOOKS_ALLOW_LOOPBACK = True
    client = given_example_objects()
    calls = [call for call in operations(schema()) if "oauth" not in call[0]]
    orders = Order.objects.count()

    for path, method, operation in calls:
        example = EXAMPLES[operation["operationId"]]
        query = urlencode({**example.query, "statsu": "shipped", "colour": ""})
        body = example.body if isinstance(example.body, str) else json.dumps(example.body or {})
        [form] = operation.get("requestBody", {}).get("content", {"application/json": None})
        address = f"{path.format(**example.path)}?{query}"

        answer = client.generic(method.upper(), address, body, form, headers=example.headers)

        assert refused(answer) == ["statsu", "colour"], f"{method} {path}"
        assert all(f"“{name}”" in answer.json()["detail"] for name in ("statsu", "colour"))
    assert Order.objects.count() == orders
    assert not IdempotencyRecord.objects.exists()


@pytest.mark.parametrize(
    ("path", "unknown"),
    [
        ("items/?cursor=x&q=lamp", ["cursor"]),
        ("items/{item}/?limit=5&format=json", ["limit", "format"]),
        ("orders/?page=2", ["page"]),
        ("orders/?limit=5&Status=shipped&emial=a@example.com", ["Status", "emial"]),
        ("orders/?=1", [""]),
        ("orders/?a%00b=1&%F0%9F%92%A1=2", ["a\x00b", "💡"]),
        ("orders/?status[]=shipped", ["status[]"]),
        ("suggest/?q=la&limit=3", ["limit"]),
        ("schema/?format=yaml", ["format"]),
        ("events/?types=order.submitted", ["types"]),
    ],
)
def test_each_call_takes_its_own_parameters(alice, lamp, path, unknown):
    client = client_of(alice, "shopper")

    assert refused(client.get(f"/api/v1/{path.format(item=lamp.pk)}")) == unknown


def test_the_refusal_says_what_the_call_takes(client):
    detail = client.get("/api/v1/suggest/?w=lamp").json()["detail"]

    assert detail == "There is no parameter “w”; this call takes q."


def test_a_write_with_an_unknown_parameter_has_no_effect(alice, lamp):
    given_stock({lamp: 5})
    client = client_of(alice, "shopper")

    answer = client.put(f"/api/v1/cart/items/{lamp.pk}/?dry_run=1", {"quantity": 2})

    assert refused(answer) == ["dry_run"]
    assert client.get("/api/v1/cart/").json()["items"] == []


def test_a_parameter_of_one_value_is_given_once(alice):
    client = client_of(alice, "shopper")

    answer = client.get("/api/v1/orders/?status=shipped&status=cancelled&limit=1&limit=2")
    several = client.get("/api/v1/events/?type=stock.low&type=stock.changed")

    assert problem_of(answer) == (422, "validation-error")
    assert [error["parameter"] for error in answer.json()["errors"]] == ["limit", "status"]
    assert several.status_code == 200


def test_who_may_not_call_learns_nothing_of_the_parameters(client, alice):
    shopper = client_of(alice, "shopper")

    assert problem_of(client.get("/api/v1/orders/?x=1")) == (401, "not-authenticated")
    assert problem_of(shopper.get("/api/v1/warehouses/?x=1")) == (403, "permission-denied")
    assert problem_of(shopper.delete("/api/v1/suggest/?x=1")) == (405, "method-not-allowed")


def test_a_head_takes_the_parameters_of_a_get(client):
    assert client.head("/api/v1/items/?limit=1").status_code == 200
    assert client.head("/api/v1/items/?limits=1").status_code == 422


def test_a_preflight_is_not_judged_by_its_query(client):
    assert client.options("/api/v1/items/?on_error=abort").status_code == 200


def test_the_schema_may_be_asked_for_as_the_page_of_the_api_does(client):
    assert client.get("/api/v1/schema/?lang=en&version=1").status_code == 200


def test_too_many_parameters_are_a_problem_in_json(client, settings):
    settings.DEBUG_PROPAGATE_EXCEPTIONS = False
    query = "&".join(f"p{number}=1" for number in range(1001))

    assert problem_of(client.get(f"/api/v1/items/?{query}"))[0] in {400, 422}


@pytest.mark.parametrize("path", ["/", "/search/?q=lamp", "/accounts/login/", "/api/v1/docs/"])
def test_pages_ignore_unknown_parameters(client, path):
    sign = "&" if "?" in path else "?"

    assert client.get(f"{path}{sign}utm_source=mail").status_code == 200


# Times


def serializer_classes(base=serializers.Serializer):
    for subclass in base.__subclasses__():
        yield subclass
        yield from serializer_classes(subclass)


def test_every_time_of_the_api_is_read_and_written_in_utc():
    own = [kind for kind in serializer_classes() if not kind.__module__.startswith("rest_")]

    times = {
        (kind.__name__, name): type(field)
        for kind in own
        for name, field in kind._declared_fields.items()
        if isinstance(field, serializers.DateTimeField)
    }

    assert ("ExportQuery", "since") in times
    assert set(times.values()) == {UtcDateTimeField}


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-11-25T10:00:00", "2026-11-25T10:00:00Z"),
        ("2026-11-25T10:00:00Z", "2026-11-25T10:00:00Z"),
        ("2026-11-25T10:00:00-05:00", "2026-11-25T15:00:00Z"),
        ("2026-11-25", "2026-11-25T00:00:00Z"),
        ("2026-03-08T02:30:00", "2026-03-08T02:30:00Z"),  # a time that New York skips
    ],
)
def test_a_time_without_an_offset_is_in_utc(settings, text, time):
    assert settings.TIME_ZONE == "America/New_York"
    field = UtcDateTimeField()

    assert field.to_representation(field.run_validation(text)) == time
