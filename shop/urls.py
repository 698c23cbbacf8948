"""Every address of the shop."""

from django.contrib import admin
from django.urls import include, path, re_path

from shop.account_views import delete_account
from shop.api.views import problem_index, problem_page, unknown_path
from shop.health import livez, readyz
from shop.metrics import metrics
from shop.styleguide import styleguide
from shop.token_views import make_token, revoke_token, tokens
from shop.views import favicon, home, media

urlpatterns = [
    path("api/v1/", include("shop.api.urls")),  # first, since it is asked most
    path("", home, name="home"),
    path("", include("warehouses.urls")),  # a part of an item's page, whose name is any word
    path("", include("catalog.urls")),
    path("cart/", include("cart.urls")),
    path("", include("orders.urls")),
    path("accounts/delete/", delete_account, name="delete_account"),
    path("accounts/tokens/", tokens, name="tokens"),
    path("accounts/tokens/make/", make_token, name="make_token"),
    path("accounts/tokens/<int:pk>/revoke/", revoke_token, name="revoke_token"),
    path("accounts/", include("allauth.urls")),
    path("media/<path:path>", media, name="media"),
    re_path(r"^api(?:/|$)", unknown_path),
    re_path(r"^problems/?$", problem_index, name="problems"),
    re_path(r"^problems/(?P<name>[a-z-]+)/?$", problem_page, name="problem"),
    path("styleguide/", styleguide, name="styleguide"),
    path("favicon.ico", favicon, name="favicon"),
    path("livez", livez, name="livez"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("admin/", admin.site.urls),
]

handler400 = "shop.error_pages.bad_request"
handler403 = "shop.error_pages.permission_denied"
handler404 = "shop.error_pages.page_not_found"
handler500 = "shop.error_pages.server_error"
