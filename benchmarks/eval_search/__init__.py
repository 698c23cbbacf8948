"""The quality of the search, measured on judged queries.

    make eval-search

`open.tsv` and `sealed.tsv` are our own queries of the demo's catalogue, in five kinds, each with
the skus of the best, good and fair items; every other item is irrelevant. Rules are tuned on the
open half alone. The sealed half was written and rated by somebody who saw no result of the engine,
and is printed as totals only. ../shared/data/search has queries of a catalogue of 19,406 items.
"""
