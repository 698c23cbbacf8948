"""Feeds: tables and Google Merchant XML, plain or gzip, read row by row in constant memory."""

from catalog.feeds.opening import open_feed
from catalog.feeds.rows import MAX_ROW, Feed, FeedUnreadable, Row

__all__ = ["MAX_ROW", "Feed", "FeedUnreadable", "Row", "open_feed"]
