"""The search results service: what pages and API ask for items.

`get_item_catalogue` is the one door. Behind it: `query.py` says what was asked,
`engine.py` finds ids in PostgreSQL, `ranking.py` is the socket of the recommendation
subsystem, `cache.py` keeps the ids of popular queries.
"""

from catalog.search.catalogue import SearchResults, get_item_catalogue
from catalog.search.query import PAGE_SIZE, SearchQuery, Sort

__all__ = ["PAGE_SIZE", "SearchQuery", "SearchResults", "Sort", "get_item_catalogue"]
