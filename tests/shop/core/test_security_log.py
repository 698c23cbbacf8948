"""The security log: one line an event, which a SIEM reads and which tells no secret."""

import pytest
from django.test import Client, RequestFactory

from shop.core.http import request_ids
from shop.core.security_log import Action, record
from tests.support.api import client_of


def test_a_line_tells_who_from_where_and_in_which_request(security_events, alice):
    request = RequestFactory().post("/accounts/login/", REMOTE_ADDR="192.0.2.7")
    request.user = alice
    token = request_ids.current.set("abc")
    try:
        record(Action.LOGIN_FAILED, request=request, outcome="failure", method="password")
    finally:
        request_ids.current.reset(token)
    (event,) = security_events.of("authn_login_fail")
    assert event.pop("@timestamp").endswith("+00:00")
    assert event == {
        "event.action": "authn_login_fail",
        "event.outcome": "failure",
        "user.id": alice.pk,
        "source.ip": "192.0.2.7",
        "http.request.method": "POST",
        "http.request.id": "abc",
        "url.path": "/accounts/login/",
        "labels": {"method": "password"},
    }


def test_a_path_cannot_break_a_line(security_events):
    request = RequestFactory().get("/")
    request.path = "/\x1b]0;owned\x07\r\nforged\u202e" + "x" * 900
    record(Action.ACCESS_REFUSED, request=request, outcome="failure")
    (event,) = security_events.of("authz_fail")
    assert event["url.path"] == request.path[:200]
    assert security_events.raw[0].isascii()
    assert security_events.raw[0].isprintable()


@pytest.mark.django_db
def test_each_refusal_of_a_right_is_recorded(security_events, alice, mallory):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(mallory)

    answers = [
        client_of(alice, "shopper").get("/api/v1/warehouses/"),
        browser.get("/admin/login/"),
        browser.post("/cart/", {}),
        browser.get("/"),
    ]

    refused = [answer.status_code for answer in answers]
    events = security_events.of("authz_fail")
    assert refused.count(403) == len(events) == 3
    assert [event["user.id"] for event in events] == [alice.pk, mallory.pk, mallory.pk]
    assert events[0]["shop.token.id"]
    assert all(event["http.request.id"] for event in events)
