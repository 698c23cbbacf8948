"""Fixtures of the pictures' tests."""

import pytest


@pytest.fixture(autouse=True)
def stored(settings, tmp_path):
    """The folder in which pictures are stored."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path
