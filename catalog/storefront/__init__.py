"""Pages of the catalogue: search results, items, sitemaps."""
