"""Every page in another region: another language, currency, time zone, units and country.

The translations are generated: each translatable text is in brackets, and the data of the
tests are Greek. Latin letters outside of brackets are texts without a translation.
"""

import re
from html.parser import HTMLParser

import pytest
from django.core import mail
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import trans_real

from catalog.items import update_item
from orders.cancellation import cancel_items, cancel_order
from orders.models import Checkout, Order, OrderNotification
from orders.notifications import send_notifications
from shop.accounts.models import ApiToken
from shop.core.regions import REGIONS
from tests.shop.accounts.sign_in import prove_identity
from tests.support.factories import ItemFactory, WarehouseFactory, given_stock
from tests.support.stories import expire_hold, hold, order, order_and_assign, put_in_cart
from warehouses.fulfilment.picking import pick_warehouse_order
from warehouses.fulfilment.shipping import ship_warehouse_order

pytestmark = pytest.mark.django_db

BRACKETED = re.compile(r"⟦[^⟦⟧]*⟧")
# The same in every language: addresses, sizes, time zones, the shop's own data.
NOT_WORDS = re.compile(
    r"[\w.]+@[\w.]+|\b(?:CET|CEST|EUR|SKU-\d+|WH\d+|kg|Deutschland)\b|shop_[\w-]{43}"
)
LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
SPOKEN_ATTRIBUTES = {"alt", "title", "placeholder", "aria-label", "data-suggest"}


@pytest.fixture(autouse=True)
def elsewhere(settings, monkeypatch):
    """Set the region to Germany, with bracketed texts in the place of translations."""
    settings.REGION = REGIONS["de"]
    settings.LANGUAGE_CODE = settings.REGION.language
    settings.LANGUAGES = [(settings.REGION.language, settings.REGION.language)]
    settings.TIME_ZONE = settings.REGION.time_zone

    def bracketed(self, text):
        return f"⟦{text.rpartition(chr(4))[2]}⟧" if text else text

    def bracketed_plural(self, singular, plural, count):
        return bracketed(self, singular if count == 1 else plural)

    monkeypatch.setattr(trans_real.DjangoTranslation, "gettext", bracketed)
    monkeypatch.setattr(trans_real.DjangoTranslation, "ngettext", bracketed_plural)


class SpokenTexts(HTMLParser):
    """A parser that collects the texts of a page, visible or for a screen reader."""

    # The names of countries come from CLDR, and request ids are no words.
    silent = ("script", "style", "option", "code")

    def __init__(self, html: str):
        super().__init__()
        self.texts: list[str] = []
        self.spoken_only: list[str] = []
        self._inside: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag in self.silent:
            self._inside.append(tag)
        self.spoken_only += [
            value
            for name, value in attrs
            if value and (name in SPOKEN_ATTRIBUTES or name.startswith("data-at-"))
        ]

    def handle_endtag(self, tag):
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data):
        if not self._inside and data.strip():
            self.texts.append(data.strip())


def untranslated(text: str) -> list[str]:
    while BRACKETED.search(text):
        text = BRACKETED.sub("", text)
    return LATIN_WORD.findall(NOT_WORDS.sub("", text))


def assert_translated(html: str) -> None:
    page = SpokenTexts(html)
    assert not untranslated("\n".join(page.texts)), page.texts
    assert not any(map(untranslated, page.spoken_only)), page.spoken_only
    assert "USD" not in html
    assert "$" not in html


def look(client, path: str, status: int = 200, **posted) -> str:
    send = client.post if posted else client.get
    answer = send(path, posted or None, follow=True)
    html = answer.content.decode()
    assert answer.status_code == status, html
    assert_translated(html)
    return html


@pytest.fixture
def lamp():
    return ItemFactory(name="Λάμπα", brand="Φως", category="Σπίτι", weight=1250, price="1249.95")


ADDRESS = {
    "name": "Άννα",
    "line1": "Οδός 7",
    "line2": "",
    "city": "Βερολίνο",
    "region": "",
    "postal_code": "10117",
    "country": "DE",
}


def test_pages_of_the_catalogue(client, lamp):
    few, none = (ItemFactory(name=name, category="") for name in ("Χαλί", "Τσάντα"))
    given_stock({lamp: 40, few: 2})

    assert "1.249,95\xa0€" in look(client, "/")
    look(client, "/search/?q=Λάμπα")
    look(client, "/search/?category=Σπίτι&min_price=1&sort=price")
    look(client, "/search/?q=τίποτα")
    assert "1,2" in look(client, lamp.get_absolute_url())
    look(client, few.get_absolute_url())
    look(client, none.get_absolute_url())
    look(client, f"/items/stock/?item={lamp.pk}&item={none.pk}")


def test_the_delivery_estimate_of_an_item(client, alice, lamp):
    given_stock({lamp: 40})
    order(alice, {lamp: 1})
    client.force_login(alice)

    answer = client.get(f"/fragments/items/{lamp.pk}/delivery/", headers={"HX-Request": "true"})

    assert "98109" in answer.content.decode()
    assert_translated(answer.content.decode())


def test_pages_of_a_cart(client, alice, bob, lamp):
    given_stock({lamp: 40})
    look(client, "/cart/")
    look(client, reverse("cart:add", args=[lamp.pk]), quantity="5")
    look(client, reverse("cart:add", args=[lamp.pk]), quantity="-5")
    look(client, reverse("cart:update", args=[lamp.pk]), quantity="1000")
    update_item(item_id=lamp.pk, price="999.00")
    hold(bob, {lamp: 38})
    look(client, "/cart/")
    look(client, reverse("cart:save", args=[lamp.pk]), x="")
    look(client, reverse("cart:move-saved-item", args=[lamp.pk]), x="")


def test_pages_of_a_checkout(client, alice, bob, lamp, settings):
    given_stock({lamp: 40})
    client.force_login(alice)
    look(client, "/checkout/")
    put_in_cart(alice, {lamp: 2})
    look(client, "/checkout/")
    look(client, "/checkout/", status=422, **{**ADDRESS, "postal_code": "x", "name": ""})
    assert "2.499,90\xa0€" in look(client, "/checkout/", **ADDRESS)
    look(client, "/cart/")
    expire_hold(Checkout.objects.get())
    look(client, "/checkout/review/")
    hold(bob, {lamp: 39})
    look(client, "/checkout/", status=409, **ADDRESS)
    settings.MAX_HOLDS_PER_HOUR = 0
    put_in_cart(alice, {lamp: 1})
    look(client, "/checkout/", status=429, **ADDRESS)


def test_pages_and_mails_of_orders(client, alice, lamp):
    second = ItemFactory(name="Χαλί")
    given_stock({lamp: 10}, WarehouseFactory(name="Βορράς"))
    given_stock({second: 10}, WarehouseFactory(name="Νότος"))
    client.force_login(alice)
    look(client, "/orders/")
    placed, [first, _other] = order_and_assign(alice, {lamp: 3, second: 2})
    Order.objects.update(shipping_address=ADDRESS)
    look(client, placed.get_absolute_url())
    cancel_items(order_id=placed.pk, quantities={lamp.pk: 1})
    pick_warehouse_order(warehouse_order_id=first.pk, assigned_to="")
    ship_warehouse_order(warehouse_order_id=first.pk, tracking="123")
    look(client, placed.get_absolute_url())
    cancelled = order(alice, {lamp: 1})
    Order.objects.update(shipping_address=ADDRESS)
    cancel_order(order_id=cancelled.pk)
    look(client, cancelled.get_absolute_url())
    look(client, "/orders/")
    look(client, reverse("orders:buy-again", args=[placed.number]), x="")
    OrderNotification.objects.create(
        order=placed, kind=OrderNotification.Kind.SHORT, details={"name": "Λάμπα", "quantity": 1}
    )

    send_notifications()

    assert len(mail.outbox) == 6
    for message in mail.outbox:
        assert not untranslated(message.subject), message.subject
        assert not untranslated(message.body), message.body
        assert_translated(message.alternatives[0].content)


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/login/",
        "/accounts/signup/",
        "/accounts/password/reset/",
        "/accounts/email/",
        "/accounts/password/change/",
        "/accounts/logout/",
        "/accounts/addresses/",
        "/accounts/addresses/add/",
        "/accounts/delete/",
        "/accounts/tokens/",
    ],
)
def test_pages_of_an_account(client, alice, path):
    if path not in ("/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"):
        alice.set_password("a password of hers")
        alice.save()
        client.force_login(alice)
    look(client, path)


def test_pages_of_sessions_and_proofs(client, alice):
    client.force_login(alice)

    look(client, "/accounts/sessions/")
    look(client, "/accounts/tokens/make/", name="Ρομπότ", days="30")
    look(client, "/accounts/login/")
    client.post("/accounts/sessions/end/")
    look(client, "/accounts/login/")


def test_pages_of_tokens(client, alice):
    client.force_login(alice)
    prove_identity(client)

    look(client, "/accounts/tokens/make/", name="Ρομπότ", days="30")
    ApiToken.objects.update(hint="", last_used_at=Now())
    look(client, "/accounts/tokens/")
    ApiToken.objects.update(expires_at=None, last_used_at=None)
    look(client, "/accounts/tokens/")
    ApiToken.objects.update(revoked_at=Now(), name="")
    look(client, "/accounts/tokens/")
    look(client, "/accounts/tokens/make/", status=422, name="", days="31")


def test_pages_of_errors(client):
    look(client, "/nowhere/", status=404)
    for page in ("400", "403", "403_csrf", "429", "500", "503", "unavailable"):
        assert_translated(render_to_string(f"{page}.html"))
