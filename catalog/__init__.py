"""What the shop sells: items, their aggregated stock, pictures and the search."""
