"""Random faults in a running demo: killed and stopped processes, cut connections."""

import os
import random
import signal
import threading
from collections import Counter
from collections.abc import Callable

import psycopg

from shop.embedded.data_folder import DataFolder
from shop.embedded.process.orphans import find_marked

MAX_DATABASE_KILLS = 20


class Tormentor:
    """Injects faults into a demo and counts them; the seed makes the sequence repeatable."""

    def __init__(self, folder: DataFolder, database: str, seed: int) -> None:
        self.folder, self.database = folder, database
        self.chance = random.Random(seed)
        self.faults: Counter[str] = Counter()

    def torment(self, stop: threading.Event, *, pause: tuple[float, float] = (0.5, 3.0)) -> None:
        """Inject faults, `pause` seconds apart, until the event is set."""
        faults: list[Callable[[], None]] = [
            *[lambda: self.kill("web")] * 4,
            *[lambda: self.kill("worker")] * 3,
            lambda: self.kill("beat"),
            lambda: self.kill("indexer"),
            *[lambda: self.freeze("web", stop)] * 2,
            lambda: self.freeze("worker", stop),
            *[self.cut_connections] * 3,
            lambda: self.kill("valkey"),
            self.kill_database,
        ]
        while not stop.wait(self.chance.uniform(*pause)):
            try:
                self.chance.choice(faults)()
            except (ProcessLookupError, psycopg.OperationalError):
                continue  # it has ended already

    def kill(self, name: str) -> None:
        """Kill one process of a program with -9: the leader or one of its children."""
        if pids := self._processes(name):
            os.kill(self.chance.choice(pids), signal.SIGKILL)
            self.faults[f"kill -9 {name}"] += 1

    def freeze(self, name: str, stop: threading.Event) -> None:
        """Stop one process for a while, as on a machine that swaps."""
        if pids := self._processes(name):
            pid = self.chance.choice(pids)
            os.kill(pid, signal.SIGSTOP)
            self.faults[f"freeze {name}"] += 1
            stop.wait(self.chance.uniform(0.5, 3.0))
            os.kill(pid, signal.SIGCONT)

    def cut_connections(self) -> None:
        """Terminate up to three of the shop's database connections, at any moment."""
        with psycopg.connect(self.database, connect_timeout=2) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM ("
                " SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
                " ORDER BY random() LIMIT 3) AS chosen"
            )
        self.faults["cut connections"] += 1

    def kill_database(self) -> None:
        """Kill PostgreSQL's postmaster with -9."""
        if self.faults["kill -9 postgres"] < MAX_DATABASE_KILLS:
            pid_file = self.folder.postgres / "postmaster.pid"
            try:
                os.kill(int(pid_file.read_text().split("\n", 1)[0]), signal.SIGKILL)
            except (FileNotFoundError, ValueError):
                return
            self.faults["kill -9 postgres"] += 1

    def _processes(self, name: str) -> list[int]:
        return list(find_marked(self.folder.marks / name))
