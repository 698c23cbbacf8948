"""Imports of warehouses and of received stock."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from psycopg.errors import DeadlockDetected

from tests.support.concurrency import at_once
from tests.support.factories import given_stock, stock_left
from tests.support.locks import LOCKING
from tests.support.stories import hold
from warehouses.inventory.adjustments import discard_stock
from warehouses.inventory.feeds import WarehouseFeed
from warehouses.inventory.receiving import Receipt, receive_delivery, receive_stock
from warehouses.models import StockMovement, Warehouse, WarehouseStock

pytestmark = pytest.mark.usefixtures("conserved")

WAREHOUSE_COLUMNS = "code,name,postal_code,latitude,longitude"
STOCK_COLUMNS = "sku,warehouse,quantity,reference"


@pytest.fixture
def feed(tmp_path):
    def write(*lines: str):
        path = tmp_path / "feed.csv"
        path.write_text("\n".join(lines), encoding="utf-8")
        return path

    return write


def run(command: str, path, **options) -> tuple[str, list[str]]:
    out, err = StringIO(), StringIO()
    call_command(command, path, stdout=out, stderr=err, **options)
    return out.getvalue().strip(), err.getvalue().splitlines()


def reasons(refused: list[str]) -> dict[int, str]:
    return {int(line.split(":")[1]): line.split(": ", 1)[1] for line in refused}


def test_warehouses_are_inserted_and_updated_by_code(feed, seattle):
    path = feed(WAREHOUSE_COLUMNS, "SEA1,Seattle South,98108,47.5,-122.3", "RNO1,Reno,89431,,")

    output, _ = run("import_warehouses", path)
    again, _ = run("import_warehouses", path)

    seattle.refresh_from_db()
    assert output == "2 rows: 1 new, 1 updated, 0 unchanged, 0 repeated, 0 refused"
    assert again == "2 rows: 0 new, 0 updated, 2 unchanged, 0 repeated, 0 refused"
    assert (seattle.name, seattle.latitude, seattle.longitude) == ("Seattle South", 47.5, -122.3)
    assert Warehouse.objects.get(code="RNO1").latitude is None


def test_warehouses_of_several_files_keep_the_location_that_only_one_file_has(tmp_path):
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    first.write_text(f"{WAREHOUSE_COLUMNS}\nSEA1,Seattle,98108,47.5,-122.3\n", encoding="utf-8")
    second.write_text("code,name,postal_code\nSEA1,South,98108\nRNO1,Reno,89431\n", "utf-8")
    out = StringIO()

    call_command("import_warehouses", first, second, strict=True, stdout=out)

    assert out.getvalue().startswith("3 rows: 2 new, 0 updated, 0 unchanged, 1 repeated")
    assert list(Warehouse.objects.order_by("code").values_list("code", "name", "latitude")) == [
        ("RNO1", "Reno", None),
        ("SEA1", "South", 47.5),
    ]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("A B,Name,98101,1,1", "code: Use letters"),
        (",Name,98101,1,1", "code: This field cannot be blank"),
        ("A,,98101,1,1", "name: This field cannot be blank"),
        ("A,Name,98101,91,1", "latitude: Ensure this value is less"),
        ("A,Name,98101,1,-181", "longitude: Ensure this value is greater"),
        ("A,Name,98101,nan,1", "latitude 'nan' is not a number"),
        ("A,Name,98101,north,1", "latitude 'north' is not a number"),
        ("A,Name,98101,1,", "latitude and longitude come together"),
        ("A" * 17 + ",Name,98101,1,1", "code: Ensure this value has at most 16"),
    ],
)
def test_an_invalid_warehouse_is_refused(feed, row, reason):
    _, refused = run("import_warehouses", feed(WAREHOUSE_COLUMNS, row))

    assert reasons(refused)[2].startswith(reason)
    assert not Warehouse.objects.exists()


def test_a_stock_file_is_received_once(feed, lamp, rug, seattle, dallas):
    path = feed(
        STOCK_COLUMNS, "LAMP,SEA1,5,N1", "LAMP,DAL1,2,N1", "RUG,SEA1,0,N1", "LAMP,SEA1,3,N2"
    )

    output, refused = run("import_stock", path)
    again, _ = run("import_stock", path)

    assert output == "4 rows: 3 received, 1 unchanged, 0 refused"
    assert again == "4 rows: 0 received, 4 unchanged, 0 refused"
    assert refused == []
    assert stock_left(lamp, rug) == (10, 0)
    assert StockMovement.objects.count() == 3


def test_invalid_rows_are_refused_and_the_others_received(feed, lamp, seattle):
    path = feed(
        STOCK_COLUMNS,
        "LAMP,SEA1,5,N1",
        "NONE,SEA1,5,N1",
        "LAMP,NONE,5,N1",
        "LAMP,SEA1,5,",
        "LAMP,SEA1,-5,N2",
        "LAMP,SEA1,1.5,N2",
        "LAMP,SEA1,99999999999999999999999,N2",
        "LAMP,SEA1,5," + "x" * 201,
        "LAMP,SEA1,5,N1",
        "LAMP,SEA1,6,N1",
        "LAMP,SEA1,1,N3",
    )

    output, refused = run("import_stock", path)

    assert output == "11 rows: 2 received, 1 unchanged, 8 refused"
    assert reasons(refused) == {
        3: "there is no item with the sku 'NONE'",
        4: "there is no warehouse 'NONE'",
        5: "reference is empty",
        6: "quantity '-5' is not a whole number of units",
        7: "quantity '1.5' is not a whole number of units",
        8: "quantity '99999999999999999999999' is more than 1000000 units",
        9: "reference is longer than 200 characters",
        11: "'N1' was received before with 5 units.",
    }
    assert stock_left(lamp) == (6,)


def test_a_reference_received_before_with_another_quantity_is_refused(feed, lamp, seattle):
    receive_stock(warehouse=seattle, item=lamp, quantity=4, reference="N1")

    output, refused = run("import_stock", feed(STOCK_COLUMNS, "LAMP,SEA1,5,N1"))

    assert output == "1 rows: 0 received, 0 unchanged, 1 refused"
    assert reasons(refused) == {2: "'N1' was received before with 4 units."}
    assert stock_left(lamp) == (4,)


def test_a_strict_stock_import_receives_nothing_when_a_row_is_bad(feed, lamp, seattle):
    path = feed(STOCK_COLUMNS, "LAMP,SEA1,5,N1", "NONE,SEA1,5,N1")

    with pytest.raises(CommandError, match="Nothing was taken"):
        run("import_stock", path, strict=True)

    assert stock_left(lamp) == (0,)
    assert not StockMovement.objects.exists()


def test_a_strict_stock_import_receives_nothing_when_a_later_row_conflicts(
    feed, monkeypatch, lamp, rug, seattle
):
    monkeypatch.setattr("warehouses.inventory.feeds.StockFeed.batch_size", 1)
    receive_stock(warehouse=seattle, item=rug, quantity=4, reference="N1")
    path = feed(STOCK_COLUMNS, "LAMP,SEA1,5,N1", "NONE,SEA1,5,N1", "RUG,SEA1,5,N1", "RUG,SEA1,x,N2")
    err = StringIO()

    with pytest.raises(CommandError, match="Nothing was taken: 3 of 4 rows are bad"):
        call_command("import_stock", path, strict=True, stdout=StringIO(), stderr=err)

    assert list(reasons(err.getvalue().splitlines())) == [3, 4, 5]
    assert stock_left(lamp, rug) == (0, 4)
    assert StockMovement.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_strict_stock_import_of_many_batches_locks_each_table_once(
    feed, monkeypatch, lamp, rug, seattle, dallas
):
    monkeypatch.setattr("warehouses.inventory.feeds.StockFeed.batch_size", 1)
    path = feed(STOCK_COLUMNS, "RUG,SEA1,2,N1", "LAMP,SEA1,5,N1", "LAMP,DAL1,1,N1")

    with CaptureQueriesContext(connection) as queries:
        output, _ = run("import_stock", path, strict=True)

    assert output == "3 rows: 3 received, 0 unchanged, 0 refused"
    assert [match[1] for query in queries if (match := LOCKING.search(query["sql"]))] == [
        "catalog_aggregatedstock",
        "warehouses_warehousestock",
        "warehouses_shortfall",
    ]


@pytest.mark.django_db(transaction=True)
def test_a_batch_that_is_tried_again_after_a_deadlock_is_not_counted_as_repeated(feed, monkeypatch):
    take = WarehouseFeed.take
    deadlocks = [DeadlockDetected()]

    def take_with_a_deadlock(self, rows):
        result = take(self, rows)
        if deadlocks:
            raise OperationalError from deadlocks.pop()
        return result

    monkeypatch.setattr(WarehouseFeed, "take", take_with_a_deadlock)

    output, _ = run("import_warehouses", feed(WAREHOUSE_COLUMNS, "RNO1,Reno,89431,,"))

    assert output == "1 rows: 1 new, 0 updated, 0 unchanged, 0 repeated, 0 refused"


def test_a_delivery_takes_the_same_statements_for_many_lines(
    django_assert_max_num_queries, lamp, rug, seattle, dallas
):
    receipts = [
        Receipt(warehouse, item.pk, 5, f"N{number}")
        for warehouse in (seattle, dallas)
        for item in (lamp, rug)
        for number in range(10)
    ]

    with django_assert_max_num_queries(15):
        receive_delivery(receipts)

    assert stock_left(lamp, rug) == (100, 100)
    assert WarehouseStock.objects.get(item=rug, warehouse=dallas).physical_stock == 50


def test_a_delivery_resolves_shortfalls_before_it_goes_on_sale(alice, lamp, rug, seattle):
    given_stock({lamp: 4, rug: 4}, seattle)
    hold(alice, {lamp: 3})
    shortfall = discard_stock(warehouse=seattle, item=lamp, quantity=4).shortfall

    receive_delivery(
        [
            Receipt(seattle, lamp.pk, 2, "N1"),
            Receipt(seattle, rug.pk, 2, "N1"),
            Receipt(seattle, lamp.pk, 2, "N2"),
        ]
    )

    shortfall.refresh_from_db()
    assert (shortfall.promised, shortfall.resolved_at is not None) == (0, True)
    assert stock_left(lamp, rug) == (1, 6)


@pytest.mark.django_db(transaction=True)
def test_the_same_file_imported_twice_at_once_is_received_once(feed, lamp, rug, seattle):
    path = feed(STOCK_COLUMNS, "RUG,SEA1,2,N1", "LAMP,SEA1,5,N1")

    outputs = at_once(*[lambda: run("import_stock", path)[0]] * 4)

    assert sorted(outputs)[-1] == "2 rows: 2 received, 0 unchanged, 0 refused"
    assert stock_left(lamp, rug) == (5, 2)
    assert StockMovement.objects.count() == 2
