"""Pictures of items: reencoded when uploaded, resized in the background, removed when unused.

A picture is identified by its name in the storage. An item only refers to the one it shows
(`image`); the fields that a page needs are copied to the item once the sizes are made.
"""
