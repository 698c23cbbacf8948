"""Items for sale, with their aggregated stock, pictures and search."""
