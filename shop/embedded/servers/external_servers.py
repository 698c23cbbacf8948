"""Servers of one's own, named by DATABASE_URL and REDIS_URL.

A sentence about a broken URL never repeats it, for there may be a password in it.
"""

import os
from typing import Any

import dj_database_url
import psycopg
import redis

from shop.embedded.exceptions import CannotRun

DATABASE_EXAMPLE = "postgres://user:password@host:5432/database"
REDIS_EXAMPLE = "redis://:password@host:6379/0"
SECONDS = 5


def demand_meaning() -> None:
    """Raise CannotRun if one of the two variables is set to something else than a URL."""
    if url := os.environ.get("DATABASE_URL"):
        parse_database_url(url)
    if url := os.environ.get("REDIS_URL"):
        parse_redis_url(url)


def demand_answers() -> None:
    """Raise CannotRun if a given server does not let the shop in."""
    if url := os.environ.get("DATABASE_URL"):
        demand_database(parse_database_url(url))
    if url := os.environ.get("REDIS_URL"):
        demand_redis(parse_redis_url(url))


def parse_database_url(url: str) -> dict[str, Any]:
    try:
        parts: dict[str, Any] = dict(dj_database_url.parse(url))
        is_meant = parts["ENGINE"].endswith((".postgresql", ".postgis")) and parts["NAME"]
    except Exception:  # the parser raises whatever it stumbles over
        is_meant = False
    if not is_meant:
        raise CannotRun(
            f"DATABASE_URL is not the address of a PostgreSQL database, like {DATABASE_EXAMPLE}"
        )
    return parts


def parse_redis_url(url: str) -> redis.Redis:
    try:
        return redis.Redis.from_url(url, socket_connect_timeout=SECONDS, socket_timeout=SECONDS)
    except ValueError:
        pass
    raise CannotRun(f"REDIS_URL is not the address of a Valkey or Redis, like {REDIS_EXAMPLE}")


def demand_database(parts: dict[str, Any]) -> None:
    try:
        connect(parts).close()
    except psycopg.Error as error:
        reason = one_line(error, parts.get("PASSWORD"))
        raise CannotRun(f"The database of DATABASE_URL cannot be used: {reason}") from None


def connect(parts: dict[str, Any]) -> psycopg.Connection:
    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    known = {name: parts[key] for name, key in names.items() if parts.get(key)}
    options = {"connect_timeout": SECONDS, **known, **parts.get("OPTIONS", {})}
    return psycopg.connect(dbname=parts["NAME"], **options)


def demand_redis(client: redis.Redis) -> None:
    try:
        client.ping()
    except redis.RedisError as error:
        reason = one_line(error, client.get_connection_kwargs().get("password"))
        raise CannotRun(f"The server of REDIS_URL cannot be used: {reason}") from None


def one_line(error: Exception, password: str | None) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return text.replace(password, "…") if password else text
