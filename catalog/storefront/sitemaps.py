"""What search engines are told to look at."""

from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet

from catalog.models import Item


class ItemSitemap(Sitemap):
    """Every item on sale, in parts of so many."""

    limit = 10_000
    changefreq = "daily"

    def items(self) -> QuerySet[Item]:
        return Item.objects.on_sale().only("name", "updated_at").order_by("pk")

    def lastmod(self, item: Item):
        return item.updated_at


SITEMAPS = {"items": ItemSitemap}
