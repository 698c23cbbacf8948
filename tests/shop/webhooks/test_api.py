"""The API of webhooks: endpoints, their secrets, and the log of what was sent."""

import pytest
from django.db import connection

from catalog.items import update_item
from shop.closing import close_account
from shop.models import IdempotentAnswer, WebhookDelivery, WebhookEndpoint
from shop.webhooks import addresses
from shop.webhooks.endpoints import MOST_ENDPOINTS
from tests.api import client_of, problem_of
from tests.concurrency import at_once
from tests.events import settle
from tests.shop.webhooks.telling import deliver

HOOKS = "/api/v1/webhooks/"

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def shopper(alice):
    return client_of(alice, "shopper")


@pytest.fixture
def asked(receiver):
    return {"url": receiver.url, "events": ["order.submitted", "item.updated"]}


@pytest.fixture
def one(shopper, asked):
    """A new endpoint of alice's, as it was answered."""
    settle()
    return shopper.post(HOOKS, {**asked, "description": "My till"}).json()


def test_the_secret_is_shown_once(shopper, asked):
    created = shopper.post(HOOKS, asked)

    said = created.json()
    page = f"{HOOKS}{said['id']}/"
    assert (created.status_code, said["status"]) == (201, "active")
    assert said["secret"].startswith("whsec_")
    assert said["events"] == sorted(asked["events"])
    assert said["scopes"] == ["shopper"]
    for shown in (shopper.get(page), shopper.get(HOOKS), shopper.patch(page, {"description": ""})):
        assert shown.status_code == 200
        assert said["secret"] not in shown.content.decode()


def test_a_test_message_comes_signed_and_is_in_the_log(shopper, one, receiver):
    sent = shopper.post(f"{HOOKS}{one['id']}/test/")
    receiver.answer = lambda call: (200, {}, b"got it")
    deliver()

    [call] = receiver.calls
    [line] = shopper.get(f"{HOOKS}{one['id']}/deliveries/").json()["results"]
    assert (sent.status_code, sent.json()["status"]) == (202, "pending")
    assert call.verified(one["secret"])["type"] == "webhook.test"
    assert call.id == line["message_id"] == sent.json()["message_id"]
    assert (line["status"], line["attempts"], line["response_status"]) == ("delivered", 1, 200)
    assert (line["response_start"], line["error"], line["due_at"]) == ("got it", "", None)


def test_a_message_is_replayed(shopper, one, receiver, lamp):
    deliver()  # the lamp is new
    [line] = shopper.get(f"{HOOKS}{one['id']}/deliveries/?status=delivered").json()["results"]

    again = shopper.post(f"{HOOKS}{one['id']}/deliveries/{line['id']}/replay/")
    deliver()

    assert again.status_code == 202
    assert receiver.ids == [line["message_id"]] * 2
    none = shopper.post(f"{HOOKS}{one['id']}/deliveries/{10**17}/replay/")
    assert problem_of(none) == (404, "not-found")


def test_an_endpoint_is_changed_rotated_resumed_and_deleted(shopper, one, asked):
    page = f"{HOOKS}{one['id']}/"
    WebhookEndpoint.objects.update(status="paused", failures=3)

    resumed = shopper.post(page + "resume/").json()
    changed = shopper.patch(page, {"events": ["stock.low"]}).json()
    rotated = shopper.post(page + "rotate-secret/").json()
    gone = shopper.delete(page)

    assert (resumed["status"], resumed["failures"]) == ("active", 0)
    assert (changed["events"], changed["url"]) == (["stock.low"], asked["url"])
    assert rotated["secret"] != one["secret"]
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
def test_fields_that_make_no_sense_are_refused_by_name(shopper, asked, one, fields, pointer):
    made = shopper.post(HOOKS, {**asked, **fields})
    changed = shopper.patch(f"{HOOKS}{one['id']}/", fields)

    for refused in (made, changed):
        assert problem_of(refused) == (422, "validation-error")
        assert pointer in {error["pointer"] for error in refused.json()["errors"]}
    assert WebhookEndpoint.objects.count() == 1


def test_somebody_elses_endpoint_is_not_there(one, mallory, receiver, lamp):
    deliver()
    line = WebhookDelivery.objects.get()
    intruder = client_of(mallory, "shopper", "orders:read", "stock:write")
    page = f"{HOOKS}{one['id']}/"

    refused = [
        intruder.get(page),
        intruder.patch(page, {"events": ["stock.low"]}),
        intruder.delete(page),
        intruder.get(page + "deliveries/"),
        *[intruder.post(page + verb) for verb in ("test/", "resume/", "rotate-secret/")],
        intruder.post(f"{page}deliveries/{line.pk}/replay/"),
    ]

    assert {problem_of(one) for one in refused} == {(404, "not-found")}
    assert intruder.get(HOOKS).json()["results"] == []
    assert WebhookEndpoint.objects.get().events == one["events"]


def test_a_token_touches_no_endpoint_that_is_told_more_than_it_may_know(clerk, asked):
    wide, narrow = client_of(clerk, "orders:read"), client_of(clerk, "stock:write")
    made = wide.post(HOOKS, asked).json()

    assert made["scopes"] == ["orders:read"]
    refused = narrow.patch(f"{HOOKS}{made['id']}/", {"url": "https://example.com/"})
    assert problem_of(refused) == (404, "not-found")
    assert narrow.get(HOOKS).json()["results"] == []


def test_without_a_token_there_is_nothing(client):
    assert problem_of(client.get(HOOKS)) == (401, "not-authenticated")


def test_nobody_has_more_endpoints_than_so_many(alice, shopper, asked):
    def post():
        return client_of(alice, "shopper").post(HOOKS, asked)

    for _ in range(MOST_ENDPOINTS - 3):
        assert post().status_code == 201
    answers = at_once(*[post] * 8)

    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [201] * 3 + [409] * 5
    assert problem_of(shopper.post(HOOKS, asked)) == (409, "too-many-webhooks")
    assert WebhookEndpoint.objects.count() == MOST_ENDPOINTS


def test_no_name_is_looked_up_inside_a_transaction(shopper, asked, monkeypatch):
    looked_up = []
    look_up = addresses._look_up

    def watched(host, port):
        looked_up.append(connection.in_atomic_block)
        return look_up(host, port)

    monkeypatch.setattr(addresses, "_look_up", watched)

    key = {"Idempotency-Key": "one"}
    answers = [shopper.post(HOOKS, asked, headers=key) for _ in range(2)]

    assert set(looked_up) == {False}
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert WebhookEndpoint.objects.count() == 1


def test_a_closed_account_is_told_nothing_and_leaves_no_address(alice, one, lamp, receiver):
    close_account(customer=alice)
    update_item(item_id=lamp.pk, name="Later")

    deliver()

    assert receiver.calls == []
    assert not WebhookEndpoint.objects.exists()
    assert not IdempotentAnswer.objects.exists()
