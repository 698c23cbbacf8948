"""From the words of a query to ranked items and facets."""
