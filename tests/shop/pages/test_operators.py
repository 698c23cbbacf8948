"""Numbers and reasons are for the operator; a stranger reads no more than whether it works."""

import pytest

from shop.pages import health

pytestmark = pytest.mark.django_db

STRANGER = {"REMOTE_ADDR": "203.0.113.9"}
TOKEN = {"HTTP_AUTHORIZATION": "Bearer operator's"}


@pytest.fixture(autouse=True)
def no_memory(monkeypatch):
    monkeypatch.setattr(health._LastCheck, "until", 0.0)


@pytest.fixture
def no_cache(settings):
    away = {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {"default": away}


def test_a_stranger_reads_no_metrics(client):
    assert client.get("/metrics", **STRANGER).status_code == 403
    assert client.get("/metrics", REMOTE_ADDR="10.0.0.9").status_code == 403
    assert client.get("/metrics", REMOTE_ADDR="").status_code == 403


def test_this_machine_and_the_token_read_metrics(client, settings):
    settings.METRICS_TOKEN = "operator's"

    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="::1").status_code == 200
    assert client.get("/metrics", **STRANGER, **TOKEN).status_code == 200
    assert client.get("/metrics", **STRANGER, HTTP_AUTHORIZATION="Bearer x").status_code == 403


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "bearer", "Basic Og=="])
def test_without_a_configured_token_none_is_right(client, header):
    assert client.get("/metrics", **STRANGER, HTTP_AUTHORIZATION=header).status_code == 403


def test_a_token_over_plain_http_counts_for_nothing(client, settings):
    settings.METRICS_TOKEN = "operator's"
    settings.SECURE_SSL_REDIRECT = True

    assert client.get("/metrics", **STRANGER, **TOKEN).status_code == 403
    assert client.get("/metrics", secure=True, **STRANGER, **TOKEN).status_code == 200


def test_an_unknown_proxy_on_this_machine_is_not_the_operator(client):
    assert client.get("/metrics", HTTP_X_FORWARDED_FOR="127.0.0.1").status_code == 403


def test_the_address_behind_a_known_proxy_counts(client, settings):
    settings.TRUSTED_PROXIES = settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    assert client.get("/metrics", HTTP_X_FORWARDED_FOR="203.0.113.9").status_code == 403
    assert client.get("/metrics", HTTP_X_FORWARDED_FOR="127.0.0.1").status_code == 200
    assert client.get("/metrics", HTTP_X_FORWARDED_FOR="127.0.0.1, 203.0.113.9").status_code == 403


def test_a_stranger_reads_whether_the_shop_is_ready_and_no_reasons(client, no_cache):
    answer = client.get("/readyz", **STRANGER)

    assert (answer.status_code, answer.json()) == (503, {"status": "unavailable"})
    assert client.get("/readyz").json()["reasons"] == ["The cache does not answer."]


def test_many_questions_of_strangers_are_one_check(client, django_assert_num_queries):
    first = client.get("/readyz", **STRANGER)

    with django_assert_num_queries(0):
        again = client.get("/readyz", **STRANGER)

    assert first.json() == again.json() == {"status": "ok"}
