"""Pages of search results and items."""

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

from catalog.back_in_stock import has_requested_mail, request_back_in_stock_mail
from catalog.exceptions import TooManyRequests
from catalog.live_items import get_item, get_items
from catalog.models import Item
from catalog.recommendations import recommend_with
from catalog.search.service import get_item_catalogue
from catalog.storefront.browsing import facets_of, popular_items
from catalog.storefront.forms import SORT_LABELS, SearchForm
from shop.core.db.transactions import run_transaction
from shop.core.http.post_redirect import redirect_unless_post
from shop.core.regions import currency

MAX_WATCHED = 100  # items of a page whose stock is refreshed
KEY = re.compile(r"[0-9]{1,18}", re.ASCII)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show the search results, with live stock."""
    form = SearchForm(request.GET)
    query = form.query()
    results = get_item_catalogue(query, page=form.page_number)
    parameters = form.as_parameters()
    narrowed = query.narrowed(results.intent) if results.intent else query
    return render(
        request,
        "catalog/item_search.html",
        {
            "results": results,
            "query": query,
            "text": form.value("q") or "",
            "heading": form.heading(),
            "parameters": parameters,
            "parameters_without_filters": form.without_filters(),
            "here": f"{request.path}?{parameters.urlencode()}",
            "canonical": request.build_absolute_uri(f"?{form.as_canonical().urlencode()}"),
            "facets": facets_of(results, query),
            "links": form.links_from_hints(results),
            # The filters show the price that was read from the words, which then lack it.
            "filter_text": results.intent.without_price if results.intent else form.value("q"),
            "prices": (narrowed.min_price, narrowed.max_price),
            "popular": popular_items() if not results.count else [],
            "sorts": SORT_LABELS,
            "currency_code": currency(),
        },
    )


@require_safe
def item(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    """Show an item with its live stock; any other URL of it redirects to the current one."""
    try:
        item = get_item(pk)
    except Item.DoesNotExist as error:
        raise Http404 from error
    if request.path != item.get_absolute_url():
        return _redirect_to(item)
    context = {
        "item": item,
        "max_units": settings.MAX_UNITS_PER_ITEM,
        "together": recommend_with(item),
        "has_requested_mail": not item.stock and has_requested_mail(request.user, item),
        "here": request.path,
        "url": request.build_absolute_uri(request.path),
        "picture_url": request.build_absolute_uri(item.image.url) if item.image else "",
    }
    return render(request, "catalog/item_page.html", context)


@redirect_unless_post("home")
def request_mail(request: HttpRequest, pk: int) -> HttpResponse:
    """Request a mail for when the item is back; a visitor has to sign in first."""
    try:
        item = get_item(pk)
        if not request.user.is_authenticated:
            messages.info(request, _("Sign in, so that we know where to write to."))
            return redirect_to_login(item.get_absolute_url())
        run_transaction(request_back_in_stock_mail, customer=request.user, item_id=pk)
    except Item.DoesNotExist as error:
        raise Http404 from error
    except TooManyRequests as refusal:
        text = _("You wait for %(limit)d items already, and cannot wait for more.")
        messages.error(request, text % {"limit": refusal.limit})
        return redirect(item)
    if has_requested_mail(request.user, item):
        messages.success(request, _("We will mail you when it is back."))
    else:
        messages.info(request, _("It is back already."))
    return redirect(item)


@never_cache
@require_safe
def stock(request: HttpRequest) -> HttpResponse:
    """Show the current stock of up to MAX_WATCHED items, for pages that stay open."""
    item_ids = [int(key) for key in request.GET.getlist("item") if KEY.fullmatch(key)]
    items = get_items(item_ids[:MAX_WATCHED])
    return render(request, "catalog/_stock.html", {"items": items.values()})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Return robots.txt."""
    return render(request, "robots.txt", content_type="text/plain")


def _redirect_to(item: Item) -> HttpResponse:
    """Redirect permanently, for search engines, but uncached: a name may change back."""
    response = HttpResponsePermanentRedirect(item.get_absolute_url())
    response["Cache-Control"] = "no-cache"
    return response
