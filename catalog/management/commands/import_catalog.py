"""`manage.py import_catalog FILE… [--strict]`: items from Google Merchant product feeds."""

from catalog.imports.items import CatalogFeed
from shop.core.imports.command import FeedCommand


class Command(FeedCommand):
    help = (
        "Insert or update items by the id column (kept as sku) of Google Merchant product"
        " feeds: TSV or CSV in UTF-8, RSS or Atom, plain or gzip, with id, title and price and,"
        " if there, description, brand, product_type (its last level is the category) and"
        " image_link (only of pictures that are in the shop's storage). Prices must be in the"
        " region's currency."
    )
    kind = CatalogFeed
