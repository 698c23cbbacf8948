"""The environment of a command, completed by manage.py before Django reads its settings."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from shop.embedded.data_folder import DataFolder
from shop.embedded.servers import external_servers
from shop.embedded.servers.shared_servers import borrowed_servers
from shop.embedded.servers.startup import missing_servers

# Commands that work on code and files alone; the demo starts its servers itself.
WITHOUT_SERVERS = {
    "",
    "check",
    "collectstatic",
    "compilemessages",
    "demo",
    "diffsettings",
    "findstatic",
    "help",
    "makemessages",
    "spectacular",
    "startapp",
    "version",
}
LOCAL_HOSTS = "localhost,127.0.0.1,[::1]"


@contextmanager
def environment_for(arguments: list[str]) -> Iterator[None]:
    """Complete the environment for a command, with servers for as long as it runs.

    Commands use the secret of a data folder in which a demo has run, also with an external
    database. Raises CannotRun, before Django meets the invalid settings.
    """
    external_servers.check_urls()
    folder = DataFolder.from_environment()
    os.environ["SHOP_DATA_DIR"] = str(folder.path)
    command = arguments[0] if arguments else ""
    if missing_servers() or command == "demo":
        folder.prepare()
    if command == "demo" or not os.environ.get("DATABASE_URL") or folder.has_secret("secret_key"):
        os.environ["SECRET_KEY"] = os.environ.get("SECRET_KEY") or folder.secret("secret_key")
        os.environ["ALLOWED_HOSTS"] = os.environ.get("ALLOWED_HOSTS") or LOCAL_HOSTS
    with ExitStack() as stack:
        if needs_servers(arguments) and (variables := missing_servers()):
            os.environ.update(stack.enter_context(borrowed_servers(folder, variables)))
        yield


def needs_servers(arguments: list[str]) -> bool:
    """Return whether a command line of manage.py uses the database or the cache."""
    if not arguments or arguments[0].startswith("-") or {"--help", "-h"} & set(arguments):
        return False
    return arguments[0] not in WITHOUT_SERVERS
