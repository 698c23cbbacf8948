"""URLs of the cart pages."""

from django.urls import path

from cart.storefront import views
from shop.core.http import converters  # noqa: F401 -- makes <key:...> known

app_name = "cart"

urlpatterns = [
    path("", views.cart, name="cart"),
    path("items/<key:item_id>/", views.update, name="update"),
    path("items/<key:item_id>/add/", views.add, name="add"),
    path("items/<key:item_id>/remove/", views.remove, name="remove"),
    path("items/<key:item_id>/save/", views.save, name="save"),
    path("saved/<key:item_id>/move/", views.move_saved_item, name="move-saved-item"),
    path("saved/<key:item_id>/remove/", views.delete_saved_item, name="delete-saved-item"),
    path("fit/", views.fit_to_stock, name="fit"),
    path("prices/", views.accept_prices, name="accept-prices"),
]
