"""The system user of the servers when root starts them, because PostgreSQL refuses root."""

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
    """A user of the operating system, with its group."""

    name: str
    uid: int
    gid: int

    @property
    def ids(self) -> tuple[int, int]:
        """Return the ids of the user and of the group."""
        return self.uid, self.gid

    def ensure_reachable(self, target: Path) -> None:
        """Let the user reach the target, with the least change of permissions.

        A closed folder above the target gets the search bit for others and nothing more,
        and is named on stderr. Raises CannotRun if that is not enough.
        """
        for folder in [*reversed(target.parents), target]:
            if folder.is_dir() and not self.can("-x", folder):
                add_search_permission(folder)
        if not self.can("-x", target):
            raise CannotRun(
                f"User {self.name}, which runs the servers because root may not, "
                f"cannot reach {target}: make it and the folders above it readable for others "
                "(as in a .venv built with umask 022), or move the shop."
            )

    def can(self, test: str, path: Path) -> bool:
        """Run test(1) on the path as the user, because only the kernel knows all the rules."""
        return self.run("test", test, str(path)).returncode == 0

    def run(self, *command: str) -> subprocess.CompletedProcess[bytes]:
        """Run a command as the user and return its result and output."""
        return subprocess.run(
            command,
            user=self.uid,
            group=self.gid,
            extra_groups=[],
            cwd="/",
            capture_output=True,
            check=False,
        )

    def make_private_folder(self, folder: Path) -> None:
        """Make a folder, or change one, so that only the user may enter it."""
        folder.mkdir(exist_ok=True)
        os.chown(folder, *self.ids)
        folder.chmod(0o700)


def choose_system_user(cluster: Path) -> SystemUser | None:
    """Return the user to run servers as, or None for the current user if that is not root.

    The owner of an existing cluster comes first, because only the owner may read it; then
    `postgres` and `nobody`. Raises CannotRun if none exists.
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
    """Return the user's name, or the id as text if it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def add_search_permission(folder: Path) -> None:
    """Add the search bit for others and say so on stderr; does nothing if not permitted."""
    try:
        folder.chmod(stat.S_IMODE(folder.stat().st_mode) | stat.S_IXOTH)
    except OSError:  # ensure_reachable raises CannotRun
        return
    sys.stderr.write(f"Opened {folder} for passing through (chmod o+x).\n")
