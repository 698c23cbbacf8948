"""The demo's files and pictures hold together; nothing here touches the database."""

import csv
import re
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest

import shop.demo
from shop.demo.drawing import draw_picture
from shop.demo.drawing.motifs import DEPARTMENTS, PARCEL, choose_motif

FILES = Path(shop.demo.__file__).parent
PRICE_IN_DOLLARS = re.compile(r"(\d+\.\d{2}) USD")


def rows_of(name, *, delimiter=","):
    with (FILES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


@pytest.fixture(scope="module")
def products():
    return rows_of("products.tsv", delimiter="\t")


@pytest.fixture(scope="module")
def warehouses():
    return rows_of("warehouses.csv")


@pytest.fixture(scope="module")
def stock():
    return rows_of("stock.csv")


@pytest.fixture(scope="module")
def warehouses_of(stock):
    """The warehouses that hold a sku, with how many units each."""
    held = defaultdict(Counter)
    for row in stock:
        held[row["sku"]][row["warehouse"]] += int(row["quantity"])
    return {sku: +units for sku, units in held.items()}


@pytest.fixture(scope="module")
def pictures(products):
    return {product["id"]: picture_of(product) for product in products}


def picture_of(product):
    return draw_picture(sku=product["id"], name=product["title"], category=product["product_type"])


def test_the_catalogue_is_large_and_has_many_departments(products):
    assert len(products) >= 300
    assert len({product["product_type"] for product in products}) >= 12


def test_every_product_has_a_name_a_description_and_a_picture(products):
    for product in products:
        assert product["id"] and product["title"] and product["description"]
        assert product["image_link"] == f"pictures/{product['id']}.svg"


def test_no_two_products_share_a_sku(products):
    skus = [product["id"] for product in products]

    assert len(set(skus)) == len(skus)


def test_prices_are_positive_amounts_in_dollars(products):
    for product in products:
        price = PRICE_IN_DOLLARS.fullmatch(product["price"])

        assert price, product["price"]
        assert Decimal(price[1]) > 0


def test_every_stock_row_names_a_known_product_and_warehouse(products, warehouses, stock):
    assert {row["sku"] for row in stock} <= {product["id"] for product in products}
    assert {row["warehouse"] for row in stock} <= {row["code"] for row in warehouses}


def test_no_delivery_is_listed_twice(stock):
    deliveries = [(row["sku"], row["warehouse"], row["reference"]) for row in stock]

    assert len(set(deliveries)) == len(deliveries)


def test_delivered_quantities_are_whole_positive_units(stock):
    assert all(row["quantity"].isdecimal() and int(row["quantity"]) > 0 for row in stock)


def test_warehouses_lie_in_the_united_states(warehouses):
    for warehouse in warehouses:
        assert re.fullmatch(r"\d{5}", warehouse["postal_code"])
        assert 18 < float(warehouse["latitude"]) < 72
        assert -180 < float(warehouse["longitude"]) < -65


def test_stock_shows_plenty_and_few_and_one_and_none(products, warehouses_of):
    totals = [warehouses_of.get(product["id"], Counter()).total() for product in products]

    assert max(totals) >= 100
    assert any(1 < total <= 5 for total in totals)
    assert 1 in totals
    assert 0 in totals


def test_several_warehouses_hold_something_no_other_has(warehouses_of):
    only_holders = {next(iter(held)) for held in warehouses_of.values() if len(held) == 1}

    assert len(only_holders) >= 3


def test_every_picture_is_small_well_formed_and_carries_the_name(products, pictures):
    for product in products:
        picture = pictures[product["id"]]
        drawing = ElementTree.fromstring(picture)  # noqa: S314 - drawn by ourselves

        assert drawing.tag == "{http://www.w3.org/2000/svg}svg"
        assert drawing.get("viewBox") == "0 0 400 400"
        assert drawing.findtext("{*}title") == product["title"]
        assert len(picture.encode()) < 4096


def test_no_picture_runs_or_fetches_anything(pictures):
    allowed = {"svg", "title", "g", "rect", "circle", "ellipse", "path"}

    for picture in pictures.values():
        tags = {element.tag.rpartition("}")[2] for element in elements_of(picture)}
        attributes = {name for element in elements_of(picture) for name in element.attrib}

        assert tags <= allowed
        assert not [name for name in attributes if "href" in name or name.startswith("on")]
        assert "url(" not in picture


def elements_of(picture):
    return ElementTree.fromstring(picture).iter()  # noqa: S314 - drawn by ourselves


def test_a_picture_escapes_markup_in_the_name():
    picture = draw_picture(sku="X-1", name='<script>"$tint"</script> & co', category="Books")

    assert "<script" not in picture
    assert ElementTree.fromstring(picture).findtext("{*}title") == (  # noqa: S314
        '<script>"$tint"</script> & co'
    )


def test_the_same_product_is_always_drawn_alike(products):
    assert picture_of(products[0]) == picture_of(products[0])


def test_every_department_has_motifs_of_its_own(products):
    for product in products:
        assert len(DEPARTMENTS[product["product_type"]]) >= 4


def test_an_unknown_department_is_drawn_as_a_parcel():
    assert choose_motif(name="Sextant", category="Navigation") == PARCEL
    assert "<svg" in draw_picture(sku="NAV-1", name="Sextant", category="Navigation")


@pytest.mark.parametrize(
    ("name", "other_name", "department"),
    [
        ("55-inch TV", "Headphones", "Electronics"),
        ("Oak Dining Table", "Dining Chair", "Home & Furniture"),
        ("Stovetop Kettle", "Cast-Iron Skillet", "Kitchen & Dining"),
        ("Acoustic Guitar", "Snare Drum", "Musical Instruments"),
    ],
)
def test_different_things_of_a_department_look_different(name, other_name, department):
    motif = choose_motif(name=name, category=department)

    assert motif != choose_motif(name=other_name, category=department)
