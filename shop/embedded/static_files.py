"""A stamp of the collected static files, because collecting them again takes seconds."""

from pathlib import Path

from shop.embedded.data_folder import DataFolder


def are_collected(folder: DataFolder, fingerprint: str) -> bool:
    """Return whether the source files had this fingerprint at the last collection."""
    try:
        return stamp_file(folder).read_text() == fingerprint
    except FileNotFoundError:
        return False


def record_collected(folder: DataFolder, fingerprint: str) -> None:
    """Write the fingerprint of the files that were collected."""
    stamp_file(folder).write_text(fingerprint)


def stamp_file(folder: DataFolder) -> Path:
    """Return the stamp's path, among the collected files, so that it is deleted with them."""
    return folder.path / "static" / "sources.sha256"
