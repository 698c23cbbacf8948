from django.urls import path

from catalog import converters  # noqa: F401 -- makes <key:...> known
from warehouses import views

app_name = "warehouses"

urlpatterns = [
    path("items/<key:pk>/arrival/", views.arrival, name="arrival"),
]
