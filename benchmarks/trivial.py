"""The shop's web server with one more page: a trivial Django view, as a baseline.

It reads one row by its key and returns it; the shop's own pages are reported as a ratio to it.
"""

from shop.wsgi import application  # isort: skip -- sets Django up

from django.http import HttpRequest, JsonResponse
from django.urls import path

from catalog.models import AggregatedStock
from shop.urls import urlpatterns


def trivial(request: HttpRequest, item_id: int) -> JsonResponse:
    """Return the stock of an item."""
    return JsonResponse({"stock": AggregatedStock.objects.get(pk=item_id).stock})


urlpatterns.append(path("trivial/<int:item_id>/", trivial))

__all__ = ["application"]
