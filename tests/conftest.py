"""The shared cast: alice and bob buy, clerk works in the warehouse, mallory has no right."""

from math import inf

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test import override_settings

from catalog.search import cache as search_cache
from catalog.search.engines.tantivy_engine import TantivyEngine
from catalog.search.index.indexer import Indexer
from shop.core.http import token_bucket
from tests.shop.security_events import security_events  # noqa: F401 -- a fixture
from tests.support.factories import ItemFactory, UserFactory, WarehouseFactory
from tests.support.locks import watched_locks
from warehouses.stock.audit import find_breaches


@pytest.fixture(autouse=True, scope="session")
def plain_static_files():
    """Serve static files from the source tree; only the demo's own test collects them."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(STORAGES={**settings.STORAGES, "staticfiles": plain}):
        yield


@pytest.fixture(autouse=True, scope="session")
def quick_flush():
    """Empty the tables after a test with transactions of its own by deleting their few rows.

    That takes a tenth of the time of Django's TRUNCATE of every table. The tables of content
    types and permissions never change, so they stay, and need not be filled again.
    """
    flush = "django.core.management.commands.flush.emit_post_migrate_signal"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", _delete_rows)
        patch.setattr(flush, lambda *args, **kwargs: None)
        yield


def _delete_rows(operations, style, tables, **options) -> list[str]:
    """Return the statement that deletes all rows; histories that refuse that are truncated."""
    names = sorted(set(tables) - {"django_content_type", "auth_permission"})
    array = ", ".join(f"'{name}'" for name in names)
    return [
        f"""
        DO $$
        DECLARE name text; has_rows boolean;
        BEGIN
            FOREACH name IN ARRAY ARRAY[{array}] LOOP
                EXECUTE format('SELECT EXISTS (SELECT FROM %I)', name) INTO has_rows;
                CONTINUE WHEN NOT has_rows;
                IF EXISTS (SELECT FROM pg_trigger WHERE tgrelid = name::regclass
                                                    AND tgname = 'append_only') THEN
                    EXECUTE format('TRUNCATE %I', name);
                ELSE
                    EXECUTE format('DELETE FROM %I', name);
                END IF;
            END LOOP;
        END $$
        """  # noqa: S608 (the names come from Django, as identifiers of our own models)
    ]


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()
    search_cache.clear_process_cache()
    token_bucket.reset_outage()


@pytest.fixture
def alice(db):
    return UserFactory(email="alice@example.com")


@pytest.fixture
def bob(db):
    return UserFactory(email="bob@example.com")


@pytest.fixture
def desk(client, clerk):
    """The browser of the clerk, signed in to the admin."""
    client.force_login(clerk)
    return client


@pytest.fixture
def mallory(db):
    return UserFactory(email="mallory@example.com")


@pytest.fixture
def clerk(db):
    return UserFactory(email="clerk@example.com", is_staff=True, is_superuser=True)


@pytest.fixture
def lamp(db):
    return ItemFactory(sku="LAMP", name="Brass desk lamp", price="49.95", category="Lighting")


@pytest.fixture
def rug(db):
    return ItemFactory(sku="RUG", name="Wool rug", price="120.00", category="Home")


@pytest.fixture
def seattle(db):
    return WarehouseFactory(code="SEA1", name="Seattle")


@pytest.fixture
def dallas(db):
    return WarehouseFactory(code="DAL1", name="Dallas", postal_code="75201")


@pytest.fixture
def conserved(db):
    """Check the lock order during the test, and the conservation of units at its end."""
    with watched_locks():
        yield
    assert find_breaches() == []


@pytest.fixture
def indexer(settings, tmp_path, monkeypatch) -> Indexer:
    """An indexer that the test runs by hand, with an index of its own."""
    settings.SEARCH_INDEX_DIR = str(tmp_path / "search")
    monkeypatch.setattr("catalog.search.engines.tantivy_engine.RELOAD_SECONDS", 0)
    monkeypatch.setattr("catalog.search.engines.selection.local", TantivyEngine())
    monkeypatch.setattr("catalog.search.text.synonyms._synonyms", None)
    # A few changed items are a large part of a test's catalogue.
    monkeypatch.setattr("catalog.search.index.indexer.MAX_DRIFT", inf)
    return Indexer()
