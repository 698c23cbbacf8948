"""What the security log wrote, as a fixture: `security_events.of("authn_login_fail")`."""

import json
import logging

import pytest


class SecurityEvents(logging.Handler):
    """A handler that keeps the lines of the security log, parsed."""

    def __init__(self):
        super().__init__()
        self.raw = []

    def emit(self, record):
        self.raw.append(record.getMessage())

    @property
    def events(self) -> list[dict]:
        return [json.loads(line) for line in self.raw]

    def of(self, action: str) -> list[dict]:
        return [event for event in self.events if event["event.action"] == action]


@pytest.fixture
def security_events():
    handler = SecurityEvents()
    logger = logging.getLogger("shop.security")
    logger.addHandler(handler)
    yield handler
    logger.removeHandler(handler)
