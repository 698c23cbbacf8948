"""The API of webhooks: endpoints, their secrets, and the log of what was sent."""

import socket
from threading import Event

import pytest
from django.db import connection, transaction

from shop.integrations.models import WebhookDelivery, WebhookEndpoint
from shop.integrations.webhooks import addresses
from shop.integrations.webhooks.endpoints import MAX_ENDPOINTS_PER_USER
from tests.support.api import client_of, problem_of
from tests.support.concurrency import at_once
from tests.support.webhook_delivery import HOOKS, deliver

pytestmark = [pytest.mark.django_db(transaction=True)]

KEY = {"Idempotency-Key": "one"}


def test_the_secret_is_shown_once(shopper, endpoint_input):
    response = shopper.post(HOOKS, endpoint_input)

    endpoint = response.json()
    page = f"{HOOKS}{endpoint['id']}/"
    assert (response.status_code, endpoint["status"]) == (201, "active")
    assert endpoint["secret"].startswith("whsec_")
    assert endpoint["events"] == sorted(endpoint_input["events"])
    assert endpoint["scopes"] == ["shopper"]
    for shown in (shopper.get(page), shopper.get(HOOKS), shopper.patch(page, {"description": ""})):
        assert shown.status_code == 200
        assert endpoint["secret"] not in shown.content.decode()


def test_a_test_message_comes_signed_and_is_in_the_log(shopper, created, receiver):
    sent = shopper.post(f"{HOOKS}{created['id']}/test/")
    receiver.answer = lambda call: (200, {}, b"got it")
    deliver()

    [call] = receiver.calls
    [line] = shopper.get(f"{HOOKS}{created['id']}/deliveries/").json()["results"]
    assert (sent.status_code, sent.json()["status"]) == (202, "pending")
    assert call.verified(created["secret"])["type"] == "webhook.test"
    assert call.id == line["message_id"] == sent.json()["message_id"]
    assert (line["status"], line["attempts"], line["response_status"]) == ("delivered", 1, 200)
    assert (line["response_start"], line["error"], line["due_at"]) == ("got it", "", None)


def test_a_message_is_replayed(shopper, created, receiver, lamp):
    deliver()  # the lamp is new
    [line] = shopper.get(f"{HOOKS}{created['id']}/deliveries/?status=delivered").json()["results"]

    again = shopper.post(f"{HOOKS}{created['id']}/deliveries/{line['id']}/replay/")
    deliver()

    assert again.status_code == 202
    assert receiver.ids == [line["message_id"]] * 2
    none = shopper.post(f"{HOOKS}{created['id']}/deliveries/{10**17}/replay/")
    assert problem_of(none) == (404, "not-found")


def test_an_endpoint_is_changed_rotated_resumed_and_deleted(shopper, created, endpoint_input):
    page = f"{HOOKS}{created['id']}/"
    WebhookEndpoint.objects.update(status="paused", failures=3)

    resumed = shopper.post(page + "resume/").json()
    changed = shopper.patch(page, {"events": ["stock.low"]}).json()
    rotated = shopper.post(page + "rotate-secret/").json()
    gone = shopper.delete(page)

    assert (resumed["status"], resumed["failures"]) == ("active", 0)
    assert (changed["events"], changed["url"]) == (["stock.low"], endpoint_input["url"])
    assert rotated["secret"] != created["secret"]
    assert rotated["old_secret_until"] is not None
    assert gone.status_code == 204
    assert problem_of(shopper.get(page)) == (404, "not-found")


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"url": "http://example.com/"}, "#/url"),
        ({"url": "https://10.0.0.1/"}, "#/url"),
        ({"url": "https://me:secret@example.com/"}, "#/url"),
        ({"url": "https://no-such-name.invalid/"}, "#/url"),
        ({"url": 7}, "#/url"),
        ({"events": []}, "#/events"),
        ({"events": ["webhook.test"]}, "#/events/0"),
        ({"events": "item.updated"}, "#/events"),
        ({"description": "x" * 201}, "#/description"),
        ({"secret": "whsec_mine"}, "#/secret"),
        ({"scopes": ["orders:read"]}, "#/scopes"),
        ({"status": "active"}, "#/status"),
    ],
)
def test_invalid_fields_are_refused_by_name(shopper, endpoint_input, created, fields, pointer):
    made = shopper.post(HOOKS, {**endpoint_input, **fields})
    changed = shopper.patch(f"{HOOKS}{created['id']}/", fields)

    for refused in (made, changed):
        assert problem_of(refused) == (422, "validation-error")
        assert pointer in {error["pointer"] for error in refused.json()["errors"]}
    assert WebhookEndpoint.objects.count() == 1


def test_an_endpoint_of_another_user_is_not_found(created, mallory, receiver, lamp):
    deliver()
    line = WebhookDelivery.objects.get()
    intruder = client_of(mallory, "shopper", "orders:read", "stock:write")
    page = f"{HOOKS}{created['id']}/"

    refused = [
        intruder.get(page),
        intruder.patch(page, {"events": ["stock.low"]}),
        intruder.delete(page),
        intruder.get(page + "deliveries/"),
        *[intruder.post(page + verb) for verb in ("test/", "resume/", "rotate-secret/")],
        intruder.post(f"{page}deliveries/{line.pk}/replay/"),
    ]

    assert {problem_of(response) for response in refused} == {(404, "not-found")}
    assert intruder.get(HOOKS).json()["results"] == []
    assert WebhookEndpoint.objects.get().events == created["events"]


@pytest.mark.parametrize("scope", ["orders:read", "orders:write"])
def test_a_token_touches_no_endpoint_with_more_scopes(clerk, endpoint_input, scope):
    wide, narrow = client_of(clerk, scope), client_of(clerk, "stock:write")
    made = wide.post(HOOKS, endpoint_input).json()

    assert made["scopes"] == [scope]
    refused = narrow.patch(f"{HOOKS}{made['id']}/", {"url": "https://example.com/"})
    assert problem_of(refused) == (404, "not-found")
    assert narrow.get(HOOKS).json()["results"] == []


def test_without_a_token_there_is_nothing(client):
    assert problem_of(client.get(HOOKS)) == (401, "not-authenticated")


def test_a_user_has_no_more_endpoints_than_the_maximum(alice, shopper, endpoint_input):
    def post():
        return client_of(alice, "shopper").post(HOOKS, endpoint_input)

    for _ in range(MAX_ENDPOINTS_PER_USER - 3):
        assert post().status_code == 201
    answers = at_once(*[post] * 8)

    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [201] * 3 + [409] * 5
    assert problem_of(shopper.post(HOOKS, endpoint_input)) == (409, "too-many-webhooks")
    assert WebhookEndpoint.objects.count() == MAX_ENDPOINTS_PER_USER


@pytest.fixture
def silent_dns(monkeypatch):
    """A name server that never answers, as long as the test runs; returns the names asked for."""
    asked, over, numeric = [], Event(), socket.getaddrinfo

    def getaddrinfo(host, port, *args, flags=0, **kwargs):
        if flags & socket.AI_NUMERICHOST:
            return numeric(host, port, *args, flags=flags, **kwargs)
        asked.append(host)
        over.wait()
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(addresses, "LOOKUP_SECONDS", 0.05)
    yield asked
    over.set()


def test_a_request_waits_for_no_name_server(shopper, endpoint_input, created, silent_dns):
    slow = {**endpoint_input, "url": "https://slow.example.com/hooks"}

    made = shopper.post(HOOKS, slow)
    changed = shopper.patch(f"{HOOKS}{created['id']}/", slow)

    assert (made.status_code, changed.status_code) == (201, 200)
    assert silent_dns == []


def test_the_log_tells_that_a_name_cannot_be_looked_up(
    shopper, endpoint_input, silent_dns, monkeypatch
):
    slow = {**endpoint_input, "url": "https://slow.example.com/hooks"}
    page = f"{HOOKS}{shopper.post(HOOKS, slow).json()['id']}/"
    shopper.post(f"{page}test/")

    deliver()

    [line] = shopper.get(f"{page}deliveries/").json()["results"]
    assert line["error"] == "The host's name could not be looked up."
    assert shopper.get(page).json()["failures"] == 1
    assert silent_dns == ["slow.example.com"]


def test_the_log_tells_that_a_name_stands_for_no_public_address(
    shopper, endpoint_input, settings, monkeypatch
):
    settings.WEBHOOKS_ALLOW_LOOPBACK = False
    monkeypatch.setattr(addresses, "_look_up", lambda host, port: ["10.0.0.1"])
    inner = {**endpoint_input, "url": "https://inner.example.com/hooks"}
    page = f"{HOOKS}{shopper.post(HOOKS, inner).json()['id']}/"
    shopper.post(f"{page}test/")

    deliver()

    [line] = shopper.get(f"{page}deliveries/").json()["results"]
    assert line["error"] == "The host must stand for public addresses only."


def test_a_retried_write_is_answered_as_the_first(shopper, endpoint_input, created):
    page = f"{HOOKS}{created['id']}/"
    first, again = (
        (
            shopper.post(HOOKS, endpoint_input, headers=KEY),
            shopper.patch(page, endpoint_input, headers=KEY),
        )
        for _ in range(2)
    )

    assert [answer.status_code for answer in again] == [201, 200]
    created, changed = [answer.json() for answer in first]
    assert created.pop("secret").startswith("whsec_")
    assert [answer.json() for answer in again] == [created, changed]
    assert WebhookEndpoint.objects.count() == 2
    other = shopper.post(HOOKS, {**endpoint_input, "description": "Other"}, headers=KEY)
    assert problem_of(other) == (422, "idempotency-key-reused")


def test_no_kept_answer_has_a_secret(shopper, created):
    rotate = f"{HOOKS}{created['id']}/rotate-secret/"

    first, again = (shopper.post(rotate, headers=KEY) for _ in range(2))

    secret = first.json()["secret"]
    assert secret == WebhookEndpoint.objects.get().secret
    assert again["Idempotency-Replayed"] == "true"
    assert again.json() == {name: v for name, v in first.json().items() if name != "secret"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret || old_secret FROM integrations_webhookendpoint")
        [[stored]] = cursor.fetchall()
    assert secret not in stored
    assert created["secret"] not in stored


def test_a_retried_delete_is_answered_as_the_first(shopper, created):
    page = f"{HOOKS}{created['id']}/"

    answers = [shopper.delete(page, headers=KEY) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [204, 204]
    assert answers[1]["Idempotency-Replayed"] == "true"
    assert problem_of(shopper.delete(page)) == (404, "not-found")


def test_equal_deletes_at_once_are_one(alice, created):
    def delete():
        return client_of(alice, "shopper").delete(f"{HOOKS}{created['id']}/", headers=KEY)

    answers = at_once(*[delete] * 8)

    refused = {problem_of(answer) for answer in answers if answer.status_code != 204}
    assert refused <= {(409, "idempotency-key-in-use")}
    assert delete().status_code == 204


def test_the_log_by_status_has_an_index(created):
    log = WebhookDelivery.objects.filter(endpoint=created["id"], status="given_up").order_by("-pk")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = log[:25].explain()

    assert "webhook_log_by_status" in plan
    assert "Sort" not in plan
