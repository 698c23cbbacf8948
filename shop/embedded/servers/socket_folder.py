"""The folder for PostgreSQL's socket, short enough to be an address."""

import os
import stat
import tempfile
from pathlib import Path

# A socket's address has room for about a hundred bytes, its file name included.
MAX_FOLDER_LENGTH = 85


def choose_socket_folder(data_folder: Path, owners: set[int]) -> Path:
    """Return `sockets` in the data folder, or where it points to if that path is too long."""
    folder = data_folder / "sockets"
    if len(os.fsencode(folder)) <= MAX_FOLDER_LENGTH:
        return folder
    return readdress(folder, owners)


def readdress(link: Path, owners: set[int]) -> Path:
    """Return the short folder that the link names, making both unless they are there."""
    if link.is_symlink() and is_private(link.readlink(), owners):
        return link.readlink()
    link.unlink(missing_ok=True)
    link.symlink_to(tempfile.mkdtemp(prefix="shop-", dir="/tmp"))
    return link.readlink()


def is_private(folder: Path, owners: set[int]) -> bool:
    """Tell whether nobody else can have made the folder, or can enter it."""
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return False
    is_closed = not found.st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    return stat.S_ISDIR(found.st_mode) and is_closed and found.st_uid in owners
