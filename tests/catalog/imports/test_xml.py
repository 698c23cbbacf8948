"""Google Merchant feeds as RSS and Atom, valid and hostile."""

import gzip
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from catalog.models import Item
from shop.core.imports.opening import open_feed

pytestmark = pytest.mark.django_db

G = 'xmlns:g="http://base.google.com/ns/1.0"'
BELL = "<g:id>B</g:id><title>Bell</title><g:price>5</g:price>"


@pytest.fixture
def feed(tmp_path):
    def write(content: str | bytes, name: str = "feed.xml") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def rss(*items: str, channel: str = "<title>Shop</title>\n") -> str:
    rows = "".join(f"<item>{item}</item>\n" for item in items)
    return f'<rss version="2.0" {G}><channel>\n{channel}{rows}</channel></rss>'


def import_catalog(*paths, **options) -> tuple[str, list[str]]:
    out, err = StringIO(), StringIO()
    call_command("import_catalog", *paths, stdout=out, stderr=err, **options)
    return out.getvalue().strip(), err.getvalue().splitlines()


def skus() -> list[str]:
    return list(Item.objects.order_by("sku").values_list("sku", flat=True))


def test_rss_is_read_as_a_table_is(feed):
    path = feed(
        rss(
            "<g:id>K1</g:id><title><![CDATA[Kettle & <b>lid</b>]]></title>"
            "<description>Boils &amp; &#x263A; whistles</description>"
            "<link>https://example.com/k1</link><g:price>1,275.00 USD</g:price>"
            "<g:sale_price>9.00 USD</g:sale_price><g:availability>in_stock</g:availability>"
            "<g:shipping><g:country>US</g:country><g:price>6.49 USD</g:price></g:shipping>"
            "<g:brand>Hearthwell</g:brand><g:product_type>Home &gt; Kettles</g:product_type>"
            "<g:gtin>0123</g:gtin><g:product_weight>500 g</g:product_weight>"
            "<g:product_detail><g:section_name>General</g:section_name>"
            "<g:attribute_name>Volume: full</g:attribute_name>"
            "<g:attribute_value>1,7 l</g:attribute_value></g:product_detail>"
            "<g:product_detail><g:attribute_name>Lid</g:attribute_name>"
            "<g:attribute_value>Yes: steel</g:attribute_value></g:product_detail>"
        )
    )

    summary, refused = import_catalog(path)

    item = Item.objects.get()
    assert (summary, refused) == (
        "1 rows: 1 new, 0 updated, 0 unchanged, 0 repeated, 0 refused",
        [],
    )
    assert (item.sku, item.name, item.price) == ("K1", "Kettle & lid", Decimal("1275.00"))
    assert item.description == "Boils & ☺ whistles"
    assert (item.brand, item.category, item.weight) == ("Hearthwell", "Kettles", 500)
    assert item.specifications == [
        ["GTIN", "0123"],
        ["Volume full", "1,7 l"],
        ["Lid", "Yes: steel"],
    ]


def test_atom_is_read_and_the_elements_of_google_overrule(feed):
    path = feed(
        f"""<?xml version="1.0"?>
<feed xmlns="http://www.w3.org/2005/Atom" {G} xmlns:media="urn:media">
<title>Shop</title><id>tag:shop</id>
<entry><id>tag:shop,1</id><g:id>A</g:id><title>Bell</title><summary>Rings</summary>
<media:title>Not this</media:title><g:price>5.00 USD</g:price></entry>
<entry><id>B</id><title>Gong</title><content>Long</content><g:description>Short</g:description>
<price>6</price></entry>
</feed>"""
    )

    import_catalog(path)

    assert list(Item.objects.order_by("sku").values_list("sku", "name", "description")) == [
        ("A", "Bell", "Rings"),
        ("B", "Gong", "Short"),
    ]


@pytest.mark.parametrize(
    "content",
    [
        "<rss><channel><item><id>B</id><title>Bell</title><price>5</price></item></channel></rss>",
        '<rss xmlns="http://base.google.com/ns/1.0"><channel><item><id>B</id>'
        "<title>Bell</title><price>5</price></item></channel></rss>",
        '<rss xmlns:other="http://base.google.com/ns/1.0"><channel><item><other:id>B</other:id>'
        "<title>Bell</title><other:price>5</other:price></item></channel></rss>",
    ],
)
def test_any_prefix_of_the_namespace_is_read(feed, content):
    import_catalog(feed(content))

    assert skus() == ["B"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "cp1252"])
@pytest.mark.parametrize("is_packed", [False, True])
def test_the_encoding_is_the_declared_one(feed, encoding, is_packed):
    name = {"cp1252": "windows-1252", "utf-8-sig": "utf-8"}.get(encoding, encoding)
    text = f'<?xml version="1.0" encoding="{name}"?>\n' + rss(BELL.replace("Bell", "Café"))
    content = text.encode(encoding)

    import_catalog(feed(gzip.compress(content) if is_packed else content))

    assert Item.objects.get().name == "Café"


def test_bad_rows_are_reported_by_line_and_the_others_are_imported(feed):
    path = feed(
        rss(
            BELL,
            "<g:id>C</g:id>\n<title></title>\n<g:price>5</g:price>",
            "<g:id>D</g:id><title>Bell</title><g:price>1275.00 SEK</g:price>",
            "<title>Bell</title><g:price>5</g:price>",
            "<g:id>E</g:id><title>Bell</title><g:price>5</g:price>" + "x" * 600_000,
            BELL.replace(">B<", ">F<"),
        )
    )

    summary, refused = import_catalog(path)

    assert summary == "6 rows: 2 new, 0 updated, 0 unchanged, 0 repeated, 4 refused"
    assert refused == [
        f"{path}:4: title is empty",
        f"{path}:7: price '1275.00 SEK' is in SEK, the shop sells in USD",
        f"{path}:8: id is empty",
        f"{path}:9: it goes on for more than 500000 characters",
    ]
    assert skus() == ["B", "F"]


def test_a_strict_import_takes_no_row_when_one_is_bad(feed):
    path = feed(rss(BELL, "<g:id>C</g:id>"))

    with pytest.raises(CommandError, match="Nothing was taken: 1 of 2 rows are bad"):
        import_catalog(path, strict=True)

    assert skus() == []


LAUGHS = (
    '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)
OUTSIDE = '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
ELSEWHERE = '<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/evil.dtd">'
QUADRATIC = f'<!DOCTYPE rss [<!ENTITY a "{"x" * 50_000}">]>'


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (LAUGHS + rss(BELL.replace("Bell", "&c;")), r"document type.*line 1"),
        (OUTSIDE + rss(BELL.replace("Bell", "&x;")), "document type"),
        (ELSEWHERE + rss(BELL), "document type"),
        (QUADRATIC + rss(BELL.replace("Bell", "&a;" * 50_000)), "document type"),
        (rss("<a>" * 100_000), "more than 50 levels deep"),
        ("<rss><channel>" + "<a>" * 100_000, "more than 50 levels deep"),
        (rss(f'<g:id a="{"x" * 5_000_000}">'), "a tag goes on"),
        ("<rss " + "x" * 5_000_000, "a tag goes on"),
        (f"<rss><!-- {'x' * 5_000_000}", "a tag goes on"),
        (rss(BELL + "x" * 5_000_000).removesuffix("</item>\n</channel></rss>"), "not well-formed"),
        (rss(BELL.replace("Bell", "&nbsp;")), "not well-formed XML: undefined entity.*line 3"),
        (rss(BELL.replace("Bell", "&#0;")), "not well-formed"),
        (rss(BELL).encode() + b"\xff", "not well-formed"),
        (rss(BELL).replace("Bell", "B\0ll"), "not well-formed"),
        ("<html><body>Not found</body></html>", "neither RSS nor Atom, but <html>"),
        ("<rss", "not well-formed"),
        ('<?xml version="1.0" encoding="klingon"?><rss/>', "unknown encoding"),
        ('<?xml version="1.0" encoding="shift_jis"?><rss/>', "multi-byte"),
        (gzip.compress(rss(BELL).encode())[:-12], "line"),
    ],
    ids=range(19),
)
def test_hostile_and_broken_xml_is_refused_with_a_reason(feed, content, reason):
    path = feed(content)

    with pytest.raises(CommandError, match=reason):
        import_catalog(path)


def test_xml_is_refused_as_a_table_of_warehouses(feed):
    with pytest.raises(CommandError, match="there is no column"):
        call_command("import_warehouses", feed(rss(BELL)))


def test_a_long_feed_is_read_row_by_row(feed):
    path = feed(rss(*(BELL for _ in range(5000))))

    with open_feed(path, required=["id"], may_be_xml=True) as opened:
        rows = iter(opened)
        first = next(rows)
        waiting = len(opened._handler.rows)
        read = [first, *rows]

    assert waiting < 2000
    assert [row.line for row in read] == list(range(3, 5003))
