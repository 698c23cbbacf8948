"""The demand that no password or personal data crosses a network unencrypted.

Servers on this machine, by a socket or a loopback address, need no TLS.
"""

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

ENCRYPTED_SSL_MODES = {"require", "verify-ca", "verify-full"}
PERMIT = "or set INSECURE_BACKENDS=1 if its network is private."


def find_insecure_backend(
    *, database: Mapping[str, Any], redis_url: str, email_host: str, email_has_tls: bool
) -> str:
    """Return one sentence about the first server that is reached without TLS, or an empty text.

    `database` are Django's settings of the database, with libpq's parameters in OPTIONS.
    """
    libpq = database.get("OPTIONS", {})
    hosts = [str(libpq.get(name, "")) for name in ("host", "hostaddr")]
    is_here = all(map(is_local, [str(database.get("HOST", "")), *hosts]))
    if not is_here and libpq.get("sslmode") not in ENCRYPTED_SSL_MODES:
        return f"DATABASE_URL names another machine: add ?sslmode=verify-full to it, {PERMIT}"
    redis = urlsplit(redis_url)
    is_safe = redis.scheme == "rediss" and redis.password
    if not (is_local(redis.hostname or "") or is_safe):
        return f"REDIS_URL names another machine: use rediss:// and a password, {PERMIT}"
    if email_host and not is_local(email_host) and not email_has_tls:
        return f"EMAIL_HOST is another machine: set EMAIL_USE_TLS=1 or EMAIL_USE_SSL=1, {PERMIT}"
    return ""


def is_local(host: str) -> bool:
    """Return whether a host is this machine: the folder of a socket, loopback, or no host."""
    if not host or host.startswith(("/", "@")) or host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
