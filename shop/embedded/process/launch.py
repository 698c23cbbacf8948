"""Become a child that dies with its parent, then become another program.

    python -I -S launch.py --parent=PID --dies-with=SIGNAL [OPTIONS] -- PROGRAM ARGUMENT…

A process of its own between fork and exec, because code that runs there inside a
bigger Python (`preexec_fn`) may deadlock. Imports are few: it starts in 20 ms.

--parent=PID          the process to die with
--dies-with=SIGNAL    a signal's number; what the program gets when PID is gone
--session             start a session, so that the terminal's Ctrl-C passes it by
--mark=PATH           hold PATH open, and name it in SHOP_MARK, down to the last descendant
--user=UID:GID        give root up
"""

import contextlib
import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    cut = arguments.index("--")
    options = dict(argument[2:].partition("=")[::2] for argument in arguments[:cut])
    if "session" in options:
        os.setsid()
    if mark := options.get("mark"):
        hold_open(mark)
    if user := options.get("user"):
        become(*map(int, user.split(":")))
    # After the change of user, which would clear it.
    die_with(int(options["parent"]), int(options["dies-with"]))
    os.execvp(arguments[cut + 1], arguments[cut + 1 :])  # noqa: S606 (what launching is)


def hold_open(mark: str) -> None:
    """Open the mark so that it stays open across exec and fork; see leftovers.py."""
    os.set_inheritable(os.open(mark, os.O_RDONLY | os.O_CREAT, 0o644), True)
    os.environ["SHOP_MARK"] = mark


def become(uid: int, gid: int) -> None:
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


def die_with(parent: int, signal: int) -> None:
    """Ask the kernel for the signal; quietly do without where it cannot (macOS)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0)
    if os.getppid() != parent:  # it went before the kernel knew
        sys.exit(1)


if __name__ == "__main__":
    main(sys.argv[1:])
