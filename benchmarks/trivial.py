"""The shop's web server with one more page: the least that a Django view can do.

It reads one row by its key and says it; what the shop's own pages take is told as a
ratio to it.
"""

from shop.wsgi import application  # isort: skip -- sets Django up

from django.http import HttpRequest, JsonResponse
from django.urls import path

from catalog.models import AggregatedStock
from shop.urls import urlpatterns


def trivial(request: HttpRequest, item_id: int) -> JsonResponse:
    return JsonResponse({"stock": AggregatedStock.objects.get(pk=item_id).stock})


urlpatterns.append(path("trivial/<int:item_id>/", trivial))

__all__ = ["application"]
