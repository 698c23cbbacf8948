import re

import pytest

from shop.embedded.data_folder import BASE_DIR
from tests.support.factories import given_stock
from tests.support.stories import hold
from warehouses.tasks import audit_stock


def test_a_living_process_says_so_without_asking_anybody(client, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        assert client.get("/livez").status_code == 200


def test_a_ready_process_says_so(client, db):
    assert client.get("/readyz").json() == {"status": "ok"}


def test_a_process_without_a_cache_is_not_ready_and_says_why(client, db, settings):
    away = {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {"default": away}

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["reasons"] == ["The cache does not answer."]


def test_the_promises_are_told_in_numbers(client, alice, lamp):
    given_stock({lamp: 5})
    hold(alice, {lamp: 2})
    audit_stock()

    told = client.get("/metrics").content.decode()

    assert "shop_conservation_breaches 0.0" in told
    assert "shop_holds 1.0" in told


@pytest.mark.django_db
def test_an_audit_that_never_ran_is_no_clean_one(client):
    assert "shop_conservation_breaches NaN" in client.get("/metrics").content.decode()


def test_every_alert_is_about_a_number_that_is_told(client, db):
    rules = (BASE_DIR / "deploy" / "alerts.yml").read_text()
    told = set(re.findall(r"^# TYPE (\w+)", client.get("/metrics").content.decode(), re.MULTILINE))

    watched = set(re.findall(r"shop_\w+", rules))

    assert watched
    assert watched <= told
