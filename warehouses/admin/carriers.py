"""Carriers in the admin: their names, and where their tracking pages are."""

from django.contrib import admin

from shop.core.admin.lists import QuickList
from warehouses.models import Carrier


@admin.register(Carrier)
class CarrierAdmin(QuickList):
    """A carrier that parcels have shipped with stays; its name and page can be corrected."""

    list_display = ["name", "tracking_url"]
    search_fields = ["name__icontains"]
    sortable_by = ()
