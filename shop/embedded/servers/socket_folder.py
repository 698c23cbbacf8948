"""The folder of PostgreSQL's socket, whose path must be short."""

import os
import stat
import tempfile
from pathlib import Path

# A socket's address holds about 100 bytes, the file name included (unix(7)).
MAX_FOLDER_LENGTH = 85


def choose_socket_folder(data_folder: Path, owners: set[int]) -> Path:
    """Return `sockets` in the data folder, or a folder in /tmp if that path is too long."""
    folder = data_folder / "sockets"
    if len(os.fsencode(folder)) <= MAX_FOLDER_LENGTH:
        return folder
    return short_folder(folder, owners)


def short_folder(link: Path, owners: set[int]) -> Path:
    """Return the folder in /tmp that the link names; makes both unless they exist."""
    if link.is_symlink() and is_private(link.readlink(), owners):
        return link.readlink()
    link.unlink(missing_ok=True)
    link.symlink_to(tempfile.mkdtemp(prefix="shop-", dir="/tmp"))
    return link.readlink()


def is_private(folder: Path, owners: set[int]) -> bool:
    """Return whether one of the owners made the folder and no other user can enter it."""
    try:
        status = folder.lstat()
    except FileNotFoundError:
        return False
    is_closed = not status.st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    return stat.S_ISDIR(status.st_mode) and is_closed and status.st_uid in owners
