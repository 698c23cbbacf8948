"""The search results service: ranked items from an index, joined with live stock.

`service.get_item_catalogue` and `service.suggest` are its entry points. Behind them:

    engines/      the search engines, and which of them answers
    query/        the query and its results, built, executed, with facets
    index/        the index files of one machine, and what keeps them in step
    text/         how text becomes terms, alike for items and queries
    cache         cached answers to popular queries
    reranking     the plug-in of the ranking subsystem
    change_feed   which items changed since an indexer last looked
    query_log     statistics of what shoppers searched for
"""
