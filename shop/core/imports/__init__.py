"""Feeds: tables and Google Merchant XML, plain or gzip, read row by row in constant memory."""

from catalog.feeds.opening import GZIP_MAGIC, open_feed
from catalog.feeds.rows import MAX_ROW, Feed, FeedUnreadable, Row

__all__ = ["GZIP_MAGIC", "MAX_ROW", "Feed", "FeedUnreadable", "Row", "open_feed"]
