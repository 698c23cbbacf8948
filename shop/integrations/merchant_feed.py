"""The catalogue as a Google Merchant feed, RSS 2.0, in a form that import_catalog can read.

The elements are defined at https://support.google.com/merchants/answer/7052112.
"""

import re
from collections.abc import Generator, Iterable
from xml.sax.saxutils import escape

from django.db import connection
from django.http import HttpRequest, StreamingHttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import etag, require_safe

from catalog.imports.specifications import COLUMNS
from catalog.live_items import fetch_with_all_fields
from catalog.models import Item
from shop.core.db.keyset import in_batches
from shop.core.http.streaming import stream_response
from shop.core.imports.xml import GOOGLE
from shop.core.regions import currency

# Characters that XML 1.0 does not allow, https://www.w3.org/TR/xml/#charsets
INVALID_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@require_safe
@cache_control(public=True, max_age=60)
@etag(lambda request: f'"{feed_version()}"')
def merchant_feed(request: HttpRequest) -> StreamingHttpResponse:
    """Stream the feed of all items on sale. Raises TooManyStreams."""
    origin = request.build_absolute_uri("/").removesuffix("/")
    feed = write_feed(origin=origin, title=request.get_host())
    return stream_response(feed, content_type="application/rss+xml; charset=utf-8")


def write_feed(*, origin: str, title: str) -> Generator[str, None, None]:
    """Yield the feed in pieces, each batch of items with the prices and stock of its read.

    `origin` is the scheme and host of the links, without a slash at the end.
    """
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<rss version="2.0" xmlns:g="{GOOGLE}">\n<channel>\n'
        f"{_element('title', title)}{_element('link', f'{origin}/')}"
        f"{_element('description', f'Everything on sale at {title}')}"
    )
    labels = {str(label): column for column, label in COLUMNS.items()}
    for items in in_batches(Item.objects.on_sale(), read=fetch_with_all_fields):
        yield "".join(_entry(item, origin, labels) for item in items)
    yield "</channel>\n</rss>\n"


def feed_version() -> str:
    """Return a string that changes whenever the feed does, for the ETag."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*), sum(hashtextextended(
                       concat_ws(' ', i.id, i.updated_at, s.stock > 0), 0)),
                   (SELECT max(id) FROM catalog_itemchange)
              FROM catalog_item i JOIN catalog_aggregatedstock s ON s.item_id = i.id
             WHERE i.is_active
            """
        )
        return "-".join(str(part) for part in cursor.fetchone())


def _entry(item: Item, origin: str, labels: dict[str, str]) -> str:
    return f"<item>\n{''.join(_elements(item, origin, labels))}</item>\n"


def _elements(item: Item, origin: str, labels: dict[str, str]) -> Iterable[str]:
    yield _element("g:id", item.sku)
    yield _element("title", item.name)
    yield _element("description", item.description)
    yield _element("link", f"{origin}{item.get_absolute_url()}")
    if item.image:
        url = item.image.url
        yield _element("g:image_link", f"{origin}{url}" if url[0] == "/" else url)
    yield _element("g:availability", "in_stock" if item.stock else "out_of_stock")
    yield _element("g:price", f"{item.price:.2f} {currency()}")
    yield _element("g:brand", item.brand)
    yield _element("g:product_type", item.category)
    yield _element("g:condition", "new")
    if item.weight:
        yield _element("g:product_weight", f"{item.weight} g")
    yield from _specifications(item, labels)


def _specifications(item: Item, labels: dict[str, str]) -> Iterable[str]:
    """Yield Google's own element for a label, once each, and a product detail for the others."""
    unused_labels = dict(labels)
    for label, value in item.specifications:
        if column := unused_labels.pop(label, ""):
            yield _element(f"g:{column}", value)
        else:
            name = _element("g:attribute_name", label)
            text = _element("g:attribute_value", value)
            yield f"<g:product_detail>\n{name}{text}</g:product_detail>\n"


def _element(name: str, text: str) -> str:
    """Return an XML element, or an empty string for an empty text."""
    content = escape(INVALID_IN_XML.sub("", text))
    return f"<{name}>{content}</{name}>\n" if content else ""
