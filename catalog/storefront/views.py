"""Finding items in a browser."""

import re

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
)
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog.back_in_stock import is_waiting, request_back_in_stock_mail
from catalog.live_items import get_item, get_items
from catalog.models import Item
from catalog.recommendations import recommended_with
from catalog.search.service import get_item_catalogue
from catalog.storefront.browsing import facets_of, popular_items
from catalog.storefront.forms import SORT_LABELS, SearchForm
from shop.core.db.transactions import run_transaction
from shop.core.http.post_redirect import only_by_post
from shop.core.regions import currency

MAX_WATCHED = 100  # items of a page whose stock is told again
KEY = re.compile(r"[0-9]{1,18}", re.ASCII)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """The search results, with live stock."""
    asked = SearchForm(request.GET)
    query = asked.query()
    results = get_item_catalogue(query, page=asked.page_number)
    parameters = asked.as_parameters()
    return render(
        request,
        "catalog/item_search.html",
        {
            "results": results,
            "query": query,
            "text": asked.given("q") or "",
            "heading": asked.heading(),
            "parameters": parameters,
            "cleared": asked.without_filters(),
            "here": f"{request.path}?{parameters.urlencode()}",
            "canonical": request.build_absolute_uri(f"?{asked.as_canonical().urlencode()}"),
            "facets": facets_of(results, query),
            "literally": asked.as_literal(),
            "popular": popular_items() if not results.count else [],
            "sorts": SORT_LABELS,
            "currency_code": currency(),
        },
    )


@require_safe
def item(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    """One item with its live stock, at the one address that has its name in it."""
    try:
        found = get_item(pk)
    except Item.DoesNotExist as error:
        raise Http404 from error
    if request.path != found.get_absolute_url():
        return _moved_to(found)
    said = {
        "item": found,
        "most_units": settings.MAX_UNITS_PER_ITEM,
        "together": recommended_with(found),
        "is_waiting": not found.stock and is_waiting(request.user, found),
        "here": request.path,
        "address": request.build_absolute_uri(request.path),
        "picture": request.build_absolute_uri(found.image.url) if found.image else "",
    }
    return render(request, "catalog/item_page.html", said)


@only_by_post("home")
def tell_me(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the customer told when the item is back; a visitor has to sign in for that."""
    try:
        found = get_item(pk)
        if not request.user.is_authenticated:
            messages.info(request, _("Sign in, so that we know where to write to."))
            return redirect_to_login(found.get_absolute_url())
        run_transaction(request_back_in_stock_mail, customer=request.user, item_id=pk)
    except Item.DoesNotExist as error:
        raise Http404 from error
    messages.success(request, _("We will mail you when it is back."))
    return redirect(found)


@never_cache
@require_safe
def stock(request: HttpRequest) -> HttpResponse:
    """What is left of some items at this moment, for pages that stay open."""
    asked = [int(key) for key in request.GET.getlist("item") if KEY.fullmatch(key)]
    items = get_items(asked[:MAX_WATCHED])
    return render(request, "catalog/_stock.html", {"items": items.values()})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    return render(request, "robots.txt", content_type="text/plain")


def _moved_to(item: Item) -> HttpResponse:
    """Permanent for those who link here, yet asked again by browsers: a name may change back."""
    answer = HttpResponsePermanentRedirect(item.get_absolute_url())
    answer["Cache-Control"] = "no-cache"
    return answer
