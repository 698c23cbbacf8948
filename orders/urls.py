from django.urls import path

from orders import checkout_views, views

app_name = "orders"

urlpatterns = [
    path("checkout/", checkout_views.checkout, name="checkout"),
    path("checkout/review/", checkout_views.review, name="review"),
    path("checkout/hold/", checkout_views.hold, name="hold"),
    path("checkout/hold-what-is-left/", checkout_views.hold_what_is_left, name="hold-left"),
    path("checkout/give-back/", checkout_views.give_back, name="give-back"),
    path("checkout/place-order/", checkout_views.place_order, name="place-order"),
    path("orders/", views.orders, name="orders"),
    path("orders/<slug:number>/", views.order, name="order"),
    path("orders/<slug:number>/buy-again/", views.buy_again, name="buy-again"),
    path("orders/<slug:number>/cancel/", views.cancel, name="cancel"),
    path("orders/<slug:number>/cancel-items/", views.cancel_lines, name="cancel-items"),
]
