"""How bulk jobs are cut in the tests."""

import pytest

from shop.integrations.bulk import uploads


@pytest.fixture
def chunks_of_two(monkeypatch):
    monkeypatch.setattr(uploads, "CHUNK_LINES", 2)
