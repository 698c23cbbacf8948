"""The search results service: ranked items from an index, joined with live stock.

`service.get_item_catalogue` and `service.suggest` are its entry points. Behind them:

    engines/      the search engines, and the choice between them
    query/        the query and its results: building, execution, facets
    index/        the index files of one machine, and the indexer that updates them
    text/         analysis of text into terms, alike for items and queries
    cache         cached results of popular queries
    reranking     the plug-in of the ranking subsystem
    change_feed   the items that changed since an indexer's cursor
    query_log     statistics of the queries of shoppers
"""
