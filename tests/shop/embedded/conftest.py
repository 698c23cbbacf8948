"""The data folder of the processes of a test."""

import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from shop.embedded.data_folder import DataFolder
from shop.embedded.process.orphans import end_marked


@pytest.fixture
def folder() -> Iterator[DataFolder]:
    """Return a data folder whose path needs quoting; ends its processes after the test."""
    folder = DataFolder(Path(tempfile.gettempdir()) / f"Shop's test $HOME {secrets.token_hex(4)}")
    folder.prepare()
    yield folder
    end_marked(folder.marks)
    shutil.rmtree(folder.path, ignore_errors=True)  # a process that ends may delete files meanwhile
