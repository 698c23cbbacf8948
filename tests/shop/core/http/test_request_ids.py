"""Request ids in responses, on error pages, in the log and in tasks."""

import logging

import pytest
from django.http import HttpRequest
from django.urls import path

from shop import urls
from shop.celery import app
from shop.core.db.transactions import Busy
from shop.core.http import request_ids

pytestmark = pytest.mark.django_db


def broken(request: HttpRequest):
    raise ValueError("broken")


def busy(request: HttpRequest):
    raise Busy


# The shop's own addresses, and two that fail.
urlpatterns = [path("broken/", broken), path("busy/", busy), *urls.urlpatterns]
handler500 = urls.handler500


@pytest.mark.parametrize("path", ["items/", "items/999999999/", "nothing/", "cart/", "schema/"])
def test_every_response_has_the_clients_request_id(client, path):
    answer = client.get(f"/api/v1/{path}", headers={"X-Request-ID": "till-7.42_a"})

    assert answer["X-Request-ID"] == "till-7.42_a"
    assert answer.json().get("request_id", "till-7.42_a") == "till-7.42_a"


@pytest.mark.parametrize("sent", ["", "x" * 65, "a b", "<b>", "ä", "a\tb"])
def test_an_invalid_request_id_is_replaced(client, sent):
    answer = client.get("/api/v1/nothing/", HTTP_X_REQUEST_ID=sent)

    assert answer["X-Request-ID"] != sent
    assert len(answer["X-Request-ID"]) == 32


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(("path", "status"), [("/broken/", 500), ("/busy/", 503)])
def test_an_error_page_shows_the_request_id(client, path, status):
    client.raise_request_exception = False

    answer = client.get(path, headers={"X-Request-ID": "r-1"})

    assert (answer.status_code, answer["X-Request-ID"]) == (status, "r-1")
    assert "<code>r-1</code>" in answer.content.decode()


def test_a_404_page_shows_the_request_id(client):
    answer = client.get("/items/999999/", headers={"X-Request-ID": "r-1"})

    assert "<code>r-1</code>" in answer.content.decode()


@pytest.mark.urls(__name__)
def test_lines_of_the_log_have_the_request_id(client, caplog):
    client.raise_request_exception = False
    caplog.handler.addFilter(request_ids.AddRequestId())

    client.get("/broken/", headers={"X-Request-ID": "r-1"})

    assert {getattr(record, "request_id", None) for record in caplog.records} == {"r-1"}
    assert request_ids.current.get() == ""


def test_the_access_log_has_each_response(client, caplog):
    with caplog.at_level(logging.INFO, logger="shop.core.http.request_ids"):
        client.get("/livez")

    assert caplog.messages[0].startswith("GET /livez 200 ")


def test_a_path_cannot_forge_lines_of_the_log(client, caplog):
    with caplog.at_level(logging.INFO, logger="shop.core.http.request_ids"):
        client.get("/livez/%0aERROR%20broken%0d")

    assert caplog.messages[0].startswith("GET /livez/%0AERROR%20broken%0D 404 ")


@app.task
def _return_request_id() -> str:
    return request_ids.current.get()


def test_a_task_has_the_request_id_of_its_request():
    headers: dict = {}
    token = request_ids.current.set("r-1")
    request_ids._add_to_task(headers=headers)
    request_ids.current.reset(token)

    sent = _return_request_id.apply(headers=headers).get()
    alone = _return_request_id.apply(task_id="t-1").get()

    assert (sent, alone, request_ids.current.get()) == ("r-1", "t-1", "")
