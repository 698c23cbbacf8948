"""Conditional requests: If-None-Match for reads, If-Match for writes (RFC 9110, 13)."""

import gzip
import json

import pytest
from django.test import Client

from cart.models import Cart
from tests.support.api import STAFF, assign_the_order, client_of, hold, if_match, order, problem_of
from tests.support.factories import ItemFactory, given_stock, stock_left

pytestmark = pytest.mark.usefixtures("conserved")

STALE = '"0000.0000"'


@pytest.fixture
def cart_of_two(shopper, lamp, rug):
    given_stock({lamp: 9, rug: 9})
    shopper.put(f"/api/v1/cart/items/{lamp.pk}/", {"quantity": 1})
    return shopper.put(f"/api/v1/cart/items/{rug.pk}/", {"quantity": 1})["ETag"]


# If-None-Match


@pytest.mark.parametrize("path", ["items", "cart", "checkout", "orders", "warehouse-orders"])
def test_an_unchanged_response_is_a_304(alice, lamp, path):
    client = client_of(alice, "shopper", *STAFF)
    given_stock({lamp: 9})
    number = order(client, lamp).json()["number"]
    hold(client, lamp)
    parcel = assign_the_order(client)
    url = {
        "items": f"/api/v1/items/{lamp.pk}/",
        "orders": f"/api/v1/orders/{number}/",
        "warehouse-orders": parcel,
    }.get(path, f"/api/v1/{path}/")

    first = client.get(url)
    unchanged = client.get(url, headers={"If-None-Match": first["ETag"]})
    listed = client.get(url, headers={"If-None-Match": f'"other", {first["ETag"]}'})
    other = client.get(url, headers={"If-None-Match": '"other"'})

    assert (unchanged.status_code, unchanged.content, unchanged["ETag"]) == (
        304,
        b"",
        first["ETag"],
    )
    assert (listed.status_code, other.status_code) == (304, 200)
    assert other["ETag"] == first["ETag"]


@pytest.mark.parametrize(
    ("sent", "status"), [("*", 304), ("nonsense", 200), ("", 200), ('W/"{}"', 304), ("'{}'", 200)]
)
def test_if_none_match_has_other_forms(client, lamp, sent, status):
    url = f"/api/v1/items/{lamp.pk}/"
    tag = client.get(url)["ETag"].strip('"')

    answer = client.get(url, headers={"If-None-Match": sent.replace("{}", tag)})

    assert answer.status_code == status


def test_a_compressed_response_has_a_strong_tag_of_its_own(staff, lamp):
    url = f"/api/v1/items/{lamp.pk}/"
    staff.patch(url, {"description": "Brass. " * 99})

    plain, packed = staff.get(url), staff.get(url, headers={"Accept-Encoding": "gzip"})
    unchanged = staff.get(url, headers={"If-None-Match": packed["ETag"]})
    changed = staff.patch(url, {"name": "Lamp"}, headers=if_match(packed["ETag"]))

    assert json.loads(gzip.decompress(packed.content))["id"] == lamp.pk
    assert packed["ETag"] == f'{plain["ETag"][:-1]}-gzip"'
    assert (unchanged.status_code, unchanged["ETag"]) == (304, packed["ETag"])
    assert changed.status_code == 200


def test_an_unchanged_compressed_feed_is_a_304(client, lamp):
    url, packing = "/feeds/google-merchant.xml", {"Accept-Encoding": "gzip"}

    first = client.get(url, headers=packing)
    unchanged = client.get(url, headers={**packing, "If-None-Match": f'"x", {first["ETag"]}'})
    plain = client.get(url, headers={"If-None-Match": client.get(url)["ETag"]})

    assert first["ETag"].endswith('-gzip"')
    assert (unchanged.status_code, unchanged["ETag"]) == (304, first["ETag"])
    assert plain.status_code == 304
    assert not plain["ETag"].endswith('-gzip"')


@pytest.mark.parametrize("is_packed_before", [True, False])
def test_an_unchanged_compressed_static_file_is_a_304(settings, tmp_path, is_packed_before):
    settings.STATIC_ROOT = str(tmp_path)
    (tmp_path / "big.css").write_bytes(b"a { color: red }\n" * 99)
    if is_packed_before:
        packed = gzip.compress(b"a { color: red }\n" * 99)
        (tmp_path / "big.css.gz").write_bytes(packed)
    client, packing = Client(), {"Accept-Encoding": "gzip"}

    first = client.get("/static/big.css", headers=packing)
    first.getvalue()
    unchanged = client.get("/static/big.css", headers={**packing, "If-None-Match": first["ETag"]})

    assert (first.status_code, first["Content-Encoding"]) == (200, "gzip")
    assert first["ETag"].endswith('-gzip"') != is_packed_before
    assert (unchanged.status_code, unchanged["ETag"]) == (304, first["ETag"])


def test_the_tag_of_an_item_changes_with_its_stock_and_its_name(staff, lamp):
    url = f"/api/v1/items/{lamp.pk}/"
    tags = [staff.get(url)["ETag"]]

    given_stock({lamp: 3})
    tags.append(staff.get(url)["ETag"])
    tags.append(staff.patch(url, {"name": "Lamp"})["ETag"])

    assert len(set(tags)) == 3
    assert staff.get(url)["ETag"] == tags[-1]


# If-Match


def test_a_sale_does_not_change_the_version_of_an_item(staff, shopper, lamp):
    given_stock({lamp: 9})
    url = f"/api/v1/items/{lamp.pk}/"
    seen = staff.get(url)["ETag"]
    order(shopper, lamp)

    answer = staff.patch(url, {"name": "Lamp"}, headers=if_match(seen))

    assert (answer.status_code, answer.json()["name"]) == (200, "Lamp")


@pytest.mark.parametrize("tag", [STALE, "W/{}", "nonsense", '"', "{}x", '""', ""])
def test_an_outdated_tag_changes_nothing(staff, lamp, tag):
    url = f"/api/v1/items/{lamp.pk}/"
    now = staff.get(url)["ETag"]

    answer = staff.patch(url, {"name": "Lamp"}, headers=if_match(tag.replace("{}", now)))

    assert problem_of(answer) == (412, "precondition-failed")
    assert answer.json()["etag"] == now
    assert staff.get(url).json()["name"] == "Brass desk lamp"


@pytest.mark.parametrize("tags", ["*", "{}", f"{STALE}, {{}}", 'W/"a" , {}'])
def test_a_tag_among_several_is_enough(staff, lamp, tags):
    url = f"/api/v1/items/{lamp.pk}/"
    now = staff.get(url)["ETag"]

    answer = staff.patch(url, {"name": "Lamp"}, headers=if_match(tags.replace("{}", now)))

    assert (answer.status_code, answer["ETag"]) == (200, staff.get(url)["ETag"])


def test_an_item_is_replaced_whole(staff, lamp):
    url = f"/api/v1/items/{lamp.pk}/"
    new = {"sku": "LAMP", "name": "Lamp", "price": "5.00"}

    blind = staff.put(url, new)
    lacking = staff.put(url, {"name": "Lamp"}, headers=if_match("*"))
    stale = staff.put(url, new, headers=if_match(STALE))
    replaced = staff.put(url, new, headers=if_match(staff.get(url)["ETag"]))

    assert problem_of(blind) == (428, "precondition-required")
    assert problem_of(lacking) == (422, "validation-error")
    assert problem_of(stale) == (412, "precondition-failed")
    assert replaced.status_code == 200
    assert (replaced.json()["name"], replaced.json()["category"]) == ("Lamp", "")


def test_an_unknown_item_is_a_404_with_any_tag(staff, lamp):
    for tag in ("*", STALE):
        answer = staff.patch("/api/v1/items/999999/", {"name": "X"}, headers=if_match(tag))
        assert problem_of(answer) == (404, "not-found")


def test_an_item_taken_off_sale_is_refused_without_a_tag(staff, lamp):
    url = f"/api/v1/items/{lamp.pk}/"
    staff.patch(url, {"is_active": False})

    answer = staff.patch(url, {"is_active": True}, headers=if_match(STALE))

    assert (problem_of(answer), answer.json()["etag"]) == ((412, "precondition-failed"), None)


def test_a_line_of_a_cart_is_changed_with_the_carts_tag(shopper, cart_of_two, lamp, rug):
    url = f"/api/v1/cart/items/{lamp.pk}/"

    changed = shopper.put(url, {"quantity": 2}, headers=if_match(cart_of_two))
    stale = shopper.put(url, {"quantity": 3}, headers=if_match(cart_of_two))
    refused = shopper.delete(url, headers=if_match(cart_of_two))
    removed = shopper.delete(url, headers=if_match(changed["ETag"]))

    assert (changed.status_code, removed.status_code) == (200, 200)
    assert problem_of(stale) == problem_of(refused) == (412, "precondition-failed")
    assert stale.json()["etag"] == changed["ETag"]
    assert [line["item"]["id"] for line in removed.json()["items"]] == [rug.pk]


@pytest.mark.parametrize("content_type", ["application/json", "text/plain"])
@pytest.mark.parametrize("body", ["{}", "no json", '{"items": 7}', ""])
def test_a_replacement_without_its_etag_is_refused_before_its_body(
    shopper, staff, lamp, body, content_type
):
    answers = [
        shopper.generic("PUT", "/api/v1/cart/", body, content_type=content_type),
        staff.generic("PUT", f"/api/v1/items/{lamp.pk}/", body, content_type=content_type),
    ]

    assert [problem_of(answer) for answer in answers] == [(428, "precondition-required")] * 2
    assert not Cart.objects.exists()


def test_a_cart_is_replaced_whole(shopper, cart_of_two, lamp, rug):
    chair = ItemFactory()
    given_stock({chair: 5})
    cart = {"items": [{"item_id": pk, "quantity": 2} for pk in (chair.pk, rug.pk)]}

    blind = shopper.put("/api/v1/cart/", cart)
    replaced = shopper.put("/api/v1/cart/", cart, headers=if_match(cart_of_two))
    stale = shopper.put("/api/v1/cart/", {"items": []}, headers=if_match(cart_of_two))
    emptied = shopper.put("/api/v1/cart/", {"items": []}, headers=if_match(replaced["ETag"]))

    assert problem_of(blind) == (428, "precondition-required")
    lines = {line["item"]["id"]: line["quantity"] for line in replaced.json()["items"]}
    assert lines == {chair.pk: 2, rug.pk: 2}
    assert problem_of(stale) == (412, "precondition-failed")
    assert (emptied.status_code, emptied.json()["items"]) == (200, [])


def test_a_cart_without_a_row_is_replaced_too(shopper, lamp):
    given_stock({lamp: 1})
    tag = shopper.get("/api/v1/cart/")["ETag"]

    answer = shopper.put(
        "/api/v1/cart/",
        {"items": [{"item_id": lamp.pk, "quantity": 1}]},
        headers=if_match(tag),
    )

    assert len(answer.json()["items"]) == 1


def test_a_cart_is_replaced_whole_or_not_and_each_bad_line_is_named(shopper, cart_of_two, lamp):
    sold_out, many = ItemFactory(), ItemFactory()
    given_stock({many: 500})
    quantities = [(lamp.pk, 1), (sold_out.pk, 1), (many.pk, 100)]
    lines = [{"item_id": pk, "quantity": quantity} for pk, quantity in quantities]

    answer = shopper.put("/api/v1/cart/", {"items": lines}, headers=if_match(cart_of_two))

    assert problem_of(answer) == (409, "out-of-stock")
    assert answer.json()["lines"] == [
        {"item_id": sold_out.pk, "stock": 0, "problem": "out-of-stock"},
        {"item_id": many.pk, "wanted": 100, "limit": 99, "problem": "too-many-units"},
    ]
    assert shopper.get("/api/v1/cart/")["ETag"] == cart_of_two


@pytest.mark.parametrize(
    ("lines", "pointer"),
    [
        ([(0, 1)], "#/items/0/item_id"),
        ([("lamp", 1), (10**9, 1)], "#/items/1/item_id"),
        ([("lamp", 1), ("lamp", 2)], "#/items/1/item_id"),
        ([("lamp", 1000)], "#/items/0/quantity"),
        ([("lamp", 1)] * 1001, "#/items"),
        (None, "#/items"),
    ],
)
def test_an_invalid_cart_is_refused_by_line(shopper, lamp, lines, pointer):
    given_stock({lamp: 1})
    items = lines and [
        {"item_id": lamp.pk if item == "lamp" else item, "quantity": quantity}
        for item, quantity in lines
    ]

    answer = shopper.put("/api/v1/cart/", {"items": items}, headers=if_match("*"))

    assert problem_of(answer) == (422, "validation-error")
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert shopper.get("/api/v1/cart/").json()["items"] == []


def test_a_checkout_holds_the_cart_of_the_tag(shopper, cart_of_two, lamp):
    changed = shopper.put(f"/api/v1/cart/items/{lamp.pk}/", {"quantity": 2})

    stale = shopper.post("/api/v1/checkout/", headers=if_match(cart_of_two))
    held = shopper.post("/api/v1/checkout/", headers=if_match(changed["ETag"]))

    assert problem_of(stale) == (412, "precondition-failed")
    assert stale.json()["etag"] == changed["ETag"]
    assert held.status_code == 201


def test_an_emptied_cart_has_another_version(shopper, cart_of_two):
    shopper.put("/api/v1/cart/", {"items": []}, headers=if_match("*"))

    answer = shopper.post("/api/v1/checkout/", headers=if_match(cart_of_two))

    assert problem_of(answer) == (412, "precondition-failed")


def test_a_new_order_has_the_tag_that_it_is_read_with(shopper, lamp):
    given_stock({lamp: 9})
    placed = order(shopper, lamp)
    url = f"/api/v1/orders/{placed.json()['number']}/"

    again = shopper.get(url, headers={"If-None-Match": placed["ETag"]})

    assert again.status_code == 304
    assert list(placed.json()["shipping_address"]) == list(
        shopper.get(url).json()["shipping_address"]
    )


def test_an_order_is_cancelled_in_the_version_of_the_tag(shopper, staff, lamp):
    given_stock({lamp: 9})
    placed = order(shopper, lamp, 2)
    url = f"/api/v1/orders/{placed.json()['number']}/"
    assign_the_order(staff)

    stale = shopper.post(f"{url}cancel/", headers=if_match(placed["ETag"]))
    seen = shopper.get(url)["ETag"]
    lines = {"items": [{"item_id": lamp.pk, "quantity": 1}]}
    first = shopper.post(f"{url}cancel/", lines, headers=if_match(seen))
    second = shopper.post(f"{url}cancel/", headers=if_match(first["ETag"]))

    assert problem_of(stale) == (412, "precondition-failed")
    assert stale.json()["etag"] == seen
    assert (first.status_code, second.json()["status"]) == (200, "cancelled")
    assert stock_left(lamp) == (9,)


def test_a_parcel_is_picked_and_shipped_in_the_version_of_the_tag(shopper, staff, lamp):
    given_stock({lamp: 9})
    order(shopper, lamp, 2)
    url = assign_the_order(staff)
    seen = staff.get(url)["ETag"]

    picked = staff.post(f"{url}pick/", {"assigned_to": "Truck 7"}, headers=if_match(seen))
    stale = staff.post(f"{url}ship/", headers=if_match(seen))
    shipped = staff.post(f"{url}ship/", headers=if_match(picked["ETag"]))

    assert problem_of(stale) == (412, "precondition-failed")
    assert stale.json()["etag"] == picked["ETag"]
    assert (picked.status_code, shipped.json()["status"]) == (200, "shipped")
    assert staff.get(url)["ETag"] == shipped["ETag"]


def test_a_replayed_answer_has_the_first_ones_tag(staff, lamp):
    url = f"/api/v1/items/{lamp.pk}/"
    sent = {**if_match(staff.get(url)["ETag"]), "Idempotency-Key": "k"}

    first = staff.patch(url, {"name": "Lamp"}, headers=sent)
    staff.patch(url, {"name": "Lantern"})
    again = staff.patch(url, {"name": "Lamp"}, headers=sent)

    assert (again.status_code, again["Idempotency-Replayed"]) == (200, "true")
    assert again["ETag"] == first["ETag"]
    assert staff.get(url).json()["name"] == "Lantern"


def test_the_schema_lists_the_writes_with_if_match(client):
    paths = client.get("/api/v1/schema/").json()["paths"]

    taking = {
        (path.removeprefix("/api/v1"), method): parameter.get("required", False)
        for path, methods in paths.items()
        for method, operation in methods.items()
        for parameter in operation.get("parameters", [])
        if parameter["name"] == "If-Match"
    }

    assert taking == {
        ("/items/{item_id}/", "put"): True,
        ("/items/{item_id}/", "patch"): False,
        ("/cart/", "put"): True,
        ("/cart/items/{item_id}/", "put"): False,
        ("/cart/items/{item_id}/", "delete"): False,
        ("/checkout/", "post"): False,
        ("/orders/{number}/", "patch"): False,
        ("/orders/{number}/cancel/", "post"): False,
        ("/warehouse-orders/{warehouse_order_id}/", "patch"): False,
        ("/warehouse-orders/{warehouse_order_id}/pick/", "post"): False,
        ("/warehouse-orders/{warehouse_order_id}/unpick/", "post"): False,
        ("/warehouse-orders/{warehouse_order_id}/move/", "post"): False,
        ("/warehouse-orders/{warehouse_order_id}/ship/", "post"): False,
    }
    assert {"412", "428"} <= paths["/api/v1/cart/"]["put"]["responses"].keys()
