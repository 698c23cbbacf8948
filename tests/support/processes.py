"""Programs: management commands, and real processes in data folders of their own."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

from django.core.management import call_command

from shop.embedded.data_folder import BASE_DIR, DataFolder
from shop.embedded.process.orphans import find_marked

PATIENCE = 90  # seconds, for busy machines


def command_output(command: str, *args: str) -> str:
    """Run a management command and return its standard output."""
    out = StringIO()
    call_command(command, *args, stdout=out)
    return out.getvalue()


@contextmanager
def python(code: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run Python code in a process, killed at the end of the block."""
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=BASE_DIR,
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def find_processes(folder: DataFolder) -> set[int]:
    """Return the ids of the processes that have a mark in the folder."""
    return set(find_marked(folder.marks))


def is_silent(folder: DataFolder) -> bool:
    return not find_processes(folder)


def leader(folder: DataFolder, name: str) -> int:
    """Return the id of the process that the supervisor started for a program."""
    pids = set(find_marked(folder.marks / name))
    (pid,) = [pid for pid in pids if parent(pid) not in pids]
    return pid


def parent(pid: int) -> int:
    return int(_read_stat(pid)[1])


def is_stopped(pid: int) -> bool:
    return _read_stat(pid)[0] == "T"


def _read_stat(pid: int) -> list[str]:
    """Return the fields of /proc/<pid>/stat after the name: state, parent and so on (proc(5))."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def wait_until(is_reached: Callable[[], object], seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not is_reached():
        assert time.monotonic() < deadline, "It took too long."
        time.sleep(0.05)
