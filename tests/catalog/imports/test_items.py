"""The import of items from tables, and of descriptions and prices."""

import gzip
from decimal import Decimal
from io import StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from catalog.imports.prices import PriceUnclear, read_price
from catalog.models import AggregatedStock, Item
from shop.core.text import plain_line, plain_text
from tests.support.concurrency import at_once

pytestmark = pytest.mark.django_db

HEADER = "id\ttitle\tprice"


@pytest.fixture
def feed(tmp_path):
    """Return a function that writes lines, or bytes, to a feed and returns its path."""

    def write(*lines: str | bytes, name: str = "feed.tsv"):
        path = tmp_path / name
        path.write_bytes(
            b"".join(line.encode() + b"\n" if isinstance(line, str) else line for line in lines)
        )
        return path

    return write


def import_catalog(*paths, **options) -> tuple[str, list[str]]:
    """Return the summary that the command prints on stdout, and the lines on stderr."""
    out, err = StringIO(), StringIO()
    call_command("import_catalog", *paths, stdout=out, stderr=err, **options)
    return out.getvalue().strip(), err.getvalue().splitlines()


def skus() -> list[str]:
    return list(Item.objects.order_by("sku").values_list("sku", flat=True))


def test_a_feed_inserts_items_with_a_stock_row_and_no_stock(feed):
    path = feed(
        "id\ttitle\tdescription\timage_link\tavailability\tprice\tbrand\tgtin\tproduct_type",
        "K1\tKettle\tBoils\thttp://x/k.jpg\tin_stock\t49.95 USD\tHearthwell\t1\tHome > Kettles",
    )

    summary, refused = import_catalog(path)

    item = Item.objects.get()
    assert summary == "1 rows: 1 new, 0 updated, 0 unchanged, 0 repeated, 0 refused"
    assert refused == []
    assert (item.sku, item.name, item.description) == ("K1", "Kettle", "Boils")
    assert (item.price, item.brand, item.category) == (Decimal("49.95"), "Hearthwell", "Kettles")
    assert not item.image
    assert AggregatedStock.objects.get(item=item).stock == 0


def test_importing_again_updates_only_changed_fields_of_the_feed(feed, lamp, rug):
    path = feed(HEADER, "LAMP\tBrass desk lamp\t59.95", "RUG\tWool rug\t120.00")

    summary, _ = import_catalog(path)

    lamp.refresh_from_db()
    assert summary == "2 rows: 0 new, 1 updated, 1 unchanged, 0 repeated, 0 refused"
    assert (lamp.price, lamp.category) == (Decimal("59.95"), "Lighting")


def test_a_bad_row_is_reported_with_its_line_and_the_others_are_imported(feed):
    path = feed(
        "id,title,price",
        'A,"Two',
        'lines",5',
        "",
        "B,,5",
        ",No id,5",
        "C,Too few",
        "D,Bell,five",
        "E,Bell,5",
        name="feed.csv",
    )

    summary, refused = import_catalog(path)

    assert summary == "6 rows: 2 new, 0 updated, 0 unchanged, 0 repeated, 4 refused"
    assert refused == [
        f"{path}:5: title is empty",
        f"{path}:6: id is empty",
        f"{path}:7: there are 2 fields, the header has 3",
        f"{path}:8: price 'five' is not an amount",
    ]
    assert skus() == ["A", "E"]


@pytest.mark.parametrize(
    "row",
    [
        'X\t"17 inch screen\t5',
        'X\t"17" inch screen\t5',
        'X\t"17 inch\nscreen\t5\nMORE\tcut " off\t"5"\tand on',
    ],
)
def test_a_stray_quote_loses_only_its_own_row(feed, row):
    path = feed(HEADER, "A\tBell\t5", row, "B\tBell\t5", "C\tBell\t5")

    _, refused = import_catalog(path)

    assert refused[0].startswith(f"{path}:3: ")
    assert {"A", "B", "C"} <= set(skus())
    assert "X" not in skus()


def test_a_quote_that_never_closes_loses_only_its_own_row(feed):
    rows = [f"N{n}\tBell {'x' * 200}\t5" for n in range(3000)]
    path = feed(HEADER, 'X\t"Bell\t5', *rows)

    summary, refused = import_catalog(path)

    assert summary.startswith("3001 rows: 3000 new")
    assert len(refused) == 1


def test_bytes_that_are_no_text_lose_only_their_own_row(feed):
    path = feed(
        HEADER,
        b"A\tCaf\xe9\t5\n",
        b"B\tNull\x00\t5\n",
        b"C\t" + b"x" * 600_000 + b"\t5\n",
        "D\t" + "x" * 301 + "\t5",
        "E" * 65 + "\tBell\t5",
        "F\tCafé ☕\t5",
    )

    _, refused = import_catalog(path)

    assert [line.split(": ", 1)[1] for line in refused] == [
        "it is not valid UTF-8",
        "there is a null character in it",
        "this is no row of a table: it goes on for more than 500000 characters",
        "title has 301 characters, at most 300 are kept",
        "id has 65 characters, at most 64 are kept",
    ]
    assert [line.split(":")[1] for line in refused] == ["2", "3", "4", "5", "6"]
    assert skus() == ["F"]


def test_gzip_and_a_byte_order_mark_and_windows_lines_are_read(feed):
    plain = "\ufeffID,Title,Price\r\nA,Bell,5\r\nB,Bell,\r\n".encode()
    path = feed(gzip.compress(plain), name="feed")

    summary, refused = import_catalog(path)

    assert summary.startswith("2 rows: 1 new")
    assert refused[0].startswith(f"{path}:3: price '' is not")


def test_the_last_row_of_a_repeated_id_overrules(feed, monkeypatch):
    monkeypatch.setattr("catalog.imports.items.CatalogFeed.batch_size", 2)
    path = feed(HEADER, "A\tFirst\t1", "A\tSecond\t2", "B\tBell\t3", "A\tThird\t3")

    summary, _ = import_catalog(path)

    assert summary == "4 rows: 2 new, 1 updated, 0 unchanged, 2 repeated, 0 refused"
    assert Item.objects.get(sku="A").name == "Third"


def test_a_strict_import_takes_no_row_of_any_file_when_one_is_bad(feed, lamp):
    good = feed(HEADER, "LAMP\tOther\t1", "A\tBell\t1", name="good.tsv")
    bad = feed(HEADER, "B\tBell\t1", "C\t\t1", name="bad.tsv")
    err = StringIO()

    with pytest.raises(CommandError, match="Nothing was taken: 1 of 4 rows are bad"):
        call_command("import_catalog", good, bad, strict=True, stdout=StringIO(), stderr=err)

    lamp.refresh_from_db()
    assert err.getvalue().splitlines() == [f"{bad}:3: title is empty"]
    assert skus() == ["LAMP"]
    assert lamp.name == "Brass desk lamp"


def test_a_strict_import_without_a_bad_row_takes_all_rows(feed):
    path = feed(HEADER, "A\tBell\t1", "B\tBell\t1")

    summary, _ = import_catalog(path, strict=True)

    assert summary == "2 rows: 2 new, 0 updated, 0 unchanged, 0 repeated, 0 refused"


def test_a_strict_import_of_several_files_reports_each_bad_row_in_its_file(feed):
    first = feed(HEADER + "\tbrand", "B\tBell\t1\tDing", "A\t\t1\t", name="z.tsv")
    second = feed(HEADER, "C\tBell\tfive", "A\tBell\t1", name="a.tsv")
    err = StringIO()

    with pytest.raises(CommandError, match="Nothing was taken: 2 of 4 rows are bad"):
        call_command("import_catalog", first, second, strict=True, stdout=StringIO(), stderr=err)

    assert err.getvalue().splitlines() == [
        f"{first}:3: title is empty",
        f"{second}:2: price 'five' is not an amount",
    ]
    assert skus() == []


def test_a_strict_import_merges_the_columns_of_an_item_over_files(feed, monkeypatch):
    monkeypatch.setattr("catalog.imports.items.CatalogFeed.batch_size", 1)
    first = feed(HEADER + "\tbrand", "B\tBell\t1\tDing", "A\tGong\t1\tDong", name="first.tsv")
    second = feed(HEADER, "B\tBell\t2", name="second.tsv")

    summary, _ = import_catalog(first, second, strict=True)

    assert summary == "3 rows: 2 new, 0 updated, 0 unchanged, 1 repeated, 0 refused"
    assert list(Item.objects.order_by("sku").values_list("sku", "price", "brand")) == [
        ("A", Decimal(1), "Dong"),
        ("B", Decimal(2), "Ding"),
    ]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_strict", [False, True])
def test_imports_of_the_same_items_at_once_do_not_deadlock(
    feed, settings, tmp_path, monkeypatch, is_strict
):
    monkeypatch.setattr(
        "shop.core.db.transactions.MAX_ATTEMPTS", 1
    )  # a deadlock is not tried again
    monkeypatch.setattr("catalog.imports.items.CatalogFeed.batch_size", 20 if is_strict else 200)
    settings.MEDIA_ROOT = tmp_path / "media"
    default_storage.save("a.svg", ContentFile(b"<svg/>"))
    numbers = range(200)
    pictures = ["", "a.svg"] * 100
    rows = [[f"N{n:03}\tBell {i}\t1\t{pictures[n + i - 1]}" for n in numbers] for i in (0, 1)]
    header = HEADER + "\timage_link"
    up = feed(header, *rows[0], name="up.tsv")
    down = feed(header, *reversed(rows[1]), name="down.tsv")

    outputs = at_once(*[lambda p=path: import_catalog(p, strict=is_strict) for path in (up, down)])

    assert all(summary.startswith("200 rows: ") for summary, _ in outputs)
    assert set(Item.objects.values_list("image", flat=True)) == {"a.svg"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b"id\tprice\n", "there is no column title"),
        (b"id\ttitle\ttitle\tprice\n", "there are several columns title"),
        ("id\ttitle\tprice\n".encode("utf-16"), "this is UTF-16"),
        (gzip.compress(b"id\ttitle\tprice\nA\tBell\t1\n" * 500, mtime=0)[:-20], "line"),
        (b"\x89PNG\r\n\x1a\n\x00\x01", "there is no column"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_a_reason(feed, content, reason):
    path = feed(content)

    with pytest.raises(CommandError, match=reason):
        import_catalog(path)


def test_no_row_is_imported_when_one_of_the_files_is_missing(feed, tmp_path):
    path = feed(HEADER, "A\tBell\t1")

    with pytest.raises(CommandError, match=r"gone\.tsv: No such file"):
        import_catalog(path, tmp_path / "gone.tsv")

    assert skus() == []


def test_a_picture_is_kept_only_when_it_is_in_the_storage(feed, settings, tmp_path, lamp):
    settings.MEDIA_ROOT = tmp_path / "media"
    default_storage.save("pictures/a.svg", ContentFile(b"<svg/>"))
    Item.objects.filter(pk=lamp.pk).update(image="items/own.svg")
    path = feed(
        HEADER + "\timage_link",
        "A\tBell\t1\tpictures/a.svg",
        "B\tBell\t1\tpictures/b.svg",
        "C\tBell\t1\t../feed.tsv/../pictures/a.svg",
        "D\tBell\t1\t/etc/passwd.svg",
        "E\tBell\t1\thttps://example.com/e.svg",
        "LAMP\tLamp\t1\t",
    )

    summary, _ = import_catalog(path)

    assert summary.startswith("6 rows: 5 new, 1 updated")
    images = dict(Item.objects.values_list("sku", "image"))
    assert images == {
        **{"A": "pictures/a.svg", "B": "", "C": "", "D": "", "E": ""},
        "LAMP": "items/own.svg",
    }


def test_descriptions_and_titles_lose_their_markup(feed):
    path = feed(
        HEADER + "\tdescription",
        "A\t<b>Bell</b> &amp; Co\t1\t<p>One<br>two</p><script>alert(1)</script><p>Three</p>",
        "B\t<br>\t1\tx",
    )

    _, refused = import_catalog(path)

    item = Item.objects.get()
    assert (item.name, item.description) == ("Bell & Co", "One\ntwo\n\nThree")
    assert refused == [f"{path}:3: title is empty"]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("AT&T 5 < 6 > 3", "AT&T 5 < 6 > 3"),
        ("&lt;p&gt;Nice&lt;/p&gt;", "Nice"),
        ("&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;", ""),
        ("<img src=x onerror=alert(1)>R&amp;D &deg;C", "R&D °C"),
        ("<ul><li>a</li><li>b</li></ul>end", "a\nb\n\nend"),
        ("a\n\n\n\nb\t c\x1b", "a\n\nb c"),
    ],
)
def test_html_becomes_plain_text(html, text):
    assert plain_text(html) == text


def test_a_line_of_text_has_no_breaks():
    assert plain_line(" <p>One</p>\n two ") == "One two"


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("49.95 USD", "49.95"),
        ("USD 49.95", "49.95"),
        ("49.95usd", "49.95"),
        ("49.95", "49.95"),
        ("free", "0.00"),
        ("0", "0.00"),
        (".5 USD", "0.50"),
        ("1,275.00 USD", "1275.00"),
        ("1.275,00 USD", "1275.00"),
        ("1 275,00 USD", "1275.00"),
        ("1\u202f275,5", "1275.50"),
        ("1'275.00", "1275.00"),
        ("1,234,567", "1234567.00"),
        ("9999999999.99", "9999999999.99"),
    ],
)
def test_a_clear_price_is_read(text, price):
    assert str(read_price(text, currency="USD")) == price


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1.275,00 SEK", "is in SEK"),
        ("1.275 USD", "thousands or decimals"),
        ("1,275 USD", "thousands or decimals"),
        ("-5 USD", "negative"),
        ("10000000000", "too large"),
        ("9" * 5000, "too large"),
        ("1275.500", "more than 2 decimals"),
        ("1,275.505 USD", "more than 2 decimals"),
        ("12,75.00", "not an amount"),
        ("1.275.00", "not an amount"),
        ("10-20 USD", "not an amount"),
        ("$5", "not an amount"),
        ("USD 5 USD", "not an amount"),
        ("1e5", "not an amount"),
        ("NaN", "not an amount"),
        ("٣", "not an amount"),
        ("", "not an amount"),
        ("USD", "not an amount"),
        ("5.", "not an amount"),
    ],
)
def test_an_unclear_price_is_refused_and_never_guessed(text, reason):
    with pytest.raises(PriceUnclear, match=reason):
        read_price(text, currency="USD")


def test_a_price_is_read_in_the_currency_of_the_region():
    assert read_price("1.275,00 SEK", currency="SEK") == Decimal("1275.00")
