"""Finding items in a browser."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from catalog.browsing import brands, departments
from catalog.forms import SORT_LABELS, SearchForm
from catalog.live import get_item
from catalog.models import Item
from catalog.search import get_item_catalogue


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
            "parameters": parameters,
            "here": f"{reverse('catalog:search')}?{parameters.urlencode()}",
            "departments": departments(),
            "brands": brands(query.category),
            "sorts": SORT_LABELS,
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
    return render(request, "catalog/item_page.html", {"item": found})


def _moved_to(item: Item) -> HttpResponse:
    """Permanent for those who link here, yet asked again by browsers: a name may change back."""
    answer = HttpResponsePermanentRedirect(item.get_absolute_url())
    answer["Cache-Control"] = "no-cache"
    return answer
