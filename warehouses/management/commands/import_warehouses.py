"""`manage.py import_warehouses FILE… [--strict]`: import warehouses."""

from shop.core.imports.command import FeedCommand
from warehouses.inventory.feeds import WarehouseFeed


class Command(FeedCommand):
    help = (
        "Insert or update warehouses by code, from TSV or CSV in UTF-8, plain or gzip, with"
        " the columns code, name, postal_code and, if there, latitude and longitude in degrees."
    )
    kind = WarehouseFeed
