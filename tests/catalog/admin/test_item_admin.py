"""Items and their stock in the admin."""

import pytest

from catalog.models import Item
from tests.support.factories import ItemFactory, given_stock

ITEMS = "/admin/catalog/item/"

pytestmark = pytest.mark.usefixtures("conserved")


def fields(**changes) -> dict:
    return {
        **{"sku": "NEW", "name": "Bell", "description": "", "price": "5.00", "brand": ""},
        **{"category": "", "is_active": "on"},
        **changes,
    }


def messages_of(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


@pytest.mark.parametrize("url", [ITEMS, "/admin/catalog/aggregatedstock/"])
def test_users_who_are_not_staff_see_no_list(client, mallory, url):
    client.force_login(mallory)

    response = client.get(url)

    assert response.status_code == 302
    assert response.url.startswith("/admin/login/")


@pytest.mark.parametrize("url", [ITEMS, "/admin/catalog/aggregatedstock/"])
def test_a_list_takes_few_queries_for_many_rows(desk, url, django_assert_max_num_queries):
    given_stock(dict.fromkeys(ItemFactory.create_batch(60), 3))

    with django_assert_max_num_queries(8):
        response = desk.get(url)

    assert response.status_code == 200
    assert len(response.context["cl"].result_list) == 50


@pytest.mark.parametrize(
    ("query", "skus"),
    [
        ("q=lamp", ["LAMP"]),
        ("q=LAM", ["LAMP"]),
        ("stock=none", ["RUG"]),
        ("stock=few", ["LAMP"]),
        ("stock=more", []),
        ("stock=other", ["RUG", "LAMP"]),
        ("is_active__exact=0", []),
        ("q=%00", ["RUG", "LAMP"]),
        ("q=%27%22%5C%28%26", []),
    ],
)
def test_items_are_searched_and_filtered(desk, lamp, rug, query, skus):
    given_stock({lamp: 3})

    response = desk.get(f"{ITEMS}?{query}")

    assert [item.sku for item in response.context["cl"].result_list] == skus


def test_a_new_item_gets_its_stock_row(desk):
    response = desk.post(f"{ITEMS}add/", fields())

    item = Item.objects.get(sku="NEW")
    assert response.status_code == 302
    assert item.stock == 0


def test_a_sku_that_is_taken_is_refused_on_the_form(desk, lamp):
    response = desk.post(f"{ITEMS}add/", fields(sku="LAMP"))

    assert response.status_code == 200
    assert "sku" in response.context["adminform"].form.errors
    assert Item.objects.get().name == lamp.name


def test_a_sku_that_is_taken_meanwhile_is_refused_with_a_message(desk, lamp, monkeypatch):
    monkeypatch.setattr(Item, "validate_unique", lambda *args, **kwargs: None)
    monkeypatch.setattr(Item, "validate_constraints", lambda *args, **kwargs: None)

    response = desk.post(f"{ITEMS}add/", fields(sku="LAMP"), follow=True)

    assert messages_of(response) == ["An item with the sku 'LAMP' exists already."]
    assert Item.objects.get().name == lamp.name


@pytest.mark.parametrize("price", ["-1", "1e30", "NaN", "five", "1.005", ""])
def test_an_invalid_price_is_refused_on_the_form(desk, lamp, price):
    response = desk.post(f"{ITEMS}{lamp.pk}/change/", fields(price=price))

    assert "price" in response.context["adminform"].form.errors


def test_an_item_is_changed_but_keeps_its_sku_and_stock(desk, lamp):
    given_stock({lamp: 3})

    desk.post(f"{ITEMS}{lamp.pk}/change/", fields(sku="OTHER", name="Tin lamp", stock="99"))

    item = Item.objects.get(pk=lamp.pk)
    assert (item.sku, item.name, item.stock) == ("LAMP", "Tin lamp", 3)


@pytest.mark.parametrize("action", ["take_off_sale", "put_on_sale"])
def test_items_are_put_on_and_taken_off_sale(desk, lamp, rug, action):
    Item.objects.filter(pk=rug.pk).update(is_active=False)

    desk.post(ITEMS, {"action": action, "_selected_action": [lamp.pk, rug.pk], "index": 0})

    assert set(Item.objects.values_list("is_active", flat=True)) == {action == "put_on_sale"}


def test_an_item_is_never_deleted(desk, lamp):
    assert desk.post(f"{ITEMS}{lamp.pk}/delete/", {"post": "yes"}).status_code == 403
    assert "delete_selected" not in desk.get(ITEMS).content.decode()


def test_aggregated_stock_can_only_be_read(desk, lamp):
    url = f"/admin/catalog/aggregatedstock/{lamp.pk}/"

    assert desk.get(f"{url}change/").status_code == 200
    assert desk.post(f"{url}change/", {"stock": 9}).status_code == 403
    assert desk.post(f"{url}delete/", {"post": "yes"}).status_code == 403


def test_pages_of_the_admin_have_no_inline_scripts_or_styles(desk, lamp):
    for url in ("/admin/", ITEMS, f"{ITEMS}{lamp.pk}/change/"):
        page = desk.get(url).content.decode()
        assert "<style" not in page
        assert "<script>" not in page
