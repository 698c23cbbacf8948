"""The security log: one line an event, which a SIEM reads and which tells no secret."""

from django.test import RequestFactory

from shop.core.http import request_ids
from shop.core.security_log import Action, record


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
