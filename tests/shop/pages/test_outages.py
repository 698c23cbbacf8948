"""Pages and the API during an outage of the database or Valkey."""

import os
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import close_old_connections, connection

from tests.support.api import client_of, hold, order
from tests.support.factories import given_stock, stock_left

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def no_database(monkeypatch):
    """Point the connection at a server that is not there, until the test ends."""
    connection.close()
    host = connection.settings_dict["HOST"]
    connection.settings_dict["HOST"] = "/nowhere"
    yield
    connection.settings_dict["HOST"] = host
    connection.close()


@pytest.mark.parametrize("path", ["/", "/search/?q=lamp", "/items/1/"])
def test_a_page_without_a_database_is_a_503(client, no_database, path):
    client.raise_request_exception = False

    answer = client.get(path)

    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "Back in a moment" in answer.content.decode()


def test_the_api_without_a_database_is_a_503(client, no_database):
    client.raise_request_exception = False

    answer = client.get("/api/v1/items/1/")

    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["type"].endswith("/problems/unavailable")


def test_readiness_without_a_database_is_a_503_with_its_reason(client, no_database):
    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert "The database does not answer." in answer.json()["reasons"]


def test_the_next_request_reconnects_after_a_lost_connection(client, lamp):
    given_stock({lamp: 3})
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    server = urlsplit(os.environ["DATABASE_URL"])
    database = server._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    with psycopg.connect(database) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [pid])

    close_old_connections()  # as every request begins; the test client leaves it out

    assert client.get(f"/api/v1/items/{lamp.pk}/").json()["stock"] == 3


def test_without_valkey_the_shop_still_sells(alice, lamp, settings):
    given_stock({lamp: 3})
    away = {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {"default": away}
    settings.REDIS_URL = away["LOCATION"]
    shopper = client_of(alice, "shopper")

    results = shopper.get("/api/v1/items/?q=lamp").json()
    hold(shopper, lamp)
    placed = order(shopper, lamp, 2)

    assert results["results"][0]["stock"] == 3
    assert placed.status_code == 201
    assert stock_left(lamp) == (1,)
