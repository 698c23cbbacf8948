"""The search query, its execution against the index, and its results with facets."""
