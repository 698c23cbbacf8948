"""Small chunks for the tests of bulk jobs."""

import pytest

from shop.integrations.bulk import uploads


@pytest.fixture
def chunks_of_two(monkeypatch):
    monkeypatch.setattr(uploads, "CHUNK_LINES", 2)
