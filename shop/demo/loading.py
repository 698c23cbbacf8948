"""The demo's catalogue, warehouses, stock and accounts: loaded once, never reset.

The ledger is append-only, so the first receipt of the demo's stock file in it proves that
the files were loaded. Later changes by staff are never overwritten.
"""

import csv
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from allauth.account.models import EmailAddress
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from catalog.imports.items import CatalogFeed
from shop.accounts.models import User
from shop.core.db.transactions import run_transaction
from shop.core.imports.importing import import_feeds
from shop.core.imports.opening import open_feed
from shop.demo.drawing import draw_picture
from warehouses.inventory.feeds import StockFeed, WarehouseFeed
from warehouses.models import Carrier, StockMovement

FOLDER = Path(__file__).parent
PRODUCTS = FOLDER / "products.tsv"
WAREHOUSES = FOLDER / "warehouses.csv"
STOCK = FOLDER / "stock.csv"

CARRIERS = {
    "UPS": "https://www.ups.com/track?tracknum={tracking}",
    "USPS": "https://tools.usps.com/go/TrackConfirmAction?tLabels={tracking}",
    "FedEx": "https://www.fedex.com/fedextrack/?trknbr={tracking}",
    "DHL": "https://www.dhl.com/us-en/home/tracking.html?tracking-id={tracking}",
}

SHOPPER = "shopper@example.com"
STAFF = "staff@example.com"
PASSWORD = "demo"  # noqa: S105 -- public


def load_demo() -> bool:
    """Load the demo's data; returns False if it was loaded before. Raises Busy.

    Pictures come first, because an import keeps a picture that is already stored.
    """
    draw_missing_pictures()
    run_transaction(make_accounts)
    run_transaction(make_carriers)
    if is_loaded():
        return False
    _load_files()
    return True


def draw_missing_pictures() -> None:
    """Draw the pictures of the demo's items that the storage does not have."""
    stored = _stored_pictures()
    for row in _products():
        path = row["image_link"]
        if path not in stored:
            picture = draw_picture(sku=row["id"], name=row["title"], category=row["product_type"])
            default_storage.save(path, ContentFile(picture.encode()))


@transaction.atomic
def make_accounts() -> None:
    """Make the demo's shopper and its member of staff, unless they exist."""
    _make_account(SHOPPER)
    _make_account(STAFF, is_staff=True, is_superuser=True)


@transaction.atomic
def make_carriers() -> None:
    """Make carriers with links to their tracking pages, unless they exist."""
    for name, tracking_url in CARRIERS.items():
        Carrier.objects.get_or_create(name=name, defaults={"tracking_url": tracking_url})


def is_loaded() -> bool:
    """Return whether the ledger has the first receipt of the demo's stock file."""
    with STOCK.open(encoding="utf-8", newline="") as file:
        first = next(csv.DictReader(file))
    return StockMovement.objects.filter(
        kind=StockMovement.Kind.RECEIVED,
        item__sku=first["sku"],
        warehouse__code=first["warehouse"],
        reference=first["reference"],
    ).exists()


def _load_files() -> None:
    """Import each file whole, in a transaction of its own, and the stock last.

    The first receipt then proves that everything was loaded. An interrupted load starts
    again from the beginning, which overwrites items and warehouses with the files.
    """
    import_feeds(CatalogFeed, [PRODUCTS], is_strict=True)
    import_feeds(WarehouseFeed, [WAREHOUSES], is_strict=True)
    import_feeds(StockFeed, [STOCK], is_strict=True)


def _products() -> Iterator[dict[str, str]]:
    with open_feed(PRODUCTS, required=("id", "title", "product_type", "image_link")) as feed:
        for row in feed:
            yield row.values


def _stored_pictures() -> set[str]:
    """Return the stored pictures' paths; listing the folders is faster than a check for each."""
    paths: set[str] = set()
    for folder in {str(Path(row["image_link"]).parent) for row in _products()}:
        with suppress(FileNotFoundError):
            paths |= {f"{folder}/{name}" for name in default_storage.listdir(folder)[1]}
    return paths


def _make_account(email: str, **rights: bool) -> None:
    if User.objects.filter(email__iexact=email).exists():
        return
    user = User.objects.create_user(email, PASSWORD, **rights)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
