"""Admin pages of rate tables."""

import pytest
from django.contrib.auth.models import Permission
from pytest_django.asserts import assertContains, assertNotContains

from shop.accounts.models import User
from shop.core.regions import REGIONS
from warehouses.delivery.rates import DEFAULT_RATES, Rate, Rates, current_rates
from warehouses.models import RateTable, ZoneRate

RATES = "/admin/warehouses/ratetable/"
IN_FORCE = 'alt="True"'

pytestmark = pytest.mark.django_db


def table(*zones: tuple, note="") -> dict:
    """Return the form data of zones, each (up to km, parcel, per kg, days)."""
    names = ("up_to_km", "parcel_price", "price_per_kg", "days")
    rows = {
        f"zones-{row}-{name}": value
        for row, zone in enumerate(zones)
        for name, value in zip(names, zone, strict=True)
    }
    return {"note": note, "zones-TOTAL_FORMS": len(zones), "zones-INITIAL_FORMS": 0, **rows}


GOOD = table((100, 500, 40, 1), ("", 900, 90, 4), note="Spring")


def test_a_new_table_starts_with_the_current_rates(desk):
    first = desk.get(f"{RATES}add/").context["inline_admin_formsets"][0].formset
    desk.post(f"{RATES}add/", GOOD)
    second = desk.get(f"{RATES}add/").context["inline_admin_formsets"][0].formset

    assert len(first.forms) == len(DEFAULT_RATES.rates)
    assert [form.initial for form in second.forms] == [
        {"up_to_km": 100, "parcel_price": 500, "price_per_kg": 40, "days": 1},
        {"up_to_km": None, "parcel_price": 900, "price_per_kg": 90, "days": 4},
    ]


def test_the_newest_table_is_in_force_and_the_list_shows_it(desk):
    desk.post(f"{RATES}add/", GOOD)
    desk.post(f"{RATES}add/", table(("", 700, 70, 3)))

    page = desk.get(RATES)

    assert current_rates() == Rates([], [Rate(700, 70, 3)])
    assert [row.is_newest for row in page.context["cl"].result_list] == [True, False]
    assertContains(page, IN_FORCE, count=1)


def test_before_the_first_table_the_list_shows_the_default_rates(desk):
    before = desk.get(RATES)
    desk.post(f"{RATES}add/", GOOD)
    after = desk.get(RATES)

    assertContains(
        before,
        '<tr><th scope="row">8</th><td>beyond</td><td>$12.60</td><td>$2.70</td><td>5</td></tr>',
        html=True,
    )
    assertContains(before, "These are the default rates")
    assertContains(
        after,
        '<tr><th scope="row">1</th><td>100 km</td><td>$5.00</td><td>$0.40</td><td>1</td></tr>',
        html=True,
    )
    assertNotContains(after, "These are the default rates")


def test_the_form_shows_the_unit_of_amounts(desk, settings):
    settings.REGION = REGIONS["de"]

    page = desk.get(f"{RATES}add/")

    assertContains(page, "Price per parcel, in 0.01 EUR")
    assertContains(page, "Price per kg, in 0.01 EUR")


def test_unchanged_initial_rates_are_saved(desk):
    unchanged = desk.get(f"{RATES}add/").context["inline_admin_formsets"][0].formset
    rows = [
        [form.initial[name] for name in ("up_to_km", "parcel_price", "price_per_kg", "days")]
        for form in unchanged.forms
    ]

    desk.post(
        f"{RATES}add/", table(*(("" if row[0] is None else row[0], *row[1:]) for row in rows))
    )

    ends, rates = current_rates()
    assert (tuple(ends), tuple(rates)) == (DEFAULT_RATES.ends, DEFAULT_RATES.rates)


@pytest.mark.parametrize(
    "zones",
    [
        [],
        [(100, 500, 40, 1)],
        [("", 500, 40, 1), ("", 900, 90, 4)],
        [("", 500, 40, 1), (100, 900, 90, 4)],
        [(200, 500, 40, 1), (100, 600, 50, 2), ("", 900, 90, 4)],
        [(100, 500, 40, 1), (100, 600, 50, 2), ("", 900, 90, 4)],
        [(0, 500, 40, 1), ("", 900, 90, 4)],
        [(-5, 500, 40, 1), ("", 900, 90, 4)],
        [("", -1, 90, 4)],
        [("", 900, -1, 4)],
        [("", 900, 90, -1)],
        [("", "9" * 12, 90, 4)],
        [("", "", 90, 4)],
        [("x", "many", "", "")],
    ],
)
def test_an_invalid_table_is_refused_and_nothing_changes(desk, zones):
    answer = desk.post(f"{RATES}add/", table(*zones))

    formset = answer.context["inline_admin_formsets"][0].formset
    assert any(formset.errors) or formset.non_form_errors()
    assert not RateTable.objects.exists()
    assert not ZoneRate.objects.exists()


def test_an_empty_row_is_no_zone(desk):
    desk.post(f"{RATES}add/", table((100, 500, 40, 1), ("", "", "", ""), ("", 900, 90, 4)))

    assert current_rates().ends == [100]


def test_a_table_is_never_changed(desk):
    desk.post(f"{RATES}add/", GOOD)
    saved, before = RateTable.objects.get(), current_rates()
    page = f"{RATES}{saved.pk}"

    answers = [
        desk.post(f"{page}/change/", table(("", 1, 1, 1))),
        desk.post(f"{page}/delete/", {"post": "yes"}),
    ]
    desk.post(RATES, {"action": "delete_selected", "_selected_action": saved.pk, "post": "yes"})

    assert [answer.status_code for answer in answers] == [403, 403]
    assert current_rates() == before
    assertContains(desk.get(f"{page}/change/"), "$9.00")


def test_permission_to_add_a_table_includes_its_zones(client):
    clerk = User.objects.create_user("rates@example.com", is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="add_ratetable"))
    client.force_login(clerk)

    client.post(f"{RATES}add/", GOOD)

    assert current_rates().ends == [100]


def test_rates_are_shown_to_staff_only(client, mallory):
    client.force_login(mallory)

    assert client.get(RATES).url.startswith("/admin/login/")
