"""The start of a data folder's servers, as far as no external ones are set."""

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
    """Return those of DATABASE_URL and REDIS_URL that are not set."""
    return [variable for variable in VARIABLES if not os.environ.get(variable)]


def end_orphans(folder: DataFolder) -> None:
    """End the processes that a former daemon or demo left running; they get three seconds."""
    folder.unpublish_urls()
    end_marked(folder.marks, timeout=3)


def start_servers(
    folder: DataFolder,
    supervisor: Supervisor,
    variables: Iterable[str],
    *,
    skips_fsync: bool = False,
) -> dict[str, str]:
    """Start the servers of the variables and return their URLs by variable.

    The caller holds the folder's daemon lock and has ended the orphans. Raises CannotRun.
    """
    user = choose_system_user(folder.postgres)
    urls = {}
    if "DATABASE_URL" in variables:
        postgres = Postgres(folder, user, skips_fsync=skips_fsync)
        postgres.start(supervisor)
        urls["DATABASE_URL"] = postgres.url
    if "REDIS_URL" in variables:
        valkey = Valkey(folder, user)
        valkey.start(supervisor)
        urls["REDIS_URL"] = valkey.url
    return urls
