"""Fixtures of the contract's tests, whose webhooks have loopback addresses."""

import pytest


@pytest.fixture(autouse=True)
def loopback_is_allowed(settings):
    settings.WEBHOOKS_ALLOW_LOOPBACK = True
