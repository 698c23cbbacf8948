"""The sandbox's token, and three API calls that use it."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings

from catalog.models import Item
from shop.accounts.models import ApiToken, User
from shop.core.api.permissions import Scope
from shop.demo.loading import STAFF

TOKEN_FILE = "api-token"  # noqa: S105 -- the name of the file
WHOLE_API = tuple(Scope.values)


def sandbox_token() -> str | None:
    """Return the token stored in the data folder, or a new one if that is not valid.

    None if the demo's staff account does not exist.
    """
    path = Path(settings.DATA_DIR) / TOKEN_FILE
    stored = path.read_text().strip() if path.exists() else ""
    if ApiToken.objects.usable().filter(digest=ApiToken.digest_of(stored)).exists():
        return stored
    staff = User.objects.filter(email=STAFF, is_active=True).first()
    if staff is None:
        return None
    token = ApiToken.issue(user=staff, name="Sandbox", scopes=list(WHOLE_API))
    path.touch(mode=0o600)
    path.write_text(token)
    return token


def sandbox_lines(url: str) -> Iterator[str]:
    """Yield lines for a developer: the token, then calls that find, add and hold an item."""
    item = Item.objects.filter(is_active=True).order_by("-aggregated_stock__stock", "pk").first()
    if item and (token := sandbox_token()):
        bearer = f"-H 'Authorization: Bearer {token}'"
        yield f"A token of {STAFF} with every scope: {token}"
        yield f"curl '{url}api/v1/items/?{urlencode({'q': item.name})}&in_stock=true'"
        yield (
            f"curl -X PUT {bearer} -H 'Content-Type: application/json'"
            f""" -d '{{"quantity": 1}}' '{url}api/v1/cart/items/{item.pk}/'"""
        )
        yield f"curl -X POST {bearer} '{url}api/v1/checkout/'"
    yield f"The API is described at {url}api/v1/docs/; docs/api.md explains its use."
