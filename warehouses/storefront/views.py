"""The fragment of an item's page with its delivery estimate."""

from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from orders.storefront.session_address import last_used_address
from warehouses.assignment.delivery_estimates import estimate_delivery, stock_rows_with_units
from warehouses.delivery.distances import MAPPED_COUNTRIES
from warehouses.storefront.forms import PostalCodeForm

SESSION_KEY = "postal_code"
MINUTE = timedelta(minutes=1)


@never_cache
@require_safe
def delivery_estimate(request: HttpRequest, pk: int) -> HttpResponse:
    """Render the delivery estimate of a unit ordered now, as a fragment of the item's page.

    A request without htmx is led to the page. The fragment is empty without stock, or if
    distances in the region's country are unknown.
    """
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("catalog:item", pk)
    rows = stock_rows_with_units(pk)
    if not rows:
        return HttpResponse()
    address = _address(request)
    estimate = estimate_delivery(rows, address)
    if estimate is None and settings.REGION.country not in MAPPED_COUNTRIES:
        return HttpResponse()
    context = {
        "postal_code": address.get("postal_code"),
        "form": PostalCodeForm(initial=address),
        "estimate": estimate,
        "time_left": estimate and _hours_and_minutes(rows[0].as_of, estimate.order_before),
    }
    return render(request, "warehouses/_delivery_estimate.html", context)


def _address(request: HttpRequest) -> dict[str, str]:
    """Return the postal code typed here, now or before, else the customer's known address."""
    form = PostalCodeForm(request.GET)
    if form.is_valid():
        request.session[SESSION_KEY] = form.cleaned_data["postal_code"]
    if postal_code := request.session.get(SESSION_KEY):
        return {"country": settings.REGION.country, "postal_code": postal_code}
    return last_used_address(request) if request.user.is_authenticated else {}


def _hours_and_minutes(start: datetime, end: datetime) -> tuple[int, int]:
    """Return the time from start to end in hours and minutes, at least one minute."""
    return divmod(max(1, (end - start) // MINUTE), 60)
