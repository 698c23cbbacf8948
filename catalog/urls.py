from django.urls import path

from catalog import (
    converters,  # noqa: F401 -- makes <key:...> known
    views,
)

app_name = "catalog"

urlpatterns = [
    path("search/", views.search, name="search"),
    path("items/<key:pk>/", views.item, name="item"),
    path("items/<key:pk>/<str:slug>/", views.item, name="item"),
]
