"""Find and end everything that a child left behind.

Each child is launched with a *mark*: a file that it holds open and that SHOP_MARK in
its environment names. Whatever it forks or runs inherits one of the two: PostgreSQL
and nginx write over their environment and start sessions of their own, but keep their
files open; Python's `spawn` closes the files, but keeps the environment. So a process
is known by what it carries, and a reused process id is never mistaken for it.
"""

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

PROCESSES = Path("/proc")


def end_marked(mark: Path, *, patience: float = 0) -> None:
    """End the processes that carry the mark, or one in that folder.

    They get `patience` seconds to go by themselves.
    """
    now = time.monotonic()
    deadline, give_up = now + patience, now + patience + 10
    seen: set[int] = set()
    while time.monotonic() < give_up:  # else the kernel itself holds them
        marked = set(find_marked(mark))
        seen |= marked
        # One that is dying has put its mark down already, but may still hold a port.
        if not any(is_alive(pid) for pid in seen):
            return
        if time.monotonic() >= deadline:
            kill_all(marked)
        time.sleep(0.02)


def find_marked(mark: Path) -> Iterator[int]:
    """Yield the ids of living processes that carry the mark, except this one."""
    if not PROCESSES.is_dir():
        return
    for entry in PROCESSES.iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid() and carries(entry, mark):
            yield int(entry.name)


def carries(process: Path, mark: Path) -> bool:
    try:
        return names(process, mark) or holds_open(process, mark)
    except OSError:  # gone meanwhile, or someone else's
        return False


def names(process: Path, mark: Path) -> bool:
    environment = (process / "environ").read_bytes().split(b"\0")
    carried = [v[10:] for v in environment if v.startswith(b"SHOP_MARK=")]
    return any(is_within(os.fsdecode(path), mark) for path in carried)


def holds_open(process: Path, mark: Path) -> bool:
    return any(is_within(target(file), mark) for file in (process / "fd").iterdir())


def target(file: Path) -> str:
    try:
        return str(file.readlink())
    except OSError:  # closed meanwhile
        return ""


def is_within(path: str, mark: Path) -> bool:
    return path == str(mark) or path.startswith(f"{mark}/")


def is_alive(pid: int) -> bool:
    """Tell whether the process is there and no zombie."""
    try:
        state = (PROCESSES / str(pid) / "stat").read_bytes().rpartition(b")")[2].split()[0]
    except OSError:
        return False
    return state not in (b"Z", b"X")


def kill_all(pids: set[int]) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
