"""The search results service: what pages and API ask for items.

`get_item_catalogue` and `suggest` are its doors. Behind them:

    query, backend          what was asked; what an engine has to offer
    engines                 which engine answers
    local, searching,       this machine's index: reading it, one question,
      questions, words        its words, and how text becomes words
    spelling, phrases,      misspellings, suggestions,
      synonyms                words of one meaning
    postgres                the simple engine, while there is no index
    ranking                 the socket of the ranking subsystem
    cache                   popular answers
    changes, indexing,      what changed, who follows it,
      building, documents,    and how the index is written
      generations, tantivy_index
    asked                   what shoppers asked for
"""

from catalog.search.catalogue import SearchResults, get_choices, get_item_catalogue, suggest
from catalog.search.query import PAGE_SIZE, SearchQuery, Sort

__all__ = [
    "PAGE_SIZE",
    "SearchQuery",
    "SearchResults",
    "Sort",
    "get_choices",
    "get_item_catalogue",
    "suggest",
]
