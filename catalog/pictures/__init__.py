"""Pictures of items: redrawn when uploaded, made into sizes later, removed when unused.

A picture is known by its name in the storage. An item only says which one it shows
(`image`); what a page needs to know of it is copied to the item once its sizes are made.
"""
