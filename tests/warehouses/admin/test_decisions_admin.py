"""Admin page of decisions: choices, costs, inputs and the chart."""

from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string
from pytest_django.asserts import assertContains, assertNotContains

from tests.support.browser import PHONE, browser_page
from tests.support.factories import given_stock
from tests.support.stories import order, order_and_assign
from warehouses.admin.decision_chart import MAX_BAR_WIDTH, render_chart
from warehouses.assignment.records import serialize_inputs, serialize_outputs, summarize
from warehouses.assignment.strategies.by_cost import cheapest
from warehouses.assignment.strategies.types import Candidate, Line
from warehouses.models import Decision, WarehouseOrder

DECISIONS = "/admin/warehouses/decision/"
PARCELS = "/admin/warehouses/warehouseorder/"
ORDERS = "/admin/orders/order/"

pytestmark = pytest.mark.django_db


def two_candidates(seattle, dallas, **of_seattle) -> list[Candidate]:
    """Return Seattle, which is near, and Dallas, which is farther and dearer."""
    near = {
        "zone": 0,
        "parcel_price": 620,
        "price_per_kg": 45,
        "distance": 12,
        "load": 3,
        **of_seattle,
    }
    return [
        Candidate(seattle.pk, seattle.code, **near),
        Candidate(
            dallas.pk,
            dallas.code,
            zone=5,
            parcel_price=1020,
            price_per_kg=170,
            distance=2712,
            load=8,
        ),
    ]


def decide(placed, lamp, candidates) -> Decision:
    """Record the cheapest assignment of two lamps of a kilogram each."""
    lines = [Line(lamp.pk, 2, lamp.name, 1000)]
    seattle, dallas = candidates
    available = {(seattle.id, lamp.pk): 7, (dallas.id, lamp.pk): 4}
    assignment = cheapest(lines, available, {}, candidates)
    decision = summarize("cheapest", 3, assignment)
    WarehouseOrder.objects.filter(order=placed).update(decision=decision)
    return Decision.objects.create(
        order=placed,
        strategy="cheapest",
        version=3,
        inputs=serialize_inputs(lines, available, candidates),
        outputs=serialize_outputs(assignment),
    )


@pytest.fixture
def decided(alice, lamp, seattle, dallas) -> Decision:
    given_stock({lamp: 9}, seattle)
    placed, _ = order_and_assign(alice, {lamp: 2})
    return decide(placed, lamp, two_candidates(seattle, dallas))


def chart_of(page) -> ElementTree.Element:
    _, start, rest = page.content.decode().partition('<figure class="costs"')
    drawn, end, _ = rest.partition("</figure>")
    return ElementTree.fromstring(start + drawn + end)  # noqa: S314 -- the shop's own page


def test_a_decision_shows_the_costs_of_its_choices(desk, decided):
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


def test_a_decision_shows_its_inputs(desk, decided):
    page = desk.get(f"{DECISIONS}{decided.pk}/change/")

    assertContains(
        page,
        '<tr><th scope="row">SEA1</th><td>1</td><td>12 km</td><td>$6.20</td><td>$0.45</td>'
        "<td>3</td><td>0</td><td><strong>2 of</strong> 7</td></tr>",
        html=True,
    )
    assertContains(page, "2712 km")
    assertContains(page, "2 × Brass desk lamp, 1 kg each")


@pytest.mark.parametrize("recorded", [{"distance": None}, {"distance": 0, "zone": 7}])
def test_an_unknown_distance_is_shown_as_unknown(desk, decided, lamp, seattle, dallas, recorded):
    inputs = decided.inputs
    inputs["candidates"][0] |= recorded
    Decision.objects.update(inputs=inputs)

    page = desk.get(f"{DECISIONS}{decided.pk}/change/")

    assertContains(page, "<td>distance unknown</td>", count=1)


def test_a_distance_of_zero_in_the_nearest_zone_is_known(desk, decided):
    inputs = decided.inputs
    inputs["candidates"][0] |= {"distance": 0, "zone": 0}
    Decision.objects.update(inputs=inputs)

    assertContains(desk.get(f"{DECISIONS}{decided.pk}/change/"), "<td>0 km</td>")


def test_the_chart_has_captions_and_no_inline_styles(desk, decided):
    chart = chart_of(desk.get(f"{DECISIONS}{decided.pk}/change/"))

    captions = [[caption.text for caption in row] for row in chart.findall("p")]
    assert captions == [["SEA1", "$7.10"], ["DAL1", "$13.60"]]
    assert not [part for part in chart.iter() if "style" in part.attrib]
    chosen, other = (
        sum(int(bar.get("width")) for bar in drawn.findall("rect"))
        for drawn in chart.findall("svg")
    )
    assert other == MAX_BAR_WIDTH
    assert chosen == pytest.approx(MAX_BAR_WIDTH * 7.10 / 13.60, abs=2)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_phone_shows_the_chart_whole_and_keys_reach_the_end_of_the_tables(
    live_server, clerk, decided
):
    is_at_end = (
        "box => box.scrollLeft > 0 && box.scrollLeft + box.clientWidth > box.scrollWidth - 2"
    )

    with browser_page(live_server.url, signed_in=clerk, viewport=PHONE) as page:
        page.goto(f"{DECISIONS}{decided.pk}/change/")

        chart = page.locator("figure.costs").bounding_box()
        assert chart["x"] + chart["width"] <= PHONE["width"]
        for name in ("Considered, the chosen first", "The warehouses, in turn"):
            table = page.get_by_role("region", name=name)
            table.focus()
            for _ in range(40):
                page.keyboard.press("ArrowRight")
            page.wait_for_function(is_at_end, arg=table.element_handle())
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_warehouse_among_the_choices_is_not_listed_as_passed_over(desk, decided):
    page = desk.get(f"{DECISIONS}{decided.pk}/change/")

    assert decided.outputs["rejected"] == [{"warehouse": "DAL1", "why": "would cost 6.50 more"}]
    assertNotContains(page, "Passed over")


def test_the_margin_is_that_of_the_totals_on_the_page():
    choices = [
        {"warehouses": ["SEA1"], "parcels": 620_000, "weight": 67_501},
        {"warehouses": ["DAL1"], "parcels": 907_000, "weight": 67_999},
    ]

    context = render_chart({"considered": choices})

    assert [str(choice.total) for choice in context["choices"]] == ["6.88", "9.75"]
    assert str(context["margin"]) == "2.87"


def test_a_full_day_is_shown_and_not_counted_as_money(desk, decided, lamp, seattle, dallas):
    full = decide(decided.order, lamp, two_candidates(seattle, dallas, has_capacity=False))

    page = desk.get(f"{DECISIONS}{full.pk}/change/")

    assertContains(page, '<th scope="row">SEA1 (1 with no parcel left today)</th>', html=True)
    assertContains(page, "(its day is full)")
    assertContains(page, "<td>$7.10</td>")
    assertNotContains(page, "dearer by")


def test_the_bid_price_of_units_is_shown(desk, decided, lamp, seattle, dallas):
    dear = decide(
        decided.order, lamp, two_candidates(seattle, dallas, bid_prices={lamp.pk: 150_000})
    )

    assertContains(desk.get(f"{DECISIONS}{dear.pk}/change/"), "(worth $1.50 each)")


def test_a_warehouse_order_shows_the_same_decision(desk, decided):
    parcel = WarehouseOrder.objects.get()

    page = desk.get(f"{PARCELS}{parcel.pk}/change/")

    assertContains(page, "<td>$13.60</td>")
    assertContains(page, '<figure class="costs"')
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
def test_the_parts_of_an_incomplete_decision_are_shown(decision):
    html = render_to_string("admin/warehouses/_decision.html", render_chart(decision))

    assert "<b>" not in html
    assert "dearer" not in html


CHOICE = {"warehouses": ["SEA1"], "parcels": 620_000, "weight": 90_000, "future": 0}


@pytest.mark.parametrize(
    "considered",
    [
        *["SEA1", 7, {"SEA1": 620_000}, ["SEA1"], [None], [[]]],
        *[[CHOICE | {"warehouses": "SEA1"}], [CHOICE | {"warehouses": [1]}]],
        *[[CHOICE | {"parcels": "620000"}], [CHOICE | {"overloaded": {}}]],
        [CHOICE | {"weight": 10**300}],
    ],
)
def test_unreadable_choices_are_left_out_and_the_rest_is_shown(desk, decided, considered):
    outputs = decided.outputs | {"considered": considered}
    Decision.objects.update(outputs=outputs)

    page = desk.get(f"{DECISIONS}{decided.pk}/change/")

    assertContains(page, "Not all of what was considered can be read.")
    assertContains(page, "1 parcel from SEA1: 6.50 cheaper than DAL1.")
    assertContains(page, "would cost 6.50 more")
    assertContains(page, "2712 km")


def test_choices_are_shown_up_to_the_first_unreadable_one():
    context = render_chart({"considered": [CHOICE, "DAL1", CHOICE]})

    assert [choice.warehouses for choice in context["choices"]] == ["SEA1"]
    assert context["margin"] is None
    assert context["is_cut_short"]


@pytest.mark.parametrize(
    "outputs",
    [[], "x", 7, {"reason": {}, "rejected": 7}, {"rejected": ["x", {"warehouse": []}]}],
)
@pytest.mark.parametrize("inputs", [{}, [], "x", {"lines": "x", "available": 1, "candidates": []}])
def test_a_decision_recorded_in_another_form_can_be_shown(desk, decided, inputs, outputs):
    Decision.objects.update(inputs=inputs, outputs=outputs)
    WarehouseOrder.objects.update(decision=outputs)

    pages = [
        desk.get(DECISIONS),
        desk.get(f"{DECISIONS}{decided.pk}/change/"),
        desk.get(f"{PARCELS}{WarehouseOrder.objects.get().pk}/change/"),
        desk.get(f"{ORDERS}{decided.order_id}/change/"),
    ]

    assert [page.status_code for page in pages] == [200] * 4
    assertContains(pages[1], "The inputs cannot be read.")


def test_staff_can_only_read_decisions(desk, client, mallory, decided):
    answers = [
        desk.get(f"{DECISIONS}add/"),
        desk.post(f"{DECISIONS}{decided.pk}/change/", {"reason": "x"}),
        desk.post(f"{DECISIONS}{decided.pk}/delete/", {"post": "yes"}),
    ]
    client.force_login(mallory)

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert client.get(DECISIONS).url.startswith("/admin/login/")


def test_the_list_takes_few_queries_and_any_search(
    desk, alice, lamp, decided, django_assert_max_num_queries
):
    given_stock({lamp: 20})
    for _ in range(5):
        placed = order(alice, {lamp: 1})
        Decision.objects.create(order=placed, strategy="-", version=1, inputs={}, outputs={})

    with django_assert_max_num_queries(7):
        desk.get(DECISIONS)

    nonsense = desk.get(DECISIONS, {"q": "'\"\\%_💥" + "x" * 3000})
    assert not nonsense.context["cl"].result_list
