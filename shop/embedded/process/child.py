"""A child process and its descendants."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO

from shop.embedded.process.orphans import end_marked
from shop.embedded.process.output import Lines
from shop.embedded.process.programs import Program

LAUNCHER = str(Path(__file__).with_name("launch.py"))


class Child:
    """A program's current process; a dead one can be started again."""

    def __init__(self, program: Program, mark: Path) -> None:
        self.program = program
        self.name = program.name
        self.mark = mark
        self.lines = Lines()

    def start(self) -> None:
        """Start the program through the launcher, with a pipe for its output."""
        self.program.before_start()
        self.process = subprocess.Popen(
            self.command(),
            env=dict(self.program.environment),
            cwd=self.program.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self.output: IO[bytes] = self.process.stdout  # type: ignore[assignment]
        os.set_blocking(self.output.fileno(), False)

    def command(self) -> list[str]:
        """Return the launcher's command line for the program."""
        options = [
            f"--parent={os.getpid()}",
            f"--dies-with={self.program.kill_signal.value}",
            f"--mark={self.mark}",
            "--session",
        ]
        if self.program.user:
            options.append("--user={}:{}".format(*self.program.user))
        return [sys.executable, "-I", "-S", LAUNCHER, *options, "--", *self.program.command]

    @property
    def is_running(self) -> bool:
        """Return whether the process has not ended."""
        return self.process.poll() is None

    def read(self) -> list[bytes] | None:
        """Return the lines that are complete by now, or None at the end of the output."""
        try:
            data = os.read(self.output.fileno(), 65536)
        except BlockingIOError:
            return []
        return self.lines.feed(data) if data else None

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the process, if it runs."""
        if self.is_running:
            self.process.send_signal(number)

    def kill_remaining(self) -> None:
        """Kill the process, its group and its descendants, as far as they still run."""
        if self.is_running:
            self._kill_group()
        end_marked(self.mark)
        self.process.wait()

    def _kill_group(self) -> None:
        """Kill the process group, or the process alone if it has no group yet."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            self.process.kill()

    @property
    def exit_description(self) -> str:
        """Return the signal or the exit code of the ended process, in words."""
        code = self.process.returncode
        return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"

    @property
    def last_output(self) -> str:
        """Return the last ten lines of output, indented."""
        lines = [f"    {line.decode(errors='replace')}" for line in self.lines.last]
        return "\n".join(lines or ["    (it wrote nothing)"])
