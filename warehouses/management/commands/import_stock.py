"""`manage.py import_stock FILE… [--strict]`: import received stock."""

from shop.core.imports.command import FeedCommand
from warehouses.inventory.feeds import StockFeed


class Command(FeedCommand):
    help = (
        "Receive goods, from TSV or CSV in UTF-8, plain or gzip, with the columns sku,"
        " warehouse, quantity and reference. The same reference for the same item and"
        " warehouse is the same receipt and counts once, so a file can be imported again;"
        " with another quantity it is refused. Rows without a reference are refused."
    )
    kind = StockFeed
