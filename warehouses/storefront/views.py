"""The fragment of an item's page with its delivery estimate."""

from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from orders.storefront.session_address import last_used_address
from shop.core.http.visitors import take_visitor_session
from shop.core.security_log import record_limit
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
    typed = form.cleaned_data["postal_code"] if form.is_valid() else ""
    if typed and _may_remember(request):
        request.session[SESSION_KEY] = typed
    if postal_code := typed or request.session.get(SESSION_KEY):
        return {"country": settings.REGION.country, "postal_code": postal_code}
    return last_used_address(request) if request.user.is_authenticated else {}


def _may_remember(request: HttpRequest) -> bool:
    """Return whether a session may be written: there is one, or a visitor may begin one."""
    if not request.session.is_empty():
        return True
    level = take_visitor_session(request)
    record_limit(level, "visitors", request=request)
    return level is None or level.is_allowed


def _hours_and_minutes(start: datetime, end: datetime) -> tuple[int, int]:
    """Return the time from start to end in hours and minutes, at least one minute."""
    return divmod(max(1, (end - start) // MINUTE), 60)
