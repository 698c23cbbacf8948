"""Examples are called on this machine alone."""

import pytest


@pytest.fixture(autouse=True)
def loopback_is_allowed(settings):
    settings.WEBHOOKS_ALLOW_LOOPBACK = True
