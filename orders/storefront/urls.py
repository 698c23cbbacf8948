"""URLs of checkout, address book and orders."""

from django.urls import path

from orders.storefront import addresses, cancellation, checkout, orders, readdressing, returns

app_name = "orders"

urlpatterns = [
    path("checkout/", checkout.checkout, name="checkout"),
    path("checkout/review/", checkout.review, name="review"),
    path("checkout/hold/", checkout.hold, name="hold"),
    path("checkout/hold-what-is-left/", checkout.hold_what_is_left, name="hold-left"),
    path("checkout/give-back/", checkout.cancel_hold, name="cancel-hold"),
    path("checkout/place-order/", checkout.place_order, name="place-order"),
    path("accounts/addresses/", addresses.addresses, name="addresses"),
    path("accounts/addresses/add/", addresses.add, name="add-address"),
    path("accounts/addresses/<int:pk>/", addresses.change, name="change-address"),
    path("accounts/addresses/<int:pk>/remove/", addresses.remove, name="remove-address"),
    path("orders/", orders.orders, name="orders"),
    path("orders/<slug:number>/", orders.order, name="order"),
    path("orders/<slug:number>/buy-again/", orders.buy_again, name="buy-again"),
    path("orders/<slug:number>/cancel/", cancellation.cancel, name="cancel"),
    path("orders/<slug:number>/cancel-items/", cancellation.cancel_lines, name="cancel-items"),
    path("orders/<slug:number>/address/", readdressing.change_address, name="readdress"),
    path("orders/<slug:number>/return/", returns.return_items, name="return"),
]
