"""Estimated delivery dates: the calendar, the page of an item, the page of an order."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db.models import DateTimeField, Value
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from catalog.items import update_item
from shop.core.regions import REGIONS
from tests.support.factories import ItemFactory, WarehouseFactory, given_stock
from tests.support.stories import hold, order, order_and_assign
from warehouses.delivery.calendar import Calendar, estimate_from_order, estimate_from_shipping
from warehouses.delivery.estimates import holidays_in
from warehouses.inventory.warehouses import close_warehouse
from warehouses.models import Warehouse, WarehouseOrder

NEW_YORK = ZoneInfo("America/New_York")
CALENDAR = Calendar(NEW_YORK, holidays_in("US"))
HTMX = {"HX-Request": "true"}
TUESDAY = datetime(2026, 11, 17, 11, 50, tzinfo=NEW_YORK)


def estimate(ordered_at: datetime, *, handling=1, transit=2, cutoff=time(14)):
    return estimate_from_order(
        ordered_at,
        calendar=CALENDAR,
        cutoff=cutoff,
        handling_days=handling,
        transit_days=transit,
    )


def on(month: int, day: int, hour=10, minute=0, second=0, year=2026) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=NEW_YORK)


# The calendar


def test_an_order_before_the_cutoff_counts_that_day():
    assert estimate(on(11, 17, 13, 59, 59)).arrives_on == date(2026, 11, 20)


def test_an_order_at_the_cutoff_counts_the_next_day():
    assert estimate(on(11, 17, 14)).arrives_on == date(2026, 11, 21)


def test_the_cutoff_is_in_the_regions_time_zone():
    assert estimate(on(11, 17, 13, 59).astimezone(UTC)) == estimate(on(11, 17, 13, 59))
    assert estimate(on(11, 17, 14).astimezone(UTC)).arrives_on == date(2026, 11, 21)


@pytest.mark.parametrize(
    ("ordered_at", "handling", "transit", "arrives_on"),
    [
        (on(11, 19), 0, 1, date(2026, 11, 20)),  # Thursday
        (on(11, 20), 0, 0, date(2026, 11, 20)),  # Friday, same day
        (on(11, 20), 0, 1, date(2026, 11, 21)),  # carriers deliver on Saturday
        (on(11, 20), 0, 2, date(2026, 11, 23)),  # and not on Sunday
        (on(11, 20), 1, 1, date(2026, 11, 24)),  # no packing on Saturday
        (on(11, 20, 15), 0, 1, date(2026, 11, 24)),  # after Friday's cut-off is Monday
        (on(11, 21), 1, 1, date(2026, 11, 25)),  # Saturday counts as Monday
        (on(11, 22, 23), 1, 1, date(2026, 11, 25)),  # Sunday too
        (on(11, 3), 5, 5, date(2026, 11, 17)),  # whole weeks, but for Veterans Day
        (on(12, 31), 1, 1, date(2027, 1, 5)),  # over the year's end, New Year and a Sunday
        (on(12, 31, 15), 1, 1, date(2027, 1, 6)),
        (on(2, 27, year=2028), 1, 1, date(2028, 3, 1)),  # Sunday before a leap day
    ],
)
def test_weekends_are_no_workdays(ordered_at, handling, transit, arrives_on):
    assert estimate(ordered_at, handling=handling, transit=transit).arrives_on == arrives_on


@pytest.mark.parametrize(
    ("ordered_at", "hours_left"),
    [
        (on(10, 30, 15), 72),  # Friday; the clock goes back on Sunday
        (on(3, 6, 15), 70),  # Friday; the clock goes forward
        (on(11, 6, 15), 71),
    ],
)
def test_the_time_to_the_cutoff_is_in_elapsed_hours_when_clocks_change(ordered_at, hours_left):
    order_before = estimate(ordered_at).order_before

    assert order_before - ordered_at.astimezone(UTC) == timedelta(hours=hours_left)


@pytest.mark.parametrize(
    ("ordered_at", "handling", "transit", "arrives_on"),
    [
        (on(11, 24, 15), 0, 1, date(2026, 11, 27)),  # no delivery on Thanksgiving
        (on(11, 25, 15), 0, 1, date(2026, 11, 28)),  # no packing, so Friday is the day
        (on(7, 2, 15), 1, 1, date(2026, 7, 8)),  # the 3rd is observed for Saturday the 4th
        (on(12, 24, 15), 0, 1, date(2026, 12, 29)),  # Christmas, and the Sunday after
    ],
)
def test_public_holidays_are_no_workdays(ordered_at, handling, transit, arrives_on):
    assert estimate(ordered_at, handling=handling, transit=transit).arrives_on == arrives_on


def test_holidays_are_those_of_the_regions_country():
    unity, thanksgiving = date(2026, 10, 3), date(2026, 11, 26)

    assert (unity in holidays_in("DE"), unity in holidays_in("US")) == (True, False)
    assert (thanksgiving in holidays_in("DE"), thanksgiving in holidays_in("US")) == (False, True)


def test_an_ambiguous_time_when_the_clock_goes_back_has_an_estimate():
    twice = datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK)

    assert estimate(twice) == estimate(twice.replace(fold=1))


def test_an_order_just_before_the_cutoff_arrives_no_later():
    first = estimate(on(11, 20, 15))
    last = first.order_before - timedelta(microseconds=1)

    assert estimate(last) == first
    assert estimate(first.order_before).arrives_on > first.arrives_on


def test_a_shipped_parcel_needs_its_transit_days_only():
    friday_night = datetime(2026, 11, 21, 4, 59, tzinfo=UTC)  # still Friday in New York

    arrivals = [
        estimate_from_shipping(friday_night, calendar=CALENDAR, transit_days=days)
        for days in range(4)
    ]

    assert [arrival.day for arrival in arrivals] == [20, 21, 23, 24]


# The item's page


@pytest.fixture
def tuesday(monkeypatch):
    """Set the time of delivery estimates to 11:50 on a Tuesday."""
    moment = Value(TUESDAY, output_field=DateTimeField())
    monkeypatch.setattr("warehouses.assignment.delivery_estimates.Now", lambda: moment)


@pytest.fixture
def near(db):
    return WarehouseFactory(code="SEA1", latitude=47.5, longitude=-122.3)


@pytest.fixture
def far(db):
    return WarehouseFactory(code="MIA1", latitude=25.8, longitude=-80.2)


def get_arrival(client, item, **query):
    return client.get(f"/fragments/items/{item.pk}/delivery/", query, headers=HTMX)


def test_the_items_page_loads_the_arrival_only_if_the_item_is_in_stock(client, lamp, rug, near):
    given_stock({lamp: 1}, near)

    assertContains(
        client.get(lamp.get_absolute_url()), f'hx-get="/fragments/items/{lamp.pk}/delivery/"'
    )
    assertNotContains(client.get(rug.get_absolute_url()), "delivery-estimate")


def test_a_visitor_enters_a_postal_code_once(client, lamp, rug, near, tuesday):
    given_stock({lamp: 5, rug: 5}, near)

    first = get_arrival(client, lamp)
    with_code = get_arrival(client, lamp, postal_code=" 98109 ")
    other = get_arrival(client, rug)

    assertContains(first, "When would it arrive?")
    assertNotContains(first, "Arrives")
    assertContains(
        with_code, "Arrives Thursday, November 19, if ordered within 2&nbsp;h 10&nbsp;min"
    )
    assertContains(other, "Arrives Thursday, November 19")
    assertContains(other, "To 98109")
    assert "no-store" in with_code["Cache-Control"]


def test_less_than_an_hour_is_shown_without_hours(client, lamp, near, tuesday):
    Warehouse.objects.update(cutoff=time(11, 50, 30))
    given_stock({lamp: 5}, near)

    assertContains(get_arrival(client, lamp, postal_code="98109"), "if ordered within 1&nbsp;min")


def test_the_estimate_is_that_of_the_nearest_open_warehouse(client, lamp, near, far, tuesday):
    given_stock({lamp: 1}, far)
    from_afar = get_arrival(client, lamp, postal_code="98109")
    given_stock({lamp: 1}, near)
    from_near = get_arrival(client, lamp, postal_code="98109")
    close_warehouse(warehouse_id=near.pk)
    after_closing = get_arrival(client, lamp, postal_code="98109")

    assertContains(from_afar, "Arrives Tuesday, November 24")
    assertContains(from_near, "Arrives Thursday, November 19")
    assertContains(after_closing, "Arrives Tuesday, November 24")


@pytest.mark.parametrize("strategy", ["fewest_parcels", "cheapest", "foresighted"])
def test_the_estimated_warehouse_ships_the_order(
    client, alice, lamp, near, far, tuesday, settings, strategy
):
    settings.ASSIGNMENT_STRATEGY = strategy
    given_stock({lamp: 3}, near)
    given_stock({lamp: 50}, far)
    client.force_login(alice)

    page = get_arrival(client, lamp, postal_code="98109")
    _, [parcel] = order_and_assign(alice, {lamp: 1})

    assertContains(page, "Arrives Thursday, November 19")
    assert parcel.warehouse == near


@pytest.mark.parametrize("strategy", ["round_robin", "tests.learned.strategy"])
def test_the_latest_estimate_counts_where_the_warehouse_is_unknown(
    client, lamp, near, far, tuesday, settings, strategy
):
    settings.ASSIGNMENT_STRATEGY = strategy
    given_stock({lamp: 3}, near)
    given_stock({lamp: 50}, far)

    assertContains(get_arrival(client, lamp, postal_code="98109"), "Arrives Tuesday, November 24")


@pytest.mark.parametrize("code", ["99999", "EC1A 1BB", "K1A 0B1", "<b>", "'\"\\%_💥"])
def test_the_page_says_so_where_the_location_is_unknown(client, lamp, near, code):
    given_stock({lamp: 5}, near)

    page = get_arrival(client, lamp, postal_code=code)

    assertContains(page, "We cannot say when it would arrive")
    assertNotContains(page, "<b>")


@pytest.mark.parametrize("code", ["", " ", "\x00", "9" * 5000])
def test_the_form_is_shown_again_for_an_invalid_code(client, lamp, near, code):
    given_stock({lamp: 5}, near)

    assertContains(get_arrival(client, lamp, postal_code=code), "When would it arrive?")


def test_a_customers_estimate_is_for_the_address_of_the_last_order(
    client, alice, lamp, near, tuesday
):
    given_stock({lamp: 5}, near)
    order(alice, {lamp: 1})
    client.force_login(alice)

    assertContains(get_arrival(client, lamp), "To 98109")


def test_items_that_are_not_on_sale_have_no_estimate(client, alice, lamp, rug, near):
    inactive = ItemFactory()
    given_stock({lamp: 5, inactive: 5}, near)
    hold(alice, {lamp: 5})
    update_item(item_id=inactive.pk, is_active=False)

    pages = [get_arrival(client, item, postal_code="98109") for item in (lamp, rug, inactive)]

    assert [(page.status_code, page.content) for page in pages] == [(200, b"")] * 3


def test_a_region_without_coordinates_has_no_estimates(client, lamp, near, settings):
    settings.REGION = REGIONS["de"]
    given_stock({lamp: 5}, near)

    assert get_arrival(client, lamp, postal_code="10117").content == b""


@pytest.mark.parametrize("name", ["Arrival", "Delivery", "Tell me", "Stock"])
def test_an_item_may_have_the_name_of_a_fragment(client, near, name):
    item = ItemFactory(name=name)

    assertContains(client.get(item.get_absolute_url()), "<h1")


def test_a_fragment_visited_as_a_page_leads_to_the_item(client, lamp, near):
    page = client.get(f"/fragments/items/{lamp.pk}/delivery/", follow=True)

    assertRedirects(page, lamp.get_absolute_url(), status_code=302)


def test_an_estimate_costs_few_statements(
    client, alice, lamp, near, far, django_assert_num_queries
):
    given_stock({lamp: 5}, near)
    given_stock({lamp: 5}, far)
    order(alice, {lamp: 1})
    with django_assert_num_queries(1):
        get_arrival(client, lamp)

    client.force_login(alice)

    # The customer, stock rows, the last order, warehouses, rates.
    with django_assert_num_queries(5):
        assertContains(get_arrival(client, lamp), "Arrives")


# The order's page


def test_the_orders_page_shows_the_arrival_of_each_parcel(client, alice, lamp, rug, near, far):
    given_stock({lamp: 5}, near)
    given_stock({rug: 5}, far)
    placed, _ = order_and_assign(alice, {lamp: 1, rug: 1})
    soon = datetime(2096, 11, 26, 15, tzinfo=UTC)  # a Monday, in New York in the morning
    WarehouseOrder.objects.update(assigned_at=soon)
    WarehouseOrder.objects.filter(warehouse=far).update(shipped_at=soon)
    client.force_login(alice)

    page = client.get(placed.get_absolute_url())

    assertContains(page, "Arrives Wednesday, November 28")  # a day of packing, one on the way
    assertContains(page, "Arrives Saturday, December 1")  # five days on the way


def test_a_day_that_is_over_is_shown_as_expected(client, alice, lamp, near):
    given_stock({lamp: 5}, near)
    placed, _ = order_and_assign(alice, {lamp: 1})
    WarehouseOrder.objects.update(shipped_at=datetime(2020, 1, 6, 15, tzinfo=UTC))
    client.force_login(alice)

    assertContains(client.get(placed.get_absolute_url()), "Expected by Tuesday, January 7")


def test_parcels_to_unknown_locations_have_no_estimate(client, alice, lamp, near):
    given_stock({lamp: 5}, near)
    placed, _ = order_and_assign(alice, {lamp: 1})
    elsewhere = {**placed.shipping_address, "country": "CA", "postal_code": "K1A 0B1"}
    WarehouseOrder.objects.update(shipping_address=elsewhere)
    client.force_login(alice)

    assertNotContains(client.get(placed.get_absolute_url()), "Arrives")


@pytest.mark.parametrize("count", [1, 4])
def test_arrivals_of_any_number_of_parcels_cost_one_statement(
    client, alice, count, django_assert_num_queries
):
    items = ItemFactory.create_batch(count)
    for item in items:
        given_stock({item: 1}, WarehouseFactory(latitude=40.0, longitude=-100.0))
    placed, _ = order_and_assign(alice, dict.fromkeys(items, 1))
    client.force_login(alice)

    with django_assert_num_queries(11):
        assertContains(client.get(placed.get_absolute_url()), "Arrives", count=count)
