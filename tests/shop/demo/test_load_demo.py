"""Loading the demo: once, completely, and only in a demo."""

from io import StringIO
from unittest.mock import Mock

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.items import update_item
from catalog.models import Item
from shop.accounts.models import User
from shop.demo.loading import STOCK
from tests.support.locks import LOCKING
from warehouses.inventory.adjustments import discard_stock
from warehouses.inventory.feeds import StockFeed
from warehouses.models import StockMovement, Warehouse, WarehouseStock

pytestmark = pytest.mark.usefixtures("conserved")


@pytest.fixture(autouse=True)
def demo(settings, tmp_path):
    settings.DEMO = True
    settings.MEDIA_ROOT = tmp_path


def load_demo(*arguments: str) -> str:
    out = StringIO()
    call_command("load_demo", *arguments, stdout=out)
    return out.getvalue().strip()


def sign_in(email: str) -> Client:
    client = Client()
    fields = {"login": email, "password": "demo"}
    assert client.post("/accounts/login/", fields).status_code == 302
    return client


def test_the_demo_brings_items_with_pictures_warehouses_and_stock():
    output = load_demo()

    items = Item.objects.all()
    assert output == "The demo is loaded."
    assert items.count() >= 300
    assert items.values("category").distinct().count() >= 12
    assert all(default_storage.exists(item.image.name) for item in items)
    assert all(item.image.name.endswith(".svg") for item in items)
    assert Warehouse.objects.count() == 6
    assert WarehouseStock.objects.filter(available_stock__gt=0).exists()


def test_the_demo_accounts_can_sign_in():
    load_demo()

    shopper, staff = sign_in("shopper@example.com"), sign_in("staff@example.com")

    assert shopper.get("/orders/").status_code == 200
    assert shopper.get("/admin/").status_code == 302
    assert staff.get("/admin/").status_code == 200


def test_the_demo_administrator_can_sign_in_at_the_admin():
    load_demo()

    client = Client()
    sign_in_page = client.get("/admin/", follow=True)
    url, _ = sign_in_page.redirect_chain[-1]
    page = client.post(url, {"login": "staff@example.com", "password": "demo"}, follow=True)

    assert url == "/accounts/login/?next=%2Fadmin%2F"
    assert (page.redirect_chain[-1], page.status_code) == (("/admin/", 302), 200)


def test_loading_again_changes_nothing_and_resets_nothing(django_assert_max_num_queries):
    load_demo()
    row = WarehouseStock.objects.filter(available_stock__gt=1).first()
    discard_stock(warehouse=row.warehouse, item=row.item, quantity=1)
    update_item(item_id=row.item_id, name="Renamed", image="")
    User.objects.get(email="shopper@example.com").set_password("other")
    movements = StockMovement.objects.count()

    with django_assert_max_num_queries(12):
        output = load_demo()

    row.item.refresh_from_db()
    assert output == "The demo was loaded before."
    assert (row.item.name, row.item.image.name) == ("Renamed", "")
    assert StockMovement.objects.count() == movements


def test_loading_locks_each_table_once():
    with CaptureQueriesContext(connection) as queries:
        load_demo()

    assert [match[1] for query in queries if (match := LOCKING.search(query["sql"]))] == [
        "catalog_aggregatedstock",
        "warehouses_warehousestock",
        "warehouses_shortfall",
    ]


def test_a_load_that_broke_off_is_finished_by_the_next_one(monkeypatch):
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(StockFeed, "take", Mock(side_effect=KeyboardInterrupt))
        load_demo()
    loaded_before = Item.objects.count()

    output = [load_demo(), load_demo()]

    assert loaded_before == Item.objects.count() > 0
    assert output == ["The demo is loaded.", "The demo was loaded before."]
    assert StockMovement.objects.count() == len(STOCK.read_text("utf-8").splitlines()) - 1


def test_a_picture_that_was_lost_is_drawn_again():
    load_demo()
    lost = Item.objects.first().image.name
    default_storage.delete(lost)

    load_demo()

    assert default_storage.exists(lost)


def test_accounts_with_a_known_password_are_made_in_a_demo_only(settings):
    settings.DEMO = False

    with pytest.raises(CommandError, match="Add --force if you mean it"):
        load_demo()

    assert not User.objects.exists()
    assert not Item.objects.exists()


def test_the_demo_can_be_forced(settings):
    settings.DEMO = False

    output = load_demo("--force")

    assert output == "The demo is loaded."
