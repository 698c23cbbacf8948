from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db.models import DateTimeField, Value
from pytest_django.asserts import assertContains, assertNotContains

from catalog.items import update_item
from shop.core.regions import REGIONS
from tests.support.factories import ItemFactory, WarehouseFactory, given_stock
from tests.support.stories import assigned, hold, order
from warehouses.delivery.calendar import Calendar, arrival_of_shipped, promise
from warehouses.delivery.estimates import holidays_in
from warehouses.inventory.warehouses import close_warehouse
from warehouses.models import Warehouse, WarehouseOrder

NEW_YORK = ZoneInfo("America/New_York")
CALENDAR = Calendar(NEW_YORK, holidays_in("US"))
HTMX = {"HX-Request": "true"}
TUESDAY = datetime(2026, 11, 17, 11, 50, tzinfo=NEW_YORK)


def promised(ordered_at: datetime, *, handling=1, transit=2, cutoff=time(14)):
    return promise(
        ordered_at,
        calendar=CALENDAR,
        cutoff=cutoff,
        handling_days=handling,
        transit_days=transit,
    )


def on(month: int, day: int, hour=10, minute=0, second=0, year=2026) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=NEW_YORK)


# The calendar


def test_an_order_of_before_the_cutoff_is_that_days():
    assert promised(on(11, 17, 13, 59, 59)).arrives_on == date(2026, 11, 20)


def test_an_order_at_the_cutoff_is_the_next_days():
    assert promised(on(11, 17, 14)).arrives_on == date(2026, 11, 21)


def test_the_cutoff_is_in_the_regions_time_wherever_the_clock_stands():
    assert promised(on(11, 17, 13, 59).astimezone(UTC)) == promised(on(11, 17, 13, 59))
    assert promised(on(11, 17, 14).astimezone(UTC)).arrives_on == date(2026, 11, 21)


@pytest.mark.parametrize(
    ("ordered_at", "handling", "transit", "arrives_on"),
    [
        (on(11, 19), 0, 1, date(2026, 11, 20)),  # Thursday
        (on(11, 20), 0, 0, date(2026, 11, 20)),  # Friday, same day
        (on(11, 20), 0, 1, date(2026, 11, 21)),  # carriers deliver on Saturday
        (on(11, 20), 0, 2, date(2026, 11, 23)),  # and not on Sunday
        (on(11, 20), 1, 1, date(2026, 11, 24)),  # nobody packs on Saturday
        (on(11, 20, 15), 0, 1, date(2026, 11, 24)),  # after Friday's cut-off is Monday
        (on(11, 21), 1, 1, date(2026, 11, 25)),  # Saturday counts as Monday
        (on(11, 22, 23), 1, 1, date(2026, 11, 25)),  # Sunday too
        (on(11, 3), 5, 5, date(2026, 11, 17)),  # whole weeks, but for Veterans Day
        (on(12, 31), 1, 1, date(2027, 1, 5)),  # over the year's end, New Year and a Sunday
        (on(12, 31, 15), 1, 1, date(2027, 1, 6)),
        (on(2, 27, year=2028), 1, 1, date(2028, 3, 1)),  # Sunday before a leap day
    ],
)
def test_weekends_and_years_ends_are_counted_over(ordered_at, handling, transit, arrives_on):
    assert promised(ordered_at, handling=handling, transit=transit).arrives_on == arrives_on


@pytest.mark.parametrize(
    ("ordered_at", "hours_left"),
    [
        (on(10, 30, 15), 72),  # Friday; the clock goes back on Sunday
        (on(3, 6, 15), 70),  # Friday; the clock goes forward
        (on(11, 6, 15), 71),
    ],
)
def test_what_is_left_of_the_time_is_real_hours_when_clocks_change(ordered_at, hours_left):
    order_before = promised(ordered_at).order_before

    assert order_before - ordered_at.astimezone(UTC) == timedelta(hours=hours_left)


@pytest.mark.parametrize(
    ("ordered_at", "handling", "transit", "arrives_on"),
    [
        (on(11, 24, 15), 0, 1, date(2026, 11, 27)),  # nobody delivers on Thanksgiving
        (on(11, 25, 15), 0, 1, date(2026, 11, 28)),  # nobody packs, so Friday is the day
        (on(7, 2, 15), 1, 1, date(2026, 7, 8)),  # the 3rd is observed for Saturday the 4th
        (on(12, 24, 15), 0, 1, date(2026, 12, 29)),  # Christmas, and the Sunday after
    ],
)
def test_public_holidays_are_counted_over(ordered_at, handling, transit, arrives_on):
    assert promised(ordered_at, handling=handling, transit=transit).arrives_on == arrives_on


def test_holidays_are_those_of_the_regions_country():
    unity, thanksgiving = date(2026, 10, 3), date(2026, 11, 26)

    assert (unity in holidays_in("DE"), unity in holidays_in("US")) == (True, False)
    assert (thanksgiving in holidays_in("DE"), thanksgiving in holidays_in("US")) == (False, True)


def test_a_moment_of_both_hours_when_the_clock_goes_back_is_some_moment():
    twice = datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK)

    assert promised(twice) == promised(twice.replace(fold=1))


def test_what_is_ordered_at_the_last_moment_arrives_no_later():
    first = promised(on(11, 20, 15))
    last = first.order_before - timedelta(microseconds=1)

    assert promised(last) == first
    assert promised(first.order_before).arrives_on > first.arrives_on


def test_what_was_shipped_only_has_its_way_before_it():
    friday_night = datetime(2026, 11, 21, 4, 59, tzinfo=UTC)  # still Friday in New York

    arrivals = [
        arrival_of_shipped(friday_night, calendar=CALENDAR, transit_days=days) for days in range(4)
    ]

    assert [arrival.day for arrival in arrivals] == [20, 21, 23, 24]


# The item's page


@pytest.fixture
def tuesday(monkeypatch):
    """It is 11:50 on a Tuesday, for whoever asks when something arrives."""
    moment = Value(TUESDAY, output_field=DateTimeField())
    monkeypatch.setattr("warehouses.assignment.delivery_estimates.Now", lambda: moment)


@pytest.fixture
def near(db):
    return WarehouseFactory(code="SEA1", latitude=47.5, longitude=-122.3)


@pytest.fixture
def far(db):
    return WarehouseFactory(code="MIA1", latitude=25.8, longitude=-80.2)


def ask(client, item, **given):
    return client.get(f"/items/{item.pk}/arrival/", given, headers=HTMX)


def test_the_items_page_asks_when_it_arrives_only_if_it_can(client, lamp, rug, near):
    given_stock({lamp: 1}, near)

    assertContains(client.get(lamp.get_absolute_url()), f'hx-get="/items/{lamp.pk}/arrival/"')
    assertNotContains(client.get(rug.get_absolute_url()), "arrival")


def test_a_visitor_is_asked_for_a_code_and_it_is_kept(client, lamp, rug, near, tuesday):
    given_stock({lamp: 5, rug: 5}, near)

    first = ask(client, lamp)
    told = ask(client, lamp, postal_code=" 98109 ")
    other = ask(client, rug)

    assertContains(first, "When would it arrive?")
    assertNotContains(first, "Arrives")
    assertContains(told, "Arrives Thursday, November 19, if ordered within 2&nbsp;h 10&nbsp;min")
    assertContains(other, "Arrives Thursday, November 19")
    assertContains(other, "To 98109")
    assert "no-store" in told["Cache-Control"]


def test_the_last_minutes_are_told_without_hours(client, lamp, near, tuesday):
    Warehouse.objects.update(cutoff=time(11, 50, 30))
    given_stock({lamp: 5}, near)

    assertContains(ask(client, lamp, postal_code="98109"), "if ordered within 1&nbsp;min")


def test_what_is_promised_is_what_the_nearest_warehouse_can_do(client, lamp, near, far, tuesday):
    given_stock({lamp: 1}, far)
    from_afar = ask(client, lamp, postal_code="98109")
    given_stock({lamp: 1}, near)
    from_near = ask(client, lamp, postal_code="98109")
    close_warehouse(warehouse_id=near.pk)
    again = ask(client, lamp, postal_code="98109")

    assertContains(from_afar, "Arrives Tuesday, November 24")
    assertContains(from_near, "Arrives Thursday, November 19")
    assertContains(again, "Arrives Tuesday, November 24")


@pytest.mark.parametrize("strategy", ["fewest_parcels", "cheapest", "foresighted"])
def test_what_is_promised_is_kept_when_it_is_ordered(
    client, alice, lamp, near, far, tuesday, settings, strategy
):
    settings.ASSIGNMENT_STRATEGY = strategy
    given_stock({lamp: 3}, near)
    given_stock({lamp: 50}, far)
    client.force_login(alice)

    told = ask(client, lamp, postal_code="98109")
    _, [parcel] = assigned(alice, {lamp: 1})

    assertContains(told, "Arrives Thursday, November 19")
    assert parcel.warehouse == near


@pytest.mark.parametrize("strategy", ["round_robin", "tests.somebody.who_learns"])
def test_where_nobody_knows_who_ships_the_latest_is_promised(
    client, lamp, near, far, tuesday, settings, strategy
):
    settings.ASSIGNMENT_STRATEGY = strategy
    given_stock({lamp: 3}, near)
    given_stock({lamp: 50}, far)

    assertContains(ask(client, lamp, postal_code="98109"), "Arrives Tuesday, November 24")


@pytest.mark.parametrize("code", ["99999", "EC1A 1BB", "K1A 0B1", "<b>", "'\"\\%_💥"])
def test_where_nobody_knows_the_place_it_is_said(client, lamp, near, code):
    given_stock({lamp: 5}, near)

    answer = ask(client, lamp, postal_code=code)

    assertContains(answer, "We cannot say when it would arrive")
    assertNotContains(answer, "<b>")


@pytest.mark.parametrize("code", ["", " ", "\x00", "9" * 5000])
def test_what_is_no_code_is_asked_again(client, lamp, near, code):
    given_stock({lamp: 5}, near)

    assertContains(ask(client, lamp, postal_code=code), "When would it arrive?")


def test_a_customer_is_told_for_where_the_last_order_goes(client, alice, lamp, near, tuesday):
    given_stock({lamp: 5}, near)
    order(alice, {lamp: 1})
    client.force_login(alice)

    assertContains(ask(client, lamp), "To 98109")


def test_nothing_is_said_of_what_is_not_on_sale(client, alice, lamp, rug, near):
    gone = ItemFactory()
    given_stock({lamp: 5, gone: 5}, near)
    hold(alice, {lamp: 5})
    update_item(item_id=gone.pk, is_active=False)

    answers = [ask(client, item, postal_code="98109") for item in (lamp, rug, gone)]

    assert [(answer.status_code, answer.content) for answer in answers] == [(200, b"")] * 3


def test_nothing_is_asked_where_no_code_is_known(client, lamp, near, settings):
    settings.REGION = REGIONS["de"]
    given_stock({lamp: 5}, near)

    assert ask(client, lamp, postal_code="10117").content == b""


def test_an_item_may_be_called_arrival(client, near):
    film, lamp = ItemFactory(name="Arrival"), ItemFactory(name="Lamp")

    assertContains(client.get(f"/items/{film.pk}/arrival/"), "<h1")
    assert client.get(f"/items/{lamp.pk}/arrival/").url == lamp.get_absolute_url()


def test_telling_when_it_arrives_costs_few_statements(
    client, alice, lamp, near, far, django_assert_num_queries
):
    given_stock({lamp: 5}, near)
    given_stock({lamp: 5}, far)
    order(alice, {lamp: 1})
    with django_assert_num_queries(1):
        ask(client, lamp)

    client.force_login(alice)

    # The customer, shelves, the last order, warehouses, rates.
    with django_assert_num_queries(5):
        assertContains(ask(client, lamp), "Arrives")


# The order's page


def test_each_parcel_says_when_it_arrives(client, alice, lamp, rug, near, far):
    given_stock({lamp: 5}, near)
    given_stock({rug: 5}, far)
    placed, _ = assigned(alice, {lamp: 1, rug: 1})
    soon = datetime(2096, 11, 26, 15, tzinfo=UTC)  # a Monday, in New York in the morning
    WarehouseOrder.objects.update(assigned_at=soon)
    WarehouseOrder.objects.filter(warehouse=far).update(shipped_at=soon)
    client.force_login(alice)

    page = client.get(placed.get_absolute_url())

    assertContains(page, "Arrives Wednesday, November 28")  # a day of packing, one on the way
    assertContains(page, "Arrives Saturday, December 1")  # five days on the way


def test_a_day_that_is_over_is_no_promise_any_more(client, alice, lamp, near):
    given_stock({lamp: 5}, near)
    placed, _ = assigned(alice, {lamp: 1})
    WarehouseOrder.objects.update(shipped_at=datetime(2020, 1, 6, 15, tzinfo=UTC))
    client.force_login(alice)

    assertContains(client.get(placed.get_absolute_url()), "Expected by Tuesday, January 7")


def test_nothing_is_promised_of_parcels_to_places_nobody_knows(client, alice, lamp, near):
    given_stock({lamp: 5}, near)
    placed, _ = assigned(alice, {lamp: 1})
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
    placed, _ = assigned(alice, dict.fromkeys(items, 1))
    client.force_login(alice)

    with django_assert_num_queries(10):
        assertContains(client.get(placed.get_absolute_url()), "Arrives", count=count)
