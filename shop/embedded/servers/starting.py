"""The database and the cache of one data folder, as far as nobody gave others."""

import os
from collections.abc import Iterable

from shop.embedded.data_folder import DataFolder
from shop.embedded.process.orphans import end_marked
from shop.embedded.process.supervisor import Supervisor
from shop.embedded.process.system_user import choose_system_user
from shop.embedded.servers.postgres import Postgres
from shop.embedded.servers.valkey import Valkey

VARIABLES = ("DATABASE_URL", "REDIS_URL")


def missing_servers() -> list[str]:
    """Return which of the two variables nobody has set."""
    return [variable for variable in VARIABLES if not os.environ.get(variable)]


def end_leftovers(folder: DataFolder) -> None:
    """End what a former keeper left running, should it not be ending by itself."""
    folder.withdraw()
    end_marked(folder.marks, patience=3)


def start_servers(
    folder: DataFolder, supervisor: Supervisor, wanted: Iterable[str], *, is_hasty: bool = False
) -> dict[str, str]:
    """Start the wanted servers and return their URLs by the name of their variable.

    Only the folder's keeper may call it, and only once nothing is left of the one before.
    """
    user = choose_system_user(folder.postgres)
    urls = {}
    if "DATABASE_URL" in wanted:
        postgres = Postgres(folder, user, is_hasty=is_hasty)
        postgres.start(supervisor)
        urls["DATABASE_URL"] = postgres.url
    if "REDIS_URL" in wanted:
        valkey = Valkey(folder, user)
        valkey.start(supervisor)
        urls["REDIS_URL"] = valkey.url
    return urls
