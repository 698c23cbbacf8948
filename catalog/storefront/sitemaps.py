"""The sitemap for search engines."""

from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet

from catalog.models import Item


class ItemSitemap(Sitemap):
    """Every item on sale, in parts of `limit` items."""

    limit = 10_000
    changefreq = "daily"

    def items(self) -> QuerySet[Item]:
        """Return the items on sale, with the fields that a sitemap needs."""
        return Item.objects.on_sale().only("name", "updated_at").order_by("pk")

    def lastmod(self, item: Item):
        """Return the time of the item's last change."""
        return item.updated_at


SITEMAPS = {"items": ItemSitemap}
