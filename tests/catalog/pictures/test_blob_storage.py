"""Pictures in a blob storage: on a real S3 server, and on one that is away."""

import re
from urllib.request import urlopen

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django.asserts import assertContains

from catalog.items import update_item
from catalog.models import Item, Picture
from catalog.pictures.cleanup import remove_unused_pictures
from catalog.pictures.resizing import MAX_ATTEMPTS, make_sizes
from shop.core.media_storage import read_storage_url
from tests.support.blob_server import open_bucket, s3_server
from tests.support.pictures import drawn, opened

NOWHERE = "http://127.0.0.1:1"
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/pics/[^\s\"]+")


@pytest.fixture(scope="module")
def server():
    with s3_server() as address:
        yield address


@pytest.fixture
def store_at(settings, monkeypatch):
    """Keep pictures in a bucket of a server, until the test ends."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    storages = settings.STORAGES

    def at(address: str, bucket: str = "pics") -> None:
        backend, _ = read_storage_url(f"s3://{bucket}?endpoint_url={address}")
        settings.STORAGES = {**storages, "default": backend}

    return at


@pytest.fixture
def bucket(server, store_at):
    store_at(server)
    open_bucket(default_storage)
    yield default_storage.bucket
    default_storage.bucket.objects.delete()


def choose(desk, item, **changes):
    fields = {"name": item.name, "description": "", "price": "5.00", "brand": "", "category": ""}
    fields |= {"is_active": "on", "image": SimpleUploadedFile("lamp.png", drawn("PNG")), **changes}
    return desk.post(f"/admin/catalog/item/{item.pk}/change/", fields)


def names_in(bucket) -> set[str]:
    return {file.key for file in bucket.objects.all()}


def fetch(address: str) -> tuple[str, str, bytes]:
    """Return the content type, the Cache-Control header and the content."""
    with urlopen(address) as response:
        headers = response.headers
        return headers["Content-Type"], headers["Cache-Control"], response.read()


def test_a_picture_goes_from_the_form_to_the_page(desk, bucket, lamp):
    response = choose(desk, lamp)
    count = make_sizes()
    page = desk.get(lamp.get_absolute_url()).content.decode()

    name = Item.objects.get().image.name
    addresses = set(ADDRESS.findall(page))
    assert (response.status_code, count) == (302, 1)
    assert {address.partition("/pics/")[2] for address in addresses} == names_in(bucket)
    assert len(addresses) == 7
    for address in addresses:
        content_type, cache_control, content = fetch(address)
        image = opened(content)
        assert (content_type, cache_control) == (
            image.get_format_mimetype(),
            "public, max-age=31536000, immutable",
        )
    assert desk.get(f"/api/v1/items/{lamp.pk}/").json()["image"] in addresses
    assert all(file.startswith(name) for file in names_in(bucket))


def test_unused_pictures_are_removed(desk, bucket, lamp):
    choose(desk, lamp)
    make_sizes()
    update_item(item_id=lamp.pk, image="")
    remove_unused_pictures()
    Picture.objects.update(unused_since="2020-01-01T00:00Z")

    assert remove_unused_pictures() == 1

    assert names_in(bucket) == set()


def test_a_file_without_a_hash_in_its_name_is_cached_for_a_day(bucket):
    default_storage.save("pictures/lamp.svg", ContentFile(b"<svg/>"))

    content_type, cache_control, _ = fetch(default_storage.url("pictures/lamp.svg"))

    assert (content_type, cache_control) == ("image/svg+xml", "public, max-age=86400")
    assert default_storage.listdir("pictures") == ([], ["lamp.svg"])
    assert not default_storage.exists("pictures/rug.svg")


def test_a_storage_that_is_away_is_an_error_of_the_field(desk, bucket, lamp, server, store_at):
    store_at(NOWHERE)

    refused = choose(desk, lamp, name="Tin lamp")
    page = desk.get(lamp.get_absolute_url())
    store_at(server)
    response = choose(desk, lamp)

    assert list(refused.context["adminform"].form.errors) == ["image"]
    assertContains(refused, "The picture could not be stored just now.")
    assertContains(refused, 'value="Tin lamp"')
    assert (page.status_code, response.status_code) == (200, 302)
    assert names_in(bucket) == {Item.objects.get().image.name}


def test_a_storage_that_is_away_only_delays_the_sweeps(desk, bucket, lamp, server, store_at):
    choose(desk, lamp)
    store_at(NOWHERE)

    made_while_away = []
    for _ in range(MAX_ATTEMPTS + 1):
        made_while_away.append(make_sizes())
        Picture.objects.update(claimed_until="2020-01-01T00:00Z")
    store_at(server)

    assert sum(made_while_away) == 0
    assert make_sizes() == 1


def test_a_storage_that_is_away_keeps_unused_pictures(desk, bucket, lamp, server, store_at):
    choose(desk, lamp)
    update_item(item_id=lamp.pk, image="")
    remove_unused_pictures()
    Picture.objects.update(unused_since="2020-01-01T00:00Z")
    store_at(NOWHERE)

    removed_while_away = remove_unused_pictures()
    store_at(server)

    assert (removed_while_away, remove_unused_pictures()) == (0, 1)
    assert names_in(bucket) == set()


def test_a_missing_bucket_raises_an_oserror(server, store_at):
    store_at(server, "nowhere")

    with pytest.raises(OSError, match="NoSuchBucket"):
        default_storage.save("lamp.svg", ContentFile(b"<svg/>"))
