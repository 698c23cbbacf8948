"""An index of this test's own, and an indexer to call by hand."""

import pytest

from catalog.search import engines, synonyms
from catalog.search.indexing import Indexer
from catalog.search.local import LocalBackend


@pytest.fixture
def indexer(settings, tmp_path, monkeypatch) -> Indexer:
    """Follows changes when it is told to; begin with `indexer.follow()`."""
    settings.SEARCH_INDEX_DIR = str(tmp_path / "search")
    monkeypatch.setattr("catalog.search.local.RELOAD_SECONDS", 0)
    monkeypatch.setattr(engines, "local", LocalBackend())
    monkeypatch.setattr(synonyms, "_known", None)
    return Indexer()
