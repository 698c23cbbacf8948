from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories import given_stock
from tests.stories import assigned, order
from warehouses.decisions import as_answered, as_asked, in_short
from warehouses.explaining import LONGEST, explained
from warehouses.models import Decision, Waiting, WarehouseOrder
from warehouses.strategies import Candidate, Line
from warehouses.strategies.counting_costs import cheapest

DECISIONS = "/admin/warehouses/decision/"
WAITING = "/admin/warehouses/waiting/"
PARCELS = "/admin/warehouses/warehouseorder/"
ORDERS = "/admin/orders/order/"

pytestmark = pytest.mark.django_db


def met(seattle, dallas, **of_seattle) -> list[Candidate]:
    """Seattle is near; Dallas is farther and dearer."""
    near = {"zone": 0, "parcel": 620, "per_kg": 45, "distance": 12, "load": 3, **of_seattle}
    return [
        Candidate(seattle.pk, seattle.code, **near),
        Candidate(dallas.pk, dallas.code, zone=5, parcel=1020, per_kg=170, distance=2712, load=8),
    ]


def decide(placed, lamp, candidates) -> Decision:
    """Write down what the cheapest way is to ship two lamps of a kilogram each."""
    lines = [Line(lamp.pk, 2, lamp.name, 1000)]
    available = {(one.id, lamp.pk): units for one, units in zip(candidates, (7, 4), strict=True)}
    answer = cheapest(lines, available, {}, candidates)
    WarehouseOrder.objects.filter(order=placed).update(decision=in_short("cheapest", 3, answer))
    return Decision.objects.create(
        order=placed,
        strategy="cheapest",
        version=3,
        asked=as_asked(lines, available, candidates),
        answered=as_answered(answer),
    )


@pytest.fixture
def decided(alice, lamp, seattle, dallas) -> Decision:
    given_stock({lamp: 9}, seattle)
    placed, _ = assigned(alice, {lamp: 2})
    return decide(placed, lamp, met(seattle, dallas))


def svg_of(page) -> ElementTree.Element:
    _, start, rest = page.content.decode().partition("<svg role")
    drawn, end, _ = rest.partition("</svg>")
    return ElementTree.fromstring(start + drawn + end)  # noqa: S314 -- the shop's own page


def test_a_decision_shows_what_was_weighed(desk, decided):
    page = desk.get(f"{DECISIONS}{decided.pk}/change/")

    assertContains(page, "1 parcel from SEA1: 6.50 cheaper than DAL1.", html=True)
    assertContains(page, "Decided by cheapest, version 3.")
    assertContains(
        page,
        '<tr><th scope="row">SEA1</th>'
        "<td>$6.20</td><td>$0.90</td><td>$0.00</td><td>$7.10</td></tr>",
        html=True,
    )
    assertContains(page, "The next best is dearer by $6.50.")


def test_a_decision_shows_what_was_seen(desk, decided):
    page = desk.get(f"{DECISIONS}{decided.pk}/change/")

    assertContains(
        page,
        '<tr><th scope="row">SEA1</th><td>1</td><td>12 km</td><td>$6.20</td><td>$0.45</td>'
        "<td>3</td><td>0</td><td><strong>2 of</strong> 7</td></tr>",
        html=True,
    )
    assertContains(page, "2712 km")


def test_the_chart_says_in_words_what_it_draws_and_styles_nothing_inline(desk, decided):
    chart = svg_of(desk.get(f"{DECISIONS}{decided.pk}/change/"))

    assert chart.find("title").text == "What each choice costs: SEA1 $7.10; DAL1 $13.60"
    assert not [part for part in chart.iter() if "style" in part.attrib]
    bars = [int(part.get("width")) for part in chart.findall("g/rect")]
    assert sum(bars[3:6]) == LONGEST
    assert sum(bars[:3]) == pytest.approx(LONGEST * 7.10 / 13.60, abs=2)


def test_what_a_full_day_adds_is_said_and_not_counted_as_money(
    desk, decided, lamp, seattle, dallas
):
    full = decide(decided.order, lamp, met(seattle, dallas, has_capacity=False))

    page = desk.get(f"{DECISIONS}{full.pk}/change/")

    assertContains(page, "SEA1\n            (1 with no parcel left today)")
    assertContains(page, "(its day is full)")
    assertContains(page, "<td>$7.10</td>")
    assertNotContains(page, "dearer by")


def test_units_that_are_worth_something_to_later_orders_say_so(
    desk, decided, lamp, seattle, dallas
):
    dear = decide(decided.order, lamp, met(seattle, dallas, values={lamp.pk: 150_000}))

    assertContains(desk.get(f"{DECISIONS}{dear.pk}/change/"), "(worth $1.50 each)")


def test_the_warehouse_order_explains_itself_likewise(desk, decided):
    parcel = WarehouseOrder.objects.get()

    page = desk.get(f"{PARCELS}{parcel.pk}/change/")

    assertContains(page, "<td>$13.60</td>")
    assertContains(page, "<svg role")
    assertContains(page, f'<a href="{DECISIONS}{decided.pk}/change/">assigned</a>')


def test_the_order_links_its_decisions(desk, decided):
    page = desk.get(f"{ORDERS}{decided.order_id}/change/")

    assertContains(page, f'<a href="{DECISIONS}{decided.pk}/change/">assigned</a>')
    assertContains(page, "1 parcel from SEA1: 6.50 cheaper than DAL1.")


@pytest.mark.parametrize(
    "decision",
    [
        {},
        {"reason": "<b>Because</b>"},
        {"considered": [{"warehouses": [], "parcels": 0, "weight": 0}]},
    ],
)
def test_a_decision_of_few_words_is_shown_as_far_as_it_goes(decision):
    said = render_to_string("admin/warehouses/_decision.html", explained(decision))

    assert "<b>" not in said
    assert "dearer" not in said


@pytest.fixture
def waiting(alice, lamp, seattle) -> Waiting:
    given_stock({lamp: 2}, seattle)
    return Waiting.objects.create(
        order=order(alice, {lamp: 2}),
        reason="No warehouse has <i>any</i> of it.",
        tries=3,
        again_at=timezone.now() + timedelta(minutes=5),
    )


def test_orders_that_wait_say_why_and_lead_to_their_page(desk, waiting):
    page = desk.get(WAITING)

    assertContains(page, f'<a href="{ORDERS}{waiting.pk}/change/">{waiting.order}</a>')
    assertContains(page, "No warehouse has &lt;i&gt;any&lt;/i&gt; of it.")
    assert desk.get(f"{WAITING}{waiting.pk}/change/").status_code == 200


@pytest.mark.parametrize("url", [DECISIONS, WAITING])
def test_staff_can_only_read_them(desk, client, mallory, decided, waiting, url):
    one = desk.get(url).context["cl"].result_list[0]

    answers = [
        desk.get(f"{url}add/"),
        desk.post(f"{url}{one.pk}/change/", {"reason": "x"}),
        desk.post(f"{url}{one.pk}/delete/", {"post": "yes"}),
    ]
    client.force_login(mallory)

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert client.get(url).url.startswith("/admin/login/")


@pytest.mark.parametrize("url", [DECISIONS, WAITING])
def test_their_lists_take_few_queries_and_any_search(
    desk, alice, lamp, decided, url, django_assert_max_num_queries
):
    given_stock({lamp: 20})
    for _ in range(5):
        placed = order(alice, {lamp: 1})
        Waiting.objects.create(order=placed, reason="-", again_at=timezone.now())
        Decision.objects.create(order=placed, strategy="-", version=1, asked={}, answered={})

    with django_assert_max_num_queries(7):
        desk.get(url)

    nonsense = desk.get(url, {"q": "'\"\\%_💥" + "x" * 3000})
    assert not nonsense.context["cl"].result_list
