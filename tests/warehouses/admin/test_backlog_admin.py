"""Admin page of backorder retries."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from orders.models import Order
from tests.support.factories import ItemFactory, WarehouseFactory, given_stock
from tests.support.stories import order, order_and_assign
from warehouses.models import BackorderRetry

RETRIES = "/admin/warehouses/backorderretry/"
ORDERS = "/admin/orders/order/"
NONSENSE = "'\"\\%_💥" + "x" * 3000

pytestmark = pytest.mark.django_db


def create_retry(placed: Order, **fields) -> BackorderRetry:
    """Create the retry of an order, begun two hours ago."""
    retry_at = timezone.now() + timedelta(minutes=5)
    values = {"reason": "-", "retry_at": retry_at, **fields}
    row = BackorderRetry.objects.create(order=placed, **values)
    BackorderRetry.objects.update(since=timezone.now() - timedelta(hours=2))
    return row


@pytest.fixture
def retry(alice, lamp, seattle) -> BackorderRetry:
    given_stock({lamp: 2}, seattle)
    placed = order(alice, {lamp: 2})
    return create_retry(placed, reason="No warehouse has <i>any</i> of it.", attempts=3)


def test_a_retry_shows_its_reason_and_links_to_the_page_of_its_order(desk, retry):
    page = desk.get(RETRIES)

    assertContains(page, "Select backorder retry to view")
    assertContains(page, f'<a href="{ORDERS}{retry.pk}/change/">{retry.order}</a>')
    assertContains(page, "No warehouse has &lt;i&gt;any&lt;/i&gt; of it.")
    assertContains(page, "2\N{NO-BREAK SPACE}hours")
    assert desk.get(f"{RETRIES}{retry.pk}/change/").status_code == 200


def test_only_unassigned_units_are_missing(desk, alice, lamp, rug, seattle):
    given_stock({lamp: 5, rug: 1}, seattle)
    placed, [parcel] = order_and_assign(alice, {lamp: 5, rug: 1})
    parcel.lines.filter(item=lamp).update(quantity=2)
    create_retry(placed)

    page = desk.get(RETRIES)

    assertContains(page, '<td class="field-missing_items">3 × LAMP</td>', html=True)
    assertContains(desk.get(f"{RETRIES}{placed.pk}/change/"), "3 × LAMP")


def test_of_many_missing_items_the_first_five_are_named(desk, alice, seattle):
    items = [ItemFactory(sku=f"S{n}") for n in range(6)]
    given_stock(dict.fromkeys(items, 1), seattle)
    create_retry(order(alice, dict.fromkeys(items, 1)))

    page = desk.get(RETRIES)

    assertContains(page, "1 × S0, 1 × S1, 1 × S2, 1 × S3, 1 × S4 and more")
    assertNotContains(page, "S5")


def test_the_list_takes_few_queries_and_any_search(
    desk, alice, lamp, rug, django_assert_max_num_queries
):
    given_stock({lamp: 20, rug: 20}, WarehouseFactory())
    for _ in range(5):
        create_retry(order(alice, {lamp: 1, rug: 2}))

    with django_assert_max_num_queries(5):
        page = desk.get(RETRIES)

    assertContains(page, "1 × LAMP, 2 × RUG", count=5)
    assert not desk.get(RETRIES, {"q": NONSENSE}).context["cl"].result_list


def test_staff_can_only_read_retries(desk, client, mallory, retry):
    answers = [
        desk.get(f"{RETRIES}add/"),
        desk.post(f"{RETRIES}{retry.pk}/change/", {"reason": "x"}),
        desk.post(f"{RETRIES}{retry.pk}/delete/", {"post": "yes"}),
    ]
    client.force_login(mallory)

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert client.get(RETRIES).url.startswith("/admin/login/")


def test_the_page_of_a_retried_order_shows_the_reason_and_the_next_attempt(desk, retry):
    page = desk.get(f"{ORDERS}{retry.pk}/change/")

    assertContains(page, "No warehouse has &lt;i&gt;any&lt;/i&gt; of it. Tried 3 times; again at ")


def test_the_page_of_an_order_shows_that_it_was_not_tried_yet_or_is_not_retried(
    desk, alice, lamp, seattle
):
    given_stock({lamp: 2}, seattle)
    new = order(alice, {lamp: 1})
    done, _ = order_and_assign(alice, {lamp: 1})

    assertContains(desk.get(f"{ORDERS}{new.pk}/change/"), "not tried yet")
    assertContains(
        desk.get(f"{ORDERS}{done.pk}/change/"), '<div class="readonly">none</div>', html=True
    )
