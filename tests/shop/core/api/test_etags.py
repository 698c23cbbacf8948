"""ETags: what is new is read, and what was seen is changed, or nothing (RFC 9110, 13)."""

import gzip
import json

import pytest
from django.test import Client

from tests.support.api import STAFF, as_seen, client_of, hold, order, parcel_of, problem_of
from tests.support.factories import ItemFactory, given_stock, stock_left

pytestmark = pytest.mark.usefixtures("conserved")

STALE = '"0000.0000"'


@pytest.fixture
def cart_of_two(shopper, lamp, rug):
    given_stock({lamp: 9, rug: 9})
    shopper.put(f"/api/v1/cart/items/{lamp.pk}/", {"quantity": 1})
    return shopper.put(f"/api/v1/cart/items/{rug.pk}/", {"quantity": 1})["ETag"]


# Reading


@pytest.mark.parametrize("path", ["items", "cart", "checkout", "orders", "warehouse-orders"])
def test_what_is_known_is_not_sent_again(alice, lamp, path):
    client = client_of(alice, "shopper", *STAFF)
    given_stock({lamp: 9})
    number = order(client, lamp).json()["number"]
    hold(client, lamp)
    parcel = parcel_of(client)
    url = {
        "items": f"/api/v1/items/{lamp.pk}/",
        "orders": f"/api/v1/orders/{number}/",
        "warehouse-orders": parcel,
    }.get(path, f"/api/v1/{path}/")

    first = client.get(url)
    known = client.get(url, headers={"If-None-Match": first["ETag"]})
    listed = client.get(url, headers={"If-None-Match": f'"other", {first["ETag"]}'})
    other = client.get(url, headers={"If-None-Match": '"other"'})

    assert (known.status_code, known.content, known["ETag"]) == (304, b"", first["ETag"])
    assert (listed.status_code, other.status_code) == (304, 200)
    assert other["ETag"] == first["ETag"]


@pytest.mark.parametrize(
    ("sent", "status"), [("*", 304), ("nonsense", 200), ("", 200), ('W/"{}"', 304), ("'{}'", 200)]
)
def test_other_ways_to_say_what_is_known(client, lamp, sent, status):
    url = f"/api/v1/items/{lamp.pk}/"
    tag = client.get(url)["ETag"].strip('"')

    answer = client.get(url, headers={"If-None-Match": sent.replace("{}", tag)})

    assert answer.status_code == status


def test_what_is_compressed_has_a_strong_tag_of_its_own(staff, lamp):
    url = f"/api/v1/items/{lamp.pk}/"
    staff.patch(url, {"description": "Brass. " * 99})

    plain, packed = staff.get(url), staff.get(url, headers={"Accept-Encoding": "gzip"})
    known = staff.get(url, headers={"If-None-Match": packed["ETag"]})
    changed = staff.patch(url, {"name": "Lamp"}, headers=as_seen(packed["ETag"]))

    assert json.loads(gzip.decompress(packed.content))["id"] == lamp.pk
    assert packed["ETag"] == f'{plain["ETag"][:-1]}-gzip"'
    assert (known.status_code, known["ETag"]) == (304, packed["ETag"])
    assert changed.status_code == 200


def test_a_packed_feed_is_not_sent_again(client, lamp):
    url, packing = "/feeds/google-merchant.xml", {"Accept-Encoding": "gzip"}

    first = client.get(url, headers=packing)
    known = client.get(url, headers={**packing, "If-None-Match": f'"x", {first["ETag"]}'})
    plain = client.get(url, headers={"If-None-Match": client.get(url)["ETag"]})

    assert first["ETag"].endswith('-gzip"')
    assert (known.status_code, known["ETag"]) == (304, first["ETag"])
    assert plain.status_code == 304
    assert not plain["ETag"].endswith('-gzip"')


@pytest.mark.parametrize("is_packed_before", [True, False])
def test_a_packed_static_file_is_not_sent_again(settings, tmp_path, is_packed_before):
    settings.STATIC_ROOT = str(tmp_path)
    (tmp_path / "big.css").write_bytes(b"a { color: red }\n" * 99)
    if is_packed_before:
        packed = gzip.compress(b"a { color: red }\n" * 99)
        (tmp_path / "big.css.gz").write_bytes(packed)
    client, packing = Client(), {"Accept-Encoding": "gzip"}

    first = client.get("/static/big.css", headers=packing)
    first.getvalue()
    known = client.get("/static/big.css", headers={**packing, "If-None-Match": first["ETag"]})

    assert (first.status_code, first["Content-Encoding"]) == (200, "gzip")
    assert first["ETag"].endswith('-gzip"') != is_packed_before
    assert (known.status_code, known["ETag"]) == (304, first["ETag"])


def test_the_tag_of_an_item_changes_with_its_stock_and_its_name(staff, lamp):
    url = f"/api/v1/items/{lamp.pk}/"
    tags = [staff.get(url)["ETag"]]

    given_stock({lamp: 3})
    tags.append(staff.get(url)["ETag"])
    tags.append(staff.patch(url, {"name": "Lamp"})["ETag"])

    assert len(set(tags)) == 3
    assert staff.get(url)["ETag"] == tags[-1]


# Changing


def test_an_item_that_was_seen_is_changed_even_if_one_was_sold(staff, shopper, lamp):
    given_stock({lamp: 9})
    url = f"/api/v1/items/{lamp.pk}/"
    seen = staff.get(url)["ETag"]
    order(shopper, lamp)

    answer = staff.patch(url, {"name": "Lamp"}, headers=as_seen(seen))

    assert (answer.status_code, answer.json()["name"]) == (200, "Lamp")


@pytest.mark.parametrize("tag", [STALE, "W/{}", "nonsense", '"', "{}x", '""', ""])
def test_a_tag_that_is_not_the_one_of_now_changes_nothing(staff, lamp, tag):
    url = f"/api/v1/items/{lamp.pk}/"
    now = staff.get(url)["ETag"]

    answer = staff.patch(url, {"name": "Lamp"}, headers=as_seen(tag.replace("{}", now)))

    assert problem_of(answer) == (412, "precondition-failed")
    assert answer.json()["etag"] == now
    assert staff.get(url).json()["name"] == "Brass desk lamp"


@pytest.mark.parametrize("tags", ["*", "{}", f"{STALE}, {{}}", 'W/"a" , {}'])
def test_a_tag_among_several_is_enough(staff, lamp, tags):
    url = f"/api/v1/items/{lamp.pk}/"
    now = staff.get(url)["ETag"]

    answer = staff.patch(url, {"name": "Lamp"}, headers=as_seen(tags.replace("{}", now)))

    assert (answer.status_code, answer["ETag"]) == (200, staff.get(url)["ETag"])


def test_an_item_is_replaced_whole(staff, lamp):
    url = f"/api/v1/items/{lamp.pk}/"
    new = {"sku": "LAMP", "name": "Lamp", "price": "5.00"}

    blind = staff.put(url, new)
    lacking = staff.put(url, {"name": "Lamp"}, headers=as_seen("*"))
    stale = staff.put(url, new, headers=as_seen(STALE))
    replaced = staff.put(url, new, headers=as_seen(staff.get(url)["ETag"]))

    assert problem_of(blind) == (428, "precondition-required")
    assert problem_of(lacking) == (422, "validation-error")
    assert problem_of(stale) == (412, "precondition-failed")
    assert replaced.status_code == 200
    assert (replaced.json()["name"], replaced.json()["category"]) == ("Lamp", "")


def test_what_is_not_there_cannot_be_changed_with_whatever_tag(staff, lamp):
    for tag in ("*", STALE):
        answer = staff.patch("/api/v1/items/999999/", {"name": "X"}, headers=as_seen(tag))
        assert problem_of(answer) == (404, "not-found")


def test_an_item_taken_off_sale_is_refused_without_a_tag(staff, lamp):
    url = f"/api/v1/items/{lamp.pk}/"
    staff.patch(url, {"is_active": False})

    answer = staff.patch(url, {"is_active": True}, headers=as_seen(STALE))

    assert (problem_of(answer), answer.json()["etag"]) == ((412, "precondition-failed"), None)


def test_a_line_of_a_cart_is_changed_with_the_carts_tag(shopper, cart_of_two, lamp, rug):
    url = f"/api/v1/cart/items/{lamp.pk}/"

    changed = shopper.put(url, {"quantity": 2}, headers=as_seen(cart_of_two))
    stale = shopper.put(url, {"quantity": 3}, headers=as_seen(cart_of_two))
    kept = shopper.delete(url, headers=as_seen(cart_of_two))
    removed = shopper.delete(url, headers=as_seen(changed["ETag"]))

    assert (changed.status_code, removed.status_code) == (200, 200)
    assert problem_of(stale) == problem_of(kept) == (412, "precondition-failed")
    assert stale.json()["etag"] == changed["ETag"]
    assert [line["item"]["id"] for line in removed.json()["items"]] == [rug.pk]


def test_a_cart_is_replaced_whole(shopper, cart_of_two, lamp, rug):
    chair = ItemFactory()
    given_stock({chair: 5})
    wanted = {"items": [{"item_id": pk, "quantity": 2} for pk in (chair.pk, rug.pk)]}

    blind = shopper.put("/api/v1/cart/", wanted)
    replaced = shopper.put("/api/v1/cart/", wanted, headers=as_seen(cart_of_two))
    stale = shopper.put("/api/v1/cart/", {"items": []}, headers=as_seen(cart_of_two))
    emptied = shopper.put("/api/v1/cart/", {"items": []}, headers=as_seen(replaced["ETag"]))

    assert problem_of(blind) == (428, "precondition-required")
    lines = {one["item"]["id"]: one["quantity"] for one in replaced.json()["items"]}
    assert lines == {chair.pk: 2, rug.pk: 2}
    assert problem_of(stale) == (412, "precondition-failed")
    assert (emptied.status_code, emptied.json()["items"]) == (200, [])


def test_a_cart_that_never_was_is_replaced_too(shopper, lamp):
    given_stock({lamp: 1})
    tag = shopper.get("/api/v1/cart/")["ETag"]

    answer = shopper.put(
        "/api/v1/cart/",
        {"items": [{"item_id": lamp.pk, "quantity": 1}]},
        headers=as_seen(tag),
    )

    assert len(answer.json()["items"]) == 1


def test_a_cart_is_replaced_whole_or_not_and_each_bad_line_is_named(shopper, cart_of_two, lamp):
    gone, many = ItemFactory(), ItemFactory()
    given_stock({many: 500})
    wanted = [(lamp.pk, 1), (gone.pk, 1), (many.pk, 100)]
    lines = [{"item_id": pk, "quantity": quantity} for pk, quantity in wanted]

    answer = shopper.put("/api/v1/cart/", {"items": lines}, headers=as_seen(cart_of_two))

    assert problem_of(answer) == (409, "out-of-stock")
    assert answer.json()["lines"] == [
        {"item_id": gone.pk, "stock": 0, "problem": "out-of-stock"},
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
def test_a_cart_that_makes_no_sense_is_refused_by_line(shopper, lamp, lines, pointer):
    given_stock({lamp: 1})
    items = lines and [
        {"item_id": lamp.pk if item == "lamp" else item, "quantity": quantity}
        for item, quantity in lines
    ]

    answer = shopper.put("/api/v1/cart/", {"items": items}, headers=as_seen("*"))

    assert problem_of(answer) == (422, "validation-error")
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert shopper.get("/api/v1/cart/").json()["items"] == []


def test_a_checkout_holds_the_cart_that_was_seen(shopper, cart_of_two, lamp):
    changed = shopper.put(f"/api/v1/cart/items/{lamp.pk}/", {"quantity": 2})

    stale = shopper.post("/api/v1/checkout/", headers=as_seen(cart_of_two))
    held = shopper.post("/api/v1/checkout/", headers=as_seen(changed["ETag"]))

    assert problem_of(stale) == (412, "precondition-failed")
    assert stale.json()["etag"] == changed["ETag"]
    assert held.status_code == 201


def test_a_cart_that_was_emptied_meanwhile_is_not_the_one_that_was_seen(shopper, cart_of_two):
    shopper.put("/api/v1/cart/", {"items": []}, headers=as_seen("*"))

    answer = shopper.post("/api/v1/checkout/", headers=as_seen(cart_of_two))

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


def test_an_order_is_cancelled_as_it_was_seen(shopper, staff, lamp):
    given_stock({lamp: 9})
    placed = order(shopper, lamp, 2)
    url = f"/api/v1/orders/{placed.json()['number']}/"
    parcel_of(staff)

    stale = shopper.post(f"{url}cancel/", headers=as_seen(placed["ETag"]))
    seen = shopper.get(url)["ETag"]
    some = {"items": [{"item_id": lamp.pk, "quantity": 1}]}
    part = shopper.post(f"{url}cancel/", some, headers=as_seen(seen))
    whole = shopper.post(f"{url}cancel/", headers=as_seen(part["ETag"]))

    assert problem_of(stale) == (412, "precondition-failed")
    assert stale.json()["etag"] == seen
    assert (part.status_code, whole.json()["status"]) == (200, "cancelled")
    assert stock_left(lamp) == (9,)


def test_a_parcel_is_picked_and_shipped_as_it_was_seen(shopper, staff, lamp):
    given_stock({lamp: 9})
    order(shopper, lamp, 2)
    url = parcel_of(staff)
    seen = staff.get(url)["ETag"]

    picked = staff.post(f"{url}pick/", {"assigned_to": "Truck 7"}, headers=as_seen(seen))
    stale = staff.post(f"{url}ship/", headers=as_seen(seen))
    shipped = staff.post(f"{url}ship/", headers=as_seen(picked["ETag"]))

    assert problem_of(stale) == (412, "precondition-failed")
    assert stale.json()["etag"] == picked["ETag"]
    assert (picked.status_code, shipped.json()["status"]) == (200, "shipped")
    assert staff.get(url)["ETag"] == shipped["ETag"]


def test_a_replayed_answer_has_the_first_ones_tag(staff, lamp):
    url = f"/api/v1/items/{lamp.pk}/"
    sent = {**as_seen(staff.get(url)["ETag"]), "Idempotency-Key": "k"}

    first = staff.patch(url, {"name": "Lamp"}, headers=sent)
    staff.patch(url, {"name": "Lantern"})
    again = staff.patch(url, {"name": "Lamp"}, headers=sent)

    assert (again.status_code, again["Idempotency-Replayed"]) == (200, "true")
    assert again["ETag"] == first["ETag"]
    assert staff.get(url).json()["name"] == "Lantern"


def test_the_description_tells_which_writes_take_a_tag(client):
    paths = client.get("/api/v1/schema/").json()["paths"]

    taking = {
        (path.removeprefix("/api/v1"), method): parameter.get("required", False)
        for path, methods in paths.items()
        for method, said in methods.items()
        for parameter in said.get("parameters", [])
        if parameter["name"] == "If-Match"
    }

    assert taking == {
        ("/items/{item_id}/", "put"): True,
        ("/items/{item_id}/", "patch"): False,
        ("/cart/", "put"): True,
        ("/cart/items/{item_id}/", "put"): False,
        ("/cart/items/{item_id}/", "delete"): False,
        ("/checkout/", "post"): False,
        ("/orders/{number}/cancel/", "post"): False,
        ("/warehouse-orders/{warehouse_order_id}/pick/", "post"): False,
        ("/warehouse-orders/{warehouse_order_id}/ship/", "post"): False,
    }
    assert {"412", "428"} <= paths["/api/v1/cart/"]["put"]["responses"].keys()
