"""Pages offer the sizes of a picture."""

from django.test.html import parse_html
from pytest_django.asserts import assertNotContains

from catalog.models import Item
from catalog.pictures.resizing import make_sizes
from tests.support.factories import ItemFactory, given_stock
from tests.support.pictures import choose, drawn, show


def pictures_of(page) -> list:
    return [node for node in _nodes(parse_html(page.content.decode())) if node.name == "picture"]


def _nodes(node):
    if not isinstance(node, str):
        yield node
        for child in node.children:
            yield from _nodes(child)


def parts_of(picture) -> list[dict]:
    return [dict(node.attributes) for node in _nodes(picture) if node.name in {"source", "img"}]


def test_an_item_page_offers_every_size(client, lamp):
    show(lamp, "pictures/lamp, brass.png", drawn("PNG"))
    make_sizes()

    [picture] = pictures_of(client.get(lamp.get_absolute_url()))

    avif, webp, fallback = parts_of(picture)
    address = "/media/pictures/lamp%2C%20brass.png"
    sizes = ", ".join(f"{address}.{width}.avif {width}w" for width in (320, 640, 800))
    assert (avif["type"], avif["srcset"]) == ("image/avif", sizes)
    assert (webp["type"], webp["srcset"]) == ("image/webp", sizes.replace("avif", "webp"))
    assert avif["sizes"] == "(max-width: 48rem) 100vw, 40rem"
    assert (fallback["src"], fallback["alt"]) == (address, lamp.name)
    assert (fallback["width"], fallback["height"]) == ("800", "600")
    assert (fallback["fetchpriority"], fallback["decoding"]) == ("high", "async")
    assert "loading" not in fallback
    assert fallback["data-placeholder"] == "/static/placeholder.svg"


def test_a_picture_without_sizes_is_plain_and_lazy_on_a_card(client, lamp, rug):
    show(lamp, "pictures/lamp.png", drawn("PNG"))

    pictures = pictures_of(client.get("/search/"))

    parts = {part["src"]: part for picture in pictures for part in parts_of(picture)}
    assert list(map(len, map(parts_of, pictures))) == [1, 1]
    assert set(parts) == {"/media/pictures/lamp.png", "/static/placeholder.svg"}
    for part in parts.values():
        assert (part["width"], part["height"], part["loading"]) == ("320", "320", "lazy")


def test_the_sizes_of_another_picture_are_never_offered(client, lamp):
    show(lamp, "pictures/lamp.png", drawn("PNG"))
    make_sizes()
    show(lamp, "pictures/other.png", drawn("PNG"))

    assertNotContains(client.get(lamp.get_absolute_url()), "<source")


def test_the_api_returns_the_address_of_the_picture(client, lamp):
    show(lamp, "pictures/lamp.png", drawn("PNG"))

    item = client.get(f"/api/v1/items/{lamp.pk}/").json()

    assert item["image"] == "http://testserver/media/pictures/lamp.png"


def test_pictures_need_no_query_of_a_page(client, db, django_assert_max_num_queries):
    items = ItemFactory.create_batch(24)
    given_stock(dict.fromkeys(items, 3))
    for item in items:
        show(item, f"pictures/{item.sku}.png", drawn("PNG", size=(40, 40)))
    make_sizes()

    with django_assert_max_num_queries(4):
        page = client.get("/search/")

    assert page.content.decode().count("<source") == 48


def test_a_picture_with_its_hash_in_its_name_is_cached_as_immutable(desk, lamp, client):
    choose(desk, lamp, drawn("PNG"))

    responses = [client.get(Item.objects.get().image.url), client.get("/media/nowhere.png")]

    assert responses[0]["Cache-Control"] == "public, max-age=31536000, immutable"
    assert responses[1].status_code == 404
    for response in responses:
        response.close()
