from django.urls import path

from orders import address_views, checkout_views, views

app_name = "orders"

urlpatterns = [
    path("checkout/", checkout_views.checkout, name="checkout"),
    path("checkout/review/", checkout_views.review, name="review"),
    path("checkout/hold/", checkout_views.hold, name="hold"),
    path("checkout/hold-what-is-left/", checkout_views.hold_what_is_left, name="hold-left"),
    path("checkout/give-back/", checkout_views.give_back, name="give-back"),
    path("checkout/place-order/", checkout_views.place_order, name="place-order"),
    path("accounts/addresses/", address_views.addresses, name="addresses"),
    path("accounts/addresses/add/", address_views.add, name="add-address"),
    path("accounts/addresses/<int:pk>/", address_views.change, name="change-address"),
    path("accounts/addresses/<int:pk>/remove/", address_views.remove, name="remove-address"),
    path("orders/", views.orders, name="orders"),
    path("orders/<slug:number>/", views.order, name="order"),
    path("orders/<slug:number>/buy-again/", views.buy_again, name="buy-again"),
    path("orders/<slug:number>/cancel/", views.cancel, name="cancel"),
    path("orders/<slug:number>/cancel-items/", views.cancel_lines, name="cancel-items"),
]
