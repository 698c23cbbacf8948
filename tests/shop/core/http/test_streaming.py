"""Streamed responses: a few at once; the slot of a response is released however it ends."""

import os
import signal
import socket
import threading
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test import Client

from benchmarks.stage import wait_until_it_answers
from shop.accounts.models import ApiToken
from shop.core.db import keyset
from shop.core.http.streaming import STREAM_SLOTS
from shop.embedded.process.ports import free_port
from shop.embedded.shop_programs import web
from tests.journeys.test_restarts import PATIENCE, run_program, wait_until
from tests.support.api import client_of, problem_of
from tests.support.bulk_jobs import ITEMS, item, lines, send
from tests.support.concurrency import count_held_slots
from tests.support.factories import ItemFactory

pytestmark = pytest.mark.django_db(transaction=True)

FEED, EXPORT = "/feeds/google-merchant.xml", "/api/v1/exports/items/"


@pytest.fixture(autouse=True)
def released_locks():
    """Release the locks of other tests, which belong to this connection."""
    connection.close()


@contextmanager
def being_sent(client, url):
    """Keep a streamed response open, on a connection of its own, until the block ends."""
    begun, done, answers = threading.Event(), threading.Event(), []

    def read():
        answers.append(client.get(url))
        begun.set()
        done.wait(PATIENCE)
        answers[0].close()
        connection.close()

    reader = threading.Thread(target=read)
    reader.start()
    assert begun.wait(PATIENCE)
    try:
        yield answers[0]
    finally:
        done.set()
        reader.join()


def test_a_user_has_one_stream_at_a_time(alice, bob, lamp):
    again, other = client_of(alice, "shopper"), client_of(bob, "shopper")

    with being_sent(client_of(alice, "shopper"), EXPORT):
        refused, others = again.get(EXPORT), other.get(EXPORT)
        assert problem_of(refused) == (429, "too-many-streams")
        assert int(refused["Retry-After"]) > 0
        assert b"LAMP" in others.getvalue()
    assert b"LAMP" in again.get(EXPORT).getvalue()
    assert count_held_slots(STREAM_SLOTS) == 0


def test_results_of_a_job_are_a_stream_too(staff, clerk):
    results = send(staff, ITEMS, lines(item("A"))).json()["results"]

    with being_sent(client_of(clerk, "catalog:write"), EXPORT):
        assert problem_of(staff.get(results)) == (429, "too-many-streams")
    assert staff.get(results).getvalue() == b""


def test_no_more_streams_are_sent_than_there_are_slots(alice, bob, mallory, settings):
    settings.MAX_STREAMS = 2

    first, second, third = (client_of(user, "shopper") for user in (alice, bob, mallory))

    with being_sent(first, EXPORT), being_sent(second, EXPORT):
        assert problem_of(third.get(EXPORT)) == (429, "too-many-streams")
    assert third.get(EXPORT).getvalue() == b""


def test_strangers_share_a_slot_and_leave_one_to_integrators(alice, client, lamp, settings):
    settings.MAX_STREAMS = 2

    with being_sent(Client(), FEED) as first:
        refused = client.get(FEED)
        assert (refused.status_code, refused["Retry-After"]) == (503, "2")
        assert "Cache-Control" not in refused or "public" not in refused["Cache-Control"]
        same = client.get(FEED, headers={"If-None-Match": first["ETag"]})
        assert same.status_code == 304
        assert b"LAMP" in client_of(alice, "shopper").get(EXPORT).getvalue()
    assert b"LAMP" in client.get(FEED).getvalue()


def test_an_integrator_leaves_the_slot_of_strangers_free(alice, client, lamp, settings):
    settings.MAX_STREAMS = 2

    with being_sent(client_of(alice, "shopper"), EXPORT):
        assert b"LAMP" in client.get(FEED).getvalue()


@pytest.mark.parametrize("end", ["hangs up", "is killed"])
def test_a_slot_is_released_when_the_client_or_the_process_is_gone(alice, end):
    ItemFactory.create_batch(4 * keyset.BATCH_SIZE, description="Of brass. " * 500)
    token, port = ApiToken.issue(user=alice, scopes=["shopper"]), free_port()
    request = f"GET {EXPORT} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n"

    with run_program(web("web", port, workers=1)) as server:
        wait_until_it_answers(f"http://127.0.0.1:{port}/livez")
        with socket.create_connection(("127.0.0.1", port), PATIENCE) as reader:
            reader.sendall(request.encode())
            assert reader.recv(1000).startswith(b"HTTP/1.1 200")
            assert count_held_slots(STREAM_SLOTS) == 1
            if end == "is killed":
                os.killpg(server.pid, signal.SIGKILL)
                server.wait(PATIENCE)
                wait_until(lambda: count_held_slots(STREAM_SLOTS) == 0)
        wait_until(lambda: count_held_slots(STREAM_SLOTS) == 0)
