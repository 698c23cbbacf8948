"""Secrets at rest: columns whose text only a process with the key in its environment reads.

Fernet (AES-128-CBC with HMAC-SHA256) under keys that HKDF (RFC 5869) derives from the settings
SECRETS_KEYS, or else from SECRET_KEY. The first key writes, and every key reads.
"""

import base64
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models, transaction
from django.db.models.query_utils import DeferredAttribute

from shop.core.db.transactions import run_transaction

PURPOSE = b"shop.secrets-at-rest"
BATCH_SIZE = 500


class KeyLost(Exception):
    """No key of the settings reads the text: it was written with another, or changed."""


def encrypt(text: str) -> str:
    """Return a text as it is stored."""
    return _cipher().encrypt(text.encode()).decode()


def decrypt(stored: str) -> str:
    """Return a stored text in clear. Raises KeyLost."""
    try:
        return _cipher().decrypt(stored.encode()).decode()
    except InvalidToken as error:
        raise KeyLost("A stored secret is read by no key of SECRETS_KEYS or SECRET_KEY.") from error


class Stored(str):
    """The text of an encrypted column as it is stored; an empty text has nothing to hide."""


class DecryptedAttribute(DeferredAttribute):
    """The attribute of a row, decrypted when it is read, so that a lost key spoils no list."""

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        """Return the text in clear. Raises KeyLost."""
        value = super().__get__(instance, owner)
        return decrypt(value) if isinstance(value, Stored) and value else value

    def __set__(self, instance: Any, value: Any) -> None:
        """Set a text, in clear or as it is stored."""
        instance.__dict__[self.field.attname] = value


class EncryptedTextField(models.TextField):
    """A text that is encrypted in its column, and about which no query can ask."""

    descriptor_class = DecryptedAttribute

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Return the attribute without decrypting what was not changed."""
        return model_instance.__dict__[self.attname]

    def get_prep_value(self, value: Any) -> Any:
        """Return the text as it is stored."""
        text = super().get_prep_value(value)
        return encrypt(text) if text and not isinstance(text, Stored) else text

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Any:
        """Return the stored text, which the attribute decrypts."""
        return value if value is None else Stored(value)

    def to_python(self, value: Any) -> Any:
        """Return a text as it is, without losing that it is a stored one."""
        return value if isinstance(value, Stored) else super().to_python(value)

    def get_lookup(self, lookup_name: str) -> Any:
        """Raise FieldError: the same text is stored differently each time."""
        raise FieldError(f"{self.name} is encrypted, so nothing can look it up.")


def reencrypt_columns() -> int:
    """Write every encrypted column anew, with the first key; return the number of rows.

    Raises KeyLost.
    """
    return sum(
        rewrite_rows(model, partial(_save_columns, names=names))
        for model in apps.get_models()
        if (names := [f.name for f in model._meta.fields if isinstance(f, EncryptedTextField)])
    )


def rewrite_rows(model: Any, rewrite: Callable[[Any], None]) -> int:
    """Rewrite every row of a model, locked, in batches by key; return the number of rows.

    Each batch is a transaction. Raises what `rewrite` raises.
    """
    count, last = 0, 0
    while keys := run_transaction(_rewrite_batch, model, rewrite, after=last):
        count, last = count + len(keys), keys[-1]
    return count


@transaction.atomic
def _rewrite_batch(model: Any, rewrite: Callable[[Any], None], *, after: int) -> list[int]:
    rows = model._base_manager.filter(pk__gt=after).order_by("pk")
    locked = list(rows.select_for_update(no_key=True)[:BATCH_SIZE])
    for row in locked:
        rewrite(row)
    return [row.pk for row in locked]


def _save_columns(row: models.Model, *, names: list[str]) -> None:
    for name in names:
        setattr(row, name, getattr(row, name))
    row.save(update_fields=names)


def _cipher() -> MultiFernet:
    keys = (*settings.SECRETS_KEYS, settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return _cipher_of(keys)


@lru_cache
def _cipher_of(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_derive(key)) for key in keys])


def _derive(key: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(key.encode())
    return base64.urlsafe_b64encode(derived)
