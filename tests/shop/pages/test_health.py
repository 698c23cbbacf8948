"""Health checks and metrics."""

import re

import pytest

from shop.embedded.data_folder import BASE_DIR
from tests.support.factories import given_stock
from tests.support.stories import hold
from warehouses.tasks import audit_stock


def test_liveness_needs_no_service(client, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        assert client.get("/livez").status_code == 200


def test_a_ready_process_is_a_200(client, db):
    assert client.get("/readyz").json() == {"status": "ok"}


def test_a_process_without_a_cache_is_not_ready(client, db, settings):
    away = {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {"default": away}

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["reasons"] == ["The cache does not answer."]


def test_the_metrics_have_breaches_and_holds(client, alice, lamp):
    given_stock({lamp: 5})
    hold(alice, {lamp: 2})
    audit_stock()

    output = client.get("/metrics").content.decode()

    assert "shop_conservation_breaches 0.0" in output
    assert "shop_holds 1.0" in output


@pytest.mark.django_db
def test_breaches_are_nan_before_the_first_audit(client):
    assert "shop_conservation_breaches NaN" in client.get("/metrics").content.decode()


def test_every_alert_is_about_an_existing_metric(client, db):
    rules = (BASE_DIR / "deploy" / "alerts.yml").read_text()
    output = client.get("/metrics").content.decode()
    gauges = set(re.findall(r"^# TYPE (\w+)", output, re.MULTILINE))

    watched = set(re.findall(r"shop_\w+", rules))

    assert watched
    assert watched <= gauges
