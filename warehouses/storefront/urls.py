"""URLs of fragments that warehouses add to pages of the catalogue."""

from django.urls import path

from shop.core.http import converters  # noqa: F401 -- makes <key:...> known
from warehouses.storefront import views

app_name = "warehouses"

urlpatterns = [
    path("items/<key:pk>/delivery/", views.delivery_estimate, name="delivery-estimate"),
]
