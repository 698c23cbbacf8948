"""Whom servers run as when root starts them; PostgreSQL refuses to be root."""

import os
import pwd
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from shop.embedded.exceptions import CannotRun


@dataclass(frozen=True)
class SystemUser:
    name: str
    uid: int
    gid: int

    @property
    def ids(self) -> tuple[int, int]:
        return self.uid, self.gid

    def demand_reach(self, target: Path) -> None:
        """Let the user pass to the target, opening no folder further than it must.

        A closed folder above the target gets the search bit for others and nothing
        more, and each is named on stderr. Raises CannotRun if that is not enough.
        """
        for folder in [*reversed(target.parents), target]:
            if folder.is_dir() and not self.can("-x", folder):
                let_others_pass(folder)
        if not self.can("-x", target):
            raise CannotRun(
                f"User {self.name}, who runs the servers because root may not, "
                f"cannot reach {target}: make it and the folders above it readable for others "
                "(as in a .venv built with umask 022), or move the shop."
            )

    def can(self, test: str, path: Path) -> bool:
        """Try it as that user, because only the kernel knows all the rules."""
        return self.run("test", test, str(path)).returncode == 0

    def run(self, *command: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            command,
            user=self.uid,
            group=self.gid,
            extra_groups=[],
            cwd="/",
            capture_output=True,
            check=False,
        )

    def own(self, folder: Path) -> None:
        """Make a folder that only this user may enter."""
        folder.mkdir(exist_ok=True)
        os.chown(folder, *self.ids)
        folder.chmod(0o700)


def choose_system_user(cluster: Path) -> SystemUser | None:
    """Return the user to run servers as, or None for oneself.

    The owner of an existing database first, because nobody else may read it.
    """
    if os.geteuid() != 0:
        return None
    if cluster.exists() and (owner := cluster.stat().st_uid):
        return SystemUser(name_of(owner), owner, cluster.stat().st_gid)
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return SystemUser(name, entry.pw_uid, entry.pw_gid)
    raise CannotRun("PostgreSQL refuses to run as root: add a system user named postgres.")


def name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def let_others_pass(folder: Path) -> None:
    try:
        folder.chmod(stat.S_IMODE(folder.stat().st_mode) | stat.S_IXOTH)
    except OSError:  # demand_reach says what it means
        return
    sys.stderr.write(f"Opened {folder} for passing through (chmod o+x).\n")
