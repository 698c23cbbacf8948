"""URLs of search, items and sitemaps."""

from django.contrib.sitemaps.views import index, sitemap
from django.urls import path

from catalog.storefront import views
from catalog.storefront.sitemaps import SITEMAPS

app_name = "catalog"

urlpatterns = [
    path("search/", views.search, name="search"),
    path("items/stock/", views.stock, name="stock"),
    path("robots.txt", views.robots, name="robots"),
    path(
        "sitemap.xml",
        index,
        {"sitemaps": SITEMAPS, "sitemap_url_name": "catalog:sitemap-part"},
        name="sitemap",
    ),
    path(
        "sitemap-<section>.xml",
        sitemap,
        {"sitemaps": SITEMAPS},
        name="sitemap-part",
    ),
    path("back-in-stock/<key:pk>/", views.request_mail, name="back-in-stock"),
    path("items/<key:pk>/", views.item, name="item"),
    path("items/<key:pk>/<str:slug>/", views.item, name="item"),
]
