"""The example program of the documentation runs."""

import subprocess
import sys

import pytest
from django.conf import settings

from orders.models import Order
from shop.accounts.models import ApiToken
from tests.support.factories import given_stock, stock_left

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("conserved"),
]
BUY_SOMETHING = settings.BASE_DIR / "docs/api/buy_something.py"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", str(BUY_SOMETHING), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_the_example_buys_something(live_server, alice, lamp):
    given_stock({lamp: 3})
    token = ApiToken.issue(user=alice, scopes=["shopper"])

    result = run(live_server.url, token, "brass lamp")

    placed = Order.objects.get()
    assert result.stdout == f"Order {placed.number}: 49.95 USD, submitted\n", result.stderr
    assert stock_left(lamp) == (2,)


def test_the_example_says_why_it_was_refused(live_server, lamp):
    given_stock({lamp: 3})

    result = run(live_server.url, "no-such-token", "brass lamp")

    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith("A token is needed")
    assert stock_left(lamp) == (3,)
