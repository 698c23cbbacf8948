"""Orphan processes: descendants that a child left running are found by a mark and ended.

Each child is launched with a *mark*: a file that it holds open and that SHOP_MARK in its
environment names. Every descendant inherits one of the two: PostgreSQL and nginx overwrite
their environment and start sessions of their own, but keep their files open; Python's
`spawn` closes the files, but keeps the environment. So a process is identified by its mark,
and a reused process id is never mistaken for it.
"""

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

PROCESSES = Path("/proc")


def end_marked(mark: Path, *, timeout: float = 0) -> None:
    """Kill the processes that have the mark, or any mark in that folder.

    They get `timeout` seconds to end by themselves. Returns when all have ended, or after
    another ten seconds.
    """
    now = time.monotonic()
    deadline, give_up = now + timeout, now + timeout + 10
    seen: set[int] = set()
    while time.monotonic() < give_up:  # a process in a system call may not end at all
        marked = set(find_marked(mark))
        seen |= marked
        # A dying process has lost its mark already, but may still hold a port.
        if not any(is_alive(pid) for pid in seen):
            return
        if time.monotonic() >= deadline:
            kill_all(marked)
        time.sleep(0.02)


def find_marked(mark: Path) -> Iterator[int]:
    """Yield the ids of the processes that have the mark, except this one; Linux only."""
    if not PROCESSES.is_dir():
        return
    for entry in PROCESSES.iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid() and has_mark(entry, mark):
            yield int(entry.name)


def has_mark(process: Path, mark: Path) -> bool:
    """Return whether a process, given by its folder in /proc, has the mark."""
    try:
        return names_mark(process, mark) or holds_mark_open(process, mark)
    except OSError:  # it has ended, or belongs to another user
        return False


def names_mark(process: Path, mark: Path) -> bool:
    """Return whether SHOP_MARK in the process's environment names the mark."""
    environment = (process / "environ").read_bytes().split(b"\0")
    paths = [v[10:] for v in environment if v.startswith(b"SHOP_MARK=")]
    return any(is_within(os.fsdecode(path), mark) for path in paths)


def holds_mark_open(process: Path, mark: Path) -> bool:
    """Return whether the process holds the mark open."""
    return any(is_within(link_target(file), mark) for file in (process / "fd").iterdir())


def link_target(file: Path) -> str:
    """Return the path that a symbolic link names, empty if the link is gone."""
    try:
        return str(file.readlink())
    except OSError:  # closed meanwhile
        return ""


def is_within(path: str, mark: Path) -> bool:
    """Return whether the path is the mark or below it."""
    return path == str(mark) or path.startswith(f"{mark}/")


def is_alive(pid: int) -> bool:
    """Return whether the process exists and is no zombie."""
    try:
        state = (PROCESSES / str(pid) / "stat").read_bytes().rpartition(b")")[2].split()[0]
    except OSError:
        return False
    return state not in (b"Z", b"X")


def kill_all(pids: set[int]) -> None:
    """Send SIGKILL to the processes."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
