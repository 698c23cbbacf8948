"""Programs: commands with the way to start and stop them."""

import os
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from shop.embedded.data_folder import BASE_DIR


def do_nothing() -> None:
    """Do nothing."""


@dataclass(frozen=True)
class Program:
    """A command, with its environment, folder, user and signals."""

    name: str
    command: list[str]
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    folder: Path = BASE_DIR
    user: tuple[int, int] | None = None  # ids of the user and the group to run as
    before_start: Callable[[], None] = do_nothing
    stop_signal: signal.Signals = signal.SIGTERM  # stops gracefully
    kill_signal: signal.Signals = signal.SIGTERM  # stops fast; also sent when the supervisor dies
    is_quiet: bool = False  # its output is shown only if it fails
    stop_timeout: float = 10  # seconds from `stop_signal` to `kill_signal`
