"""Characters that command terminals or reorder text: refused on their way in, harmless out."""

import logging
import stat
import sys
from pathlib import Path

import pytest
from django.core.exceptions import DisallowedHost
from django.db import IntegrityError, transaction
from django.urls import reverse

from shop.core.http.log_lines import LeaveOutTraceback, LineFormatter
from shop.core.mail import queue_mail, send_outgoing_mail
from shop.core.text import has_hidden, printable_line
from shop.logs import logging_settings
from tests.support import bulk_jobs
from tests.support.api import order, problem_of
from tests.support.factories import UserFactory, given_stock
from tests.support.processes import command_output
from warehouses.inventory.receiving import receive_stock

TERMINAL = "DN\x1b[2J\x1b]0;owned\x07"
HIDDEN = [TERMINAL, "a\x00b", "a\x9b31mb", "a\u202eb", "a\u2066b", "a\u2028b", "a\ufeffb", "a\x7fb"]
HONEST = ["Ünïcode 灯 🏴󠁧󠁢󠁥󠁮󠁧󠁿 👩‍👧", "می‌خواهم", "שלום\u200f!", "5″ × 3′"]


@pytest.mark.parametrize("text", [*HIDDEN, "a\nb", "a\tb", "a\rb"])
def test_a_line_has_no_hidden_characters(text):
    assert has_hidden(text)
    assert not has_hidden(printable_line(text))


@pytest.mark.parametrize("text", HONEST)
def test_honest_texts_stay_as_they_are(text):
    assert not has_hidden(text)
    assert printable_line(text) == text


@pytest.mark.parametrize("text", HIDDEN)
@pytest.mark.parametrize("field", ["sku", "name", "brand", "category", "description"])
def test_an_item_is_refused_by_the_fields_name(staff, field, text):
    fields = {"sku": "T-1", "name": "Thing", "price": "1.00"} | {field: text}

    answer = staff.post("/api/v1/items/", fields)

    assert problem_of(answer) == (422, "validation-error")
    assert answer.json()["errors"][0]["pointer"] == f"#/{field}"


def test_a_description_has_lines_and_a_name_has_not(staff):
    lines = {"sku": "T-1", "name": "Thing", "price": "1.00", "description": "One\r\n\tTwo"}

    made = staff.post("/api/v1/items/", lines)
    refused = staff.post("/api/v1/items/", {**lines, "sku": "T-2", "name": "One\nTwo"})

    assert (made.status_code, made.json()["description"]) == (201, "One\r\n\tTwo")
    assert problem_of(refused) == (422, "validation-error")


@pytest.mark.parametrize(
    ("method", "path", "fields"),
    [
        ("post", "warehouses/", {"code": "A1", "name": TERMINAL, "postal_code": "98101"}),
        ("post", "warehouses/", {"code": "A1", "name": "A", "postal_code": TERMINAL}),
        ("post", "warehouses/SEA1/receipts/", {"quantity": 1, "reference": TERMINAL}),
        ("post", "warehouses/SEA1/discards/", {"quantity": 1, "reason": TERMINAL}),
        ("post", "webhooks/", {"url": "https://a.example/", "description": TERMINAL}),
    ],
)
def test_every_text_of_the_api_is_judged(staff, seattle, lamp, method, path, fields):
    answer = getattr(staff, method)(f"/api/v1/{path}", {"item_id": lamp.pk, **fields})

    pointers = {error["pointer"] for error in answer.json()["errors"]}
    [field] = [name for name, value in fields.items() if value == TERMINAL]
    assert problem_of(answer) == (422, "validation-error")
    assert f"#/{field}" in pointers


def test_the_reason_of_a_cancellation_is_judged(shopper, lamp):
    given_stock({lamp: 3})
    number = order(shopper, lamp).json()["number"]

    refused = shopper.post(f"/api/v1/orders/{number}/cancel/", {"reason": "no\u202eon"})
    taken = shopper.post(f"/api/v1/orders/{number}/cancel/", {"reason": "Two\nlines"})

    assert problem_of(refused) == (422, "validation-error")
    assert taken.status_code == 200


def test_an_address_is_judged(shopper, lamp):
    given_stock({lamp: 3})

    answer = order(shopper, lamp)
    parts = {**answer.json()["shipping_address"], "name": "Bob\u202e"}
    refused = shopper.patch(
        f"/api/v1/orders/{answer.json()['number']}/", {"shipping_address": parts}
    )

    assert refused.status_code == 422


@pytest.mark.django_db
def test_the_name_of_a_token_is_judged(client, alice):
    client.force_login(alice)

    answer = client.post(reverse("make_token"), {"name": TERMINAL, "days": "30"})

    assert "Control characters are not allowed." in answer.text


def test_a_bulk_line_is_judged(staff):
    answer = bulk_jobs.send(
        staff, bulk_jobs.ITEMS, bulk_jobs.lines(bulk_jobs.item("T", name=TERMINAL))
    )
    bulk_jobs.work()

    [line] = bulk_jobs.results(staff, answer)
    assert line["status"] == "failed"
    assert line["errors"][0]["pointer"] == "#/name"


def test_commands_print_old_texts_harmlessly(seattle, lamp):
    receive_stock(warehouse=seattle, item=lamp, quantity=2, reference=TERMINAL)

    output = command_output("trace_item", lamp.sku)

    assert "DN\\x1b[2J" in output
    assert "\x1b" not in output


def formatted(message: str, *args, exc_info=None) -> str:
    record = logging.LogRecord("shop", logging.ERROR, "", 0, message, args, exc_info)
    return LineFormatter("%(levelname)s %(message)s").format(record)


def test_a_text_from_outside_forges_no_line_of_the_log():
    line = formatted("Refused %s", "x\nERROR shop: all is lost\x1b[2J\u202e")

    assert line == "ERROR Refused x\\nERROR shop: all is lost\\x1b[2J\\u202e"


@pytest.mark.django_db
def test_the_row_that_an_error_of_the_database_quotes_stays_out_of_the_log(alice):
    with pytest.raises(IntegrityError) as raised, transaction.atomic():
        UserFactory(email=alice.email)
    assert alice.email in str(raised.value)

    traceback = formatted("It failed", exc_info=raised._excinfo)
    by_celery = formatted("Task failed: %r\n%s", raised.value, traceback)

    assert "duplicate key value violates unique constraint" in traceback
    assert "The above exception" in traceback
    assert not any(alice.email in text for text in (traceback, by_celery))


def test_a_message_of_an_exception_forges_no_line_of_the_log():
    try:
        raise ValueError("x\nERROR shop: all is lost\x1b[2J")
    except ValueError:
        first, *others = formatted("It failed", exc_info=sys.exc_info()).split("\n")

    assert first == "ERROR It failed"
    assert all(line.startswith(("Traceback", "    ")) for line in others)
    assert not any("\x1b" in line for line in others)


@pytest.mark.django_db
def test_mails_in_files_are_for_their_owner_only(settings, tmp_path):
    folder = tmp_path / "mail"
    folder.mkdir(mode=0o755)
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = folder
    queue_mail("alice@example.com", "Your link", "https://shop.example.com/secret")

    assert send_outgoing_mail() == 1

    [file] = folder.iterdir()
    assert _mode(folder) == 0o700
    assert _mode(file) == 0o600
    assert b"secret" in file.read_bytes()


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_refused_request_is_one_line_without_a_traceback():
    try:
        raise DisallowedHost("Invalid HTTP_HOST header: 'evil.example'.")
    except DisallowedHost as error:
        causes = (type(error), error, error.__traceback__)
    record = logging.LogRecord(
        "django.security.DisallowedHost", logging.ERROR, "", 1, str(causes[1]), (), causes
    )

    assert LeaveOutTraceback().filter(record)

    assert LineFormatter("%(message)s").format(record).splitlines() == [str(causes[1])]
    handlers = logging_settings(level="INFO", has_requests=False)["loggers"]["django.security"]
    assert handlers == {"handlers": ["refused"], "propagate": False}
