"""Whom to tell of a weakness: security.txt (RFC 9116) and the page of its policy."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured

from shop.core.regions import REGIONS
from shop.environment import as_contact

pytestmark = pytest.mark.django_db

PATH = "/.well-known/security.txt"


def fields_of(client) -> dict[str, str]:
    answer = client.get(PATH)
    assert answer.status_code == 200
    return dict(line.split(": ", 1) for line in answer.content.decode().splitlines())


def test_it_has_every_field_that_the_standard_asks_for(client):
    assert (
        fields_of(client).items()
        >= {
            "Contact": "mailto:shop@example.com",
            "Preferred-Languages": "en",
            "Canonical": f"http://testserver{PATH}",
            "Policy": "http://testserver/security/",
        }.items()
    )


def test_it_expires_within_a_year_and_not_before_it_is_read_again(client):
    expires = datetime.fromisoformat(fields_of(client)["Expires"])

    left = expires - datetime.now(UTC)
    assert timedelta(days=170) < left < timedelta(days=365)


def test_it_is_plain_text_that_may_be_cached(client):
    answer = client.get(PATH)

    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert "public" in answer["Cache-Control"]
    assert answer.content.isascii()
    assert client.post(PATH).status_code == 405


def test_the_contact_is_the_deployments(client, settings):
    settings.SECURITY_CONTACT = "https://shop.example.com/report"
    settings.REGION = REGIONS["de"]

    fields = fields_of(client)

    assert fields["Contact"] == "https://shop.example.com/report"
    assert fields["Preferred-Languages"] == "de, en"


def test_the_page_of_the_policy_names_the_contact(client, settings):
    settings.SECURITY_CONTACT = "mailto:safe@shop.example.com"

    page = client.get("/security/").content.decode()

    assert '<a href="mailto:safe@shop.example.com">safe@shop.example.com</a>' in page
    assert "within three working days" in page


@pytest.mark.parametrize(
    ("value", "contact"),
    [
        ("safe@shop.example.com", "mailto:safe@shop.example.com"),
        ("Shop <shop@example.com>", "mailto:shop@example.com"),
        ("https://example.com/report", "https://example.com/report"),
        ("tel:+1-201-555-0123", "tel:+1-201-555-0123"),
    ],
)
def test_a_contact_is_an_address_or_a_page(value, contact):
    assert as_contact(value) == contact


@pytest.mark.parametrize("value", ["http://example.com/", "nobody", "https://x/\nContact: y", ""])
def test_another_contact_is_refused(value):
    with pytest.raises(ImproperlyConfigured):
        as_contact(value)
