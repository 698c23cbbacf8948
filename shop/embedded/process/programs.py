"""What a program is, before it is a process."""

import os
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from shop.embedded.data_folder import BASE_DIR


def nothing() -> None:
    pass


@dataclass(frozen=True)
class Program:
    """A command, and how it wants to be started and stopped."""

    name: str
    command: list[str]
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    folder: Path = BASE_DIR
    user: tuple[int, int] | None = None  # ids of the user and the group to run as
    before_start: Callable[[], None] = nothing
    stops_on: signal.Signals = signal.SIGTERM  # finishes what it does
    ends_on: signal.Signals = signal.SIGTERM  # in a hurry, or when the supervisor died
    is_quiet: bool = False  # what it says is shown only if it fails
    patience: float = 10  # seconds between asking it to stop and killing it
