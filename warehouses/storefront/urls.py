"""URLs of the delivery estimate on an item's page."""

from django.urls import path

from shop.core.http import converters  # noqa: F401 -- makes <key:...> known
from warehouses.storefront import views

app_name = "warehouses"

urlpatterns = [
    path("items/<key:pk>/arrival/", views.arrival, name="arrival"),
]
