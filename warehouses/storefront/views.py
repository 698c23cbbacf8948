"""What the warehouses add to the pages of the floors below."""

from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog.storefront.views import item
from orders.storefront.checkout import known_address
from warehouses.assignment.delivery_estimates import estimate_delivery, shelves_with
from warehouses.delivery.distances import MAPPED_COUNTRIES
from warehouses.storefront.forms import PostalCodeForm

SESSION_KEY = "postal_code"
MINUTE = timedelta(minutes=1)


@never_cache
@require_safe
def arrival(request: HttpRequest, pk: int) -> HttpResponse:
    """When a unit ordered now would arrive: a part of the item's page, and only that.

    Asked for as a page it is the item's, whose name may be just that.
    """
    if not request.htmx:  # type: ignore[attr-defined]
        return item(request, pk, slug="arrival")
    shelves = shelves_with(pk)
    if not shelves:
        return HttpResponse()
    address = _address(request)
    promise = estimate_delivery(shelves, address)
    if promise is None and settings.REGION.country not in MAPPED_COUNTRIES:
        return HttpResponse()
    said = {
        "postal_code": address.get("postal_code"),
        "form": PostalCodeForm(initial=address),
        "promise": promise,
        "within": promise and _hours_and_minutes(shelves[0].as_of, promise.order_before),
    }
    return render(request, "warehouses/_arrival.html", said)


def _address(request: HttpRequest) -> dict[str, str]:
    """What was typed here, now or before; else where the customer's orders go."""
    form = PostalCodeForm(request.GET)
    if form.is_valid():
        request.session[SESSION_KEY] = form.cleaned_data["postal_code"]
    if typed := request.session.get(SESSION_KEY):
        return {"country": settings.REGION.country, "postal_code": typed}
    return known_address(request) if request.user.is_authenticated else {}


def _hours_and_minutes(start: datetime, end: datetime) -> tuple[int, int]:
    return divmod(max(1, (end - start) // MINUTE), 60)
