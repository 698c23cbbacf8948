"""Set up a child process that dies with its parent, then execute a program in it.

    python -I -S launch.py --parent=PID --dies-with=SIGNAL [OPTIONS] -- PROGRAM ARGUMENT…

A process of its own does this between fork and exec, because `preexec_fn` may deadlock in a
Python with threads. It imports little, so it starts in 20 ms.

--parent=PID          the parent process
--dies-with=SIGNAL    the number of the signal that the program gets when PID is gone
--session             start a session, so that the terminal's Ctrl-C does not reach the program
--mark=PATH           hold PATH open and name it in SHOP_MARK, inherited by all descendants
--user=UID:GID        change from root to this user and group
"""

import contextlib
import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    """Apply the options before `--` and execute the command after it."""
    cut = arguments.index("--")
    options = dict(argument[2:].partition("=")[::2] for argument in arguments[:cut])
    if "session" in options:
        os.setsid()
    if mark := options.get("mark"):
        hold_open(mark)
    if user := options.get("user"):
        drop_root(*map(int, user.split(":")))
    # After the change of user, because that clears the death signal.
    set_death_signal(int(options["parent"]), int(options["dies-with"]))
    os.execvp(arguments[cut + 1], arguments[cut + 1 :])  # noqa: S606 -- no shell


def hold_open(mark: str) -> None:
    """Open the mark so that it stays open across exec and fork (orphans.py)."""
    os.set_inheritable(os.open(mark, os.O_RDONLY | os.O_CREAT, 0o644), True)
    os.environ["SHOP_MARK"] = mark


def drop_root(uid: int, gid: int) -> None:
    """Change from root to a user and a group, without supplementary groups."""
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


def set_death_signal(parent: int, signal: int) -> None:
    """Have the kernel send the signal when the parent ends; does nothing on macOS.

    Exits if the parent is gone already.
    """
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0)
    if os.getppid() != parent:  # the parent ended before prctl
        sys.exit(1)


if __name__ == "__main__":
    main(sys.argv[1:])
