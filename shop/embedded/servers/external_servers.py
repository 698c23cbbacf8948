"""External servers, named by DATABASE_URL and REDIS_URL.

A message about an invalid URL never repeats it, because it may contain a password.
"""

import os
from typing import Any

import dj_database_url
import psycopg
import redis

from shop.embedded.exceptions import CannotRun
from shop.embedded.servers.earlier_tables import require_current_tables

DATABASE_EXAMPLE = "postgres://user:password@host:5432/database"
REDIS_EXAMPLE = "redis://:password@host:6379/0"
TIMEOUT_SECONDS = 5


def check_urls() -> None:
    """Raise CannotRun if DATABASE_URL or REDIS_URL is set to an invalid URL."""
    if url := os.environ.get("DATABASE_URL"):
        parse_database_url(url)
    if url := os.environ.get("REDIS_URL"):
        parse_redis_url(url)


def check_connections() -> None:
    """Raise CannotRun if an external server cannot be connected to."""
    if url := os.environ.get("DATABASE_URL"):
        check_database(parse_database_url(url))
    if url := os.environ.get("REDIS_URL"):
        check_redis(parse_redis_url(url))


def parse_database_url(url: str) -> dict[str, Any]:
    """Return a PostgreSQL URL as Django's database settings. Raises CannotRun."""
    try:
        parts: dict[str, Any] = dict(dj_database_url.parse(url))
        is_valid = parts["ENGINE"].endswith((".postgresql", ".postgis")) and parts["NAME"]
    except Exception:  # dj_database_url raises many kinds
        is_valid = False
    if not is_valid:
        raise CannotRun(
            f"DATABASE_URL is not the address of a PostgreSQL database, like {DATABASE_EXAMPLE}"
        )
    return parts


def parse_redis_url(url: str) -> redis.Redis:
    """Return a client for the URL. Raises CannotRun."""
    try:
        return redis.Redis.from_url(
            url, socket_connect_timeout=TIMEOUT_SECONDS, socket_timeout=TIMEOUT_SECONDS
        )
    except ValueError:
        pass
    raise CannotRun(f"REDIS_URL is not the address of a Valkey or Redis, like {REDIS_EXAMPLE}")


def check_database(parts: dict[str, Any]) -> None:
    """Connect to the database once, and look for tables of an earlier version.

    Raises CannotRun.
    """
    try:
        with connect(parts) as connection:
            require_current_tables(connection, location="The database of DATABASE_URL")
    except psycopg.Error as error:
        reason = describe_error(error, parts.get("PASSWORD"))
        raise CannotRun(f"The database of DATABASE_URL cannot be used: {reason}") from None


def connect(parts: dict[str, Any]) -> psycopg.Connection:
    """Connect with Django's database settings."""
    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    values = {name: parts[key] for name, key in names.items() if parts.get(key)}
    options = {"connect_timeout": TIMEOUT_SECONDS, **values, **parts.get("OPTIONS", {})}
    return psycopg.connect(dbname=parts["NAME"], **options)


def check_redis(client: redis.Redis) -> None:
    """Ping the server once. Raises CannotRun."""
    try:
        client.ping()
    except redis.RedisError as error:
        reason = describe_error(error, client.get_connection_kwargs().get("password"))
        raise CannotRun(f"The server of REDIS_URL cannot be used: {reason}") from None


def describe_error(error: Exception, password: str | None) -> str:
    """Return the error's message on one line, with the password masked."""
    text = " ".join(str(error).split()) or type(error).__name__
    return text.replace(password, "…") if password else text
