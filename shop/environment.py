"""Variables of the environment, read as the settings need them."""

import os
from email.utils import parseaddr

from django.core.exceptions import ImproperlyConfigured

MIN_KEY_LENGTH = 32


def env_bool(name: str, default: bool = False) -> bool:
    """Return whether a variable is 1, true, yes or on, in upper or lower case."""
    return os.environ.get(name, str(default)).lower() in {"1", "true", "yes", "on"}


def env_list(name: str, default: str = "") -> list[str]:
    """Return the parts of a variable between its commas, without empty ones."""
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def env_keys(name: str) -> list[str]:
    """Return the long random texts of a variable. Raises ImproperlyConfigured for a short one."""
    keys = env_list(name)
    if any(len(key) < MIN_KEY_LENGTH for key in keys):
        raise ImproperlyConfigured(f"Each of {name} must have {MIN_KEY_LENGTH} characters or more.")
    return keys


def as_contact(value: str) -> str:
    """Return an e-mail address or a page as the URI of a contact. Raises ImproperlyConfigured."""
    if value.startswith(("https://", "mailto:", "tel:")) and value.isprintable():
        return value
    address = parseaddr(value)[1]
    if "@" not in address or not value.isprintable():
        raise ImproperlyConfigured("SECURITY_CONTACT must be an e-mail address or an https page.")
    return f"mailto:{address}"


def env_int(name: str, default: int) -> int:
    """Return a variable as a whole number of 0 or more. Raises ImproperlyConfigured."""
    value = os.environ.get(name, str(default))
    if not value.isdecimal():
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.")
    return int(value)
