"""The URL configuration of the shop."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path, re_path

from shop.accounts.views.deletion import delete_account
from shop.accounts.views.personal_data import personal_data
from shop.accounts.views.sessions import sessions, sign_out_everywhere, sign_out_session
from shop.accounts.views.sign_in import addresses, signup, trust_device
from shop.accounts.views.tokens import issue_token, revoke_token, tokens
from shop.api_docs.views import problem_index, problem_page, unknown_path
from shop.integrations.merchant_feed import merchant_feed
from shop.pages.health import livez, readyz
from shop.pages.home import favicon, home, media
from shop.pages.metrics import metrics
from shop.pages.security import security, security_txt
from shop.pages.styleguide import styleguide

# Staff sign in on allauth's page, whose rate limit on wrong passwords then holds for them too.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("api/v1/", include("shop.api_urls")),  # first, because most requests go there
    path("", home, name="home"),
    path("fragments/", include("warehouses.storefront.urls")),
    path("", include("catalog.storefront.urls")),
    path("feeds/google-merchant.xml", merchant_feed, name="merchant-feed"),
    path("cart/", include("cart.storefront.urls")),
    path("", include("orders.storefront.urls")),
    path("accounts/data/", personal_data, name="personal_data"),
    path("accounts/delete/", delete_account, name="delete_account"),
    path("accounts/tokens/", tokens, name="tokens"),
    path("accounts/tokens/make/", issue_token, name="make_token"),
    path("accounts/tokens/<int:pk>/revoke/", revoke_token, name="revoke_token"),
    path("accounts/sessions/", sessions, name="sessions"),
    path("accounts/sessions/end/", sign_out_everywhere, name="sign_out_everywhere"),
    path("accounts/sessions/<str:name>/end/", sign_out_session, name="sign_out_session"),
    path("accounts/trust/<str:key>/", trust_device, name="trust_device"),
    path("accounts/signup/", signup, name="account_signup"),
    path("accounts/email/", addresses, name="account_email"),
    path("accounts/", include("allauth.urls")),
    path("media/<path:path>", media, name="media"),
    re_path(r"^api(?:/|$)", unknown_path),
    re_path(r"^problems/?$", problem_index, name="problems"),
    re_path(r"^problems/(?P<name>[a-z-]+)/?$", problem_page, name="problem"),
    path("styleguide/", styleguide, name="styleguide"),
    path("security/", security, name="security"),
    path(".well-known/security.txt", security_txt, name="security-txt"),
    path("favicon.ico", favicon, name="favicon"),
    path("livez", livez, name="livez"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("admin/", admin.site.urls),
]

handler400 = "shop.pages.errors.bad_request"
handler403 = "shop.pages.errors.permission_denied"
handler404 = "shop.pages.errors.page_not_found"
handler500 = "shop.pages.errors.server_error"
