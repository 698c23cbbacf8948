"""The index follows committed changes, and recovers from damage."""

import errno
import shutil
import threading
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from catalog.items import create_item, update_item
from catalog.models import ItemChange, SearchQueryStat
from catalog.search.change_feed import (
    Cursor,
    CursorLost,
    changes_since,
    current_cursor,
    record_changes,
)
from catalog.search.engines import selection
from catalog.search.index import generations
from catalog.search.index import indexer as indexer_module
from catalog.search.index.generations import Generation
from catalog.search.index.indexer import Indexer
from catalog.search.index.writer import index_frequent_queries
from catalog.search.query.search_query import SearchQuery
from catalog.search.service import get_item_catalogue, suggest
from orders.checkout.holds import cancel_checkout
from tests.support.factories import ItemFactory, given_stock
from tests.support.stories import hold

pytestmark = pytest.mark.django_db(transaction=True)


def names(text: str = "", **fields) -> list[str]:
    query = SearchQuery(text=text, **fields)
    return [item.name for item in get_item_catalogue(query).items]


def changed_ids() -> list[int]:
    return list(ItemChange.objects.order_by("pk").values_list("item_id", flat=True))


# The change feed


def test_a_transaction_that_commits_late_is_not_skipped(lamp, rug):
    cursor = current_cursor()
    has_begun, may_commit = threading.Event(), threading.Event()

    def commit_late() -> None:
        with transaction.atomic():
            record_changes([lamp.pk])
            has_begun.set()
            may_commit.wait(10)
        connection.close()

    late = threading.Thread(target=commit_late)
    late.start()
    has_begun.wait(10)
    record_changes([rug.pk])  # by a transaction that is younger, and commits first

    first, cursor = changes_since(cursor)
    may_commit.set()
    late.join()
    second, cursor = changes_since(cursor)

    assert (first, second) == ([rug.pk], [lamp.pk])
    assert changes_since(cursor)[0] == []


def test_a_change_that_is_rolled_back_is_none(lamp):
    cursor = current_cursor()

    with transaction.atomic():
        record_changes([lamp.pk])
        transaction.set_rollback(True)

    assert changes_since(cursor)[0] == []


def test_a_cursor_of_another_database_is_refused():
    with pytest.raises(CursorLost):
        changes_since(Cursor("another", current_cursor().snapshot))


def test_stock_is_a_change_only_when_it_crosses_zero(alice, lamp):
    given_stock({lamp: 2})
    ItemChange.objects.all().delete()

    hold(alice, {lamp: 1})
    after_one = changed_ids()
    hold(alice, {lamp: 2})
    after_both = changed_ids()
    cancel_checkout(customer=alice)

    assert (after_one, after_both, changed_ids()) == ([], [lamp.pk], [lamp.pk, lamp.pk])


def test_a_refused_change_leaves_none(alice, lamp):
    ItemChange.objects.all().delete()

    with pytest.raises(ValueError, match="price"), transaction.atomic():
        update_item(item_id=lamp.pk, name="Copper")
        raise ValueError("price")

    assert changed_ids() == []


# Following


def test_each_committed_change_is_found_also_by_a_cached_query(indexer, lamp):
    indexer.follow()
    for _ in range(3):
        assert names("brass") == ["Brass desk lamp"]

    create_item(sku="NEW", name="Brass bell", price="5.00")
    update_item(item_id=lamp.pk, name="Copper lamp")
    indexer.follow()

    assert names("brass") == ["Brass bell"]
    assert names("copper") == ["Copper lamp"]


def test_a_delisted_item_is_gone_before_the_index_is_updated(indexer, lamp):
    indexer.follow()
    assert names("brass") == ["Brass desk lamp"]

    update_item(item_id=lamp.pk, is_active=False)

    assert names("brass") == []


def test_the_filter_by_stock_follows(indexer, alice, lamp):
    given_stock({lamp: 1})
    indexer.follow()
    assert names(in_stock=True) == ["Brass desk lamp"]

    hold(alice, {lamp: 1})
    before_the_update = names(in_stock=True)
    indexer.follow()
    after = names(in_stock=True)
    cancel_checkout(customer=alice)
    indexer.follow()

    assert (before_the_update, after) == ([], [])
    assert names(in_stock=True) == ["Brass desk lamp"]


def test_each_search_after_a_committed_checkout_shows_what_is_left(indexer, alice, lamp, settings):
    settings.MAX_HOLDS_PER_HOUR = 10_000
    given_stock({lamp: 50})
    indexer.follow()
    quantities = [1 + n % 7 for n in range(1000)]
    stocks = []

    for units in quantities:
        hold(alice, {lamp: units})
        stocks.append(get_item_catalogue(SearchQuery(text="lamp")).items[0].stock)

    assert stocks == [50 - units for units in quantities]


def test_misspelt_words_are_corrected_to_new_words(indexer, lamp):
    indexer.follow()
    create_item(sku="THEREMIN", name="Theremin", price="500.00")
    indexer.follow()

    assert get_item_catalogue(SearchQuery(text="teremin")).corrected_query == "theremin"


# Damage


def test_without_an_index_postgresql_answers(indexer, lamp):
    assert names("brass") == ["Brass desk lamp"]


@pytest.mark.parametrize("damage", ["gone", "garbage", "no cursor"])
def test_a_damaged_index_is_built_anew(indexer, lamp, damage):
    indexer.follow()
    assert names("brass") == ["Brass desk lamp"]
    folder = generations.current_folder()

    if damage == "gone":
        shutil.rmtree(folder)
    elif damage == "garbage":
        for path in (folder / "items").iterdir():
            path.unlink()
        (folder / "items" / "meta.json").write_text("garbage")
    else:
        (folder / "cursor").write_text("{}")
    meanwhile = names("brass")
    Indexer().follow()

    assert meanwhile == names("brass") == ["Brass desk lamp"]
    assert selection.local.index_state().startswith(generations.current_folder().name)
    assert generations.current_folder() != folder


def test_an_indexer_that_died_before_it_wrote_its_cursor_applies_the_changes_again(indexer, lamp):
    indexer.follow()
    cursor = (generations.current_folder() / "cursor").read_text()
    create_item(sku="NEW", name="Brass bell", price="5.00")
    indexer.follow()

    (generations.current_folder() / "cursor").write_text(cursor)
    Indexer().follow()

    assert sorted(names("brass")) == ["Brass bell", "Brass desk lamp"]


def test_a_rebuild_replaces_the_current_generation(indexer, lamp, capsys):
    indexer.follow()
    before = generations.current_folder()

    call_command("rebuild_search")

    assert "1 items indexed" in capsys.readouterr().out
    assert generations.current_folder() != before
    assert not before.exists()
    assert names("brass") == ["Brass desk lamp"]


def test_a_rebuild_that_outlasts_the_outbox_loses_no_change(indexer, lamp, rug, monkeypatch):
    monkeypatch.setattr(indexer_module, "FOLLOW_SECONDS", 0)
    built = []

    def change_and_forget() -> None:
        built.append(len(built))
        if len(built) == 1:  # the lamp has been read
            update_item(item_id=lamp.pk, name="Theremin")
        else:  # the feed has been read before the second item
            ItemChange.objects.all().delete()

    indexer_module.rebuild(on_item=change_and_forget)

    assert len(built) == 2
    assert not ItemChange.objects.exists()
    assert names("theremin") == ["Theremin"]


def test_two_machines_have_their_own_index(indexer, lamp, settings, tmp_path):
    indexer.follow()
    settings.SEARCH_INDEX_DIR = str(tmp_path / "another machine")
    another = Indexer()
    another.follow()
    ItemFactory(name="Brass bell")

    record_changes(ItemFactory._meta.model.objects.values_list("pk", flat=True))
    another.follow()
    names_of_another = sorted(names("brass"))
    settings.SEARCH_INDEX_DIR = str(Path(tmp_path / "search"))

    assert names_of_another == ["Brass bell", "Brass desk lamp"]
    assert names("brass") == ["Brass desk lamp"]


def test_an_index_that_has_drifted_is_built_anew_in_the_background(indexer, monkeypatch):
    monkeypatch.setattr("catalog.search.index.indexer.MAX_DRIFT", 0.5)
    indexer.follow()  # of nothing
    empty = generations.current_folder()
    for n in range(3):
        create_item(sku=f"INK{n}", name=f"Ink cartridge {n}", price="5.00")

    indexer.follow()
    indexer._rebuilding.join(20)
    indexer.follow()

    assert generations.current_folder() != empty
    assert suggest("ink")[0] == "ink cartridge"
    assert sorted(names("ink")) == ["Ink cartridge 0", "Ink cartridge 1", "Ink cartridge 2"]


def test_a_query_that_is_no_longer_frequent_is_no_longer_suggested(indexer, lamp):
    indexer.follow()
    SearchQueryStat.objects.create(text="brass bell", count=9, results=1)
    index_frequent_queries(Generation(generations.current_folder()))
    suggested = suggest("brass b")
    SearchQueryStat.objects.all().delete()

    index_frequent_queries(Generation(generations.current_folder()))

    assert suggested == ["brass bell"]
    assert suggest("brass b") == []


def test_a_full_disk_ends_neither_the_indexer_nor_the_search(indexer, lamp, monkeypatch):
    def raise_disk_full(*args, **kwargs):
        tries.append(1)
        raise OSError(errno.ENOSPC, "No space left on device")

    tries: list[int] = []
    monkeypatch.setattr("catalog.search.index.indexer.RETRY_SECONDS", 0)
    monkeypatch.setattr(generations, "create_folder", raise_disk_full)

    indexer.run(is_stopped=lambda: len(tries) == 3)

    assert names("brass") == ["Brass desk lamp"]


def test_a_damaged_index_on_a_disk_that_cannot_be_written_is_not_searched(
    indexer, lamp, monkeypatch
):
    indexer.follow()
    for path in (generations.current_folder() / "items").glob("*.*"):
        path.write_text("garbage")

    def raise_read_only(*args, **kwargs):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Path, "touch", raise_read_only)

    assert names("brass") == ["Brass desk lamp"]


def test_an_index_replaced_while_it_was_written_is_not_broken(indexer, lamp, monkeypatch, caplog):
    indexer.follow()
    former = generations.current_folder()
    create_item(sku="NEW", name="Brass bell", price="5.00")
    read = indexer_module.read_documents

    def read_while_the_index_is_replaced(item_ids):
        if generations.current_folder() == former:
            indexer_module.rebuild()
        return read(item_ids)

    monkeypatch.setattr(indexer_module, "read_documents", read_while_the_index_is_replaced)
    indexer.follow()
    indexer.follow()

    assert "broken" not in caplog.text
    assert sorted(names("brass")) == ["Brass bell", "Brass desk lamp"]
