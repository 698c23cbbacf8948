"""The storage of pictures is read from one URL."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from shop.core.media_storage import read_storage_url

NOWHERE = "http://127.0.0.1:1"


def test_without_a_url_pictures_lie_in_a_folder():
    backend, origins = read_storage_url("")

    assert (backend["BACKEND"].rpartition(".")[2], origins) == ("FileSystemStorage", [])


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("s3://pics", "https://pics.s3.us-east-1.amazonaws.com"),
        ("s3://pics?region=eu-central-1", "https://pics.s3.eu-central-1.amazonaws.com"),
        ("s3://pics?endpoint_url=http://127.0.0.1:9000", "http://127.0.0.1:9000"),
        (
            f"s3://pics?endpoint_url={NOWHERE}&custom_domain=cdn.example.com",
            "https://cdn.example.com",
        ),
    ],
)
def test_the_origin_of_pictures_is_read_from_the_url(url, origin):
    assert read_storage_url(url)[1] == [origin]


@pytest.mark.parametrize(
    "url",
    [
        "pics",
        "http://pics",
        "s3://",
        "s3://pics/folder",
        "s3://pics?regoin=us",
        "s3://key:secret@pics",
    ],
)
def test_an_invalid_url_is_refused_without_its_secret_in_the_message(url):
    with pytest.raises(ImproperlyConfigured, match="must look like") as refusal:
        read_storage_url(url)

    assert "secret" not in str(refusal.value)
