"""The supervisor: starts child processes, forwards their output, restarts and stops them."""

import os
import selectors
import signal
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import NoReturn

from shop.embedded.exceptions import CannotRun, StopRequested
from shop.embedded.process.child import Child
from shop.embedded.process.output import Output
from shop.embedded.process.programs import Program

MAX_DEATHS = int(os.environ.get("SHOP_DEATHS_ALLOWED", "5"))  # the torture test kills more often
DEATH_WINDOW_SECONDS = 60
POLL_SECONDS = 0.05


class Supervisor:
    """Watches child processes in a polling loop of one thread.

    One thread, because the kernel sends a child its parent's death signal when the *thread*
    that started it ends, and because forking in a process with threads is unsafe.
    """

    def __init__(self, marks: Path, output: Output) -> None:
        self.marks = marks
        self.output = output
        self.children: list[Child] = []
        self.deaths: deque[float] = deque(maxlen=MAX_DEATHS)
        self.selector = selectors.DefaultSelector()
        self.stop_requested_at: float | None = None
        self.is_hurried = False

    def install_signal_handlers(self) -> None:
        """Request a stop on SIGINT, SIGTERM and SIGHUP; a second SIGINT hurries the stop."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            is_ignored_by_nohup = (
                number == signal.SIGHUP and signal.getsignal(number) == signal.SIG_IGN
            )
            if not is_ignored_by_nohup:
                signal.signal(number, self._on_signal)

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        now = time.monotonic()
        if self.stop_requested_at is None:
            self.stop_requested_at = now
        elif number == signal.SIGINT and now - self.stop_requested_at > 0.5:
            # Within half a second it is the same Ctrl-C, from the terminal and through make.
            self.is_hurried = True

    def start(self, program: Program) -> None:
        """Start a program that runs until the supervisor stops."""
        child = self._launch(program)
        self.children.append(child)

    def run(self, *programs: Program) -> None:
        """Run programs side by side to their end.

        Raises CannotRun if one fails, StopRequested.
        """
        children = [self._launch(program) for program in programs]
        try:
            self.wait_until(lambda: not any(child.is_running for child in children))
        finally:
            for child in children:
                child.kill_remaining()
                self._drain(child)
        for child in children:
            require_success(child)

    def _launch(self, program: Program) -> Child:
        child = Child(program, self.marks / program.name)
        self._start(child)
        return child

    def _start(self, child: Child) -> None:
        child.start()
        self.selector.register(child.output, selectors.EVENT_READ, child)

    def wait_until(self, is_reached: Callable[[], bool]) -> None:
        """Poll until the condition is met. Raises StopRequested, CannotRun."""
        while not is_reached():
            if self.stop_requested_at is not None:
                raise StopRequested
            self.poll()

    def run_forever(self) -> NoReturn:
        """Poll until a stop is requested. Raises StopRequested, CannotRun."""
        self.wait_until(lambda: False)
        raise AssertionError

    def poll(self) -> None:
        """Forward the children's output and restart dead children. Raises CannotRun."""
        self._forward_output(POLL_SECONDS)
        for child in self.children:
            if not child.is_running:
                self._restart(child)

    def _forward_output(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self.output.flush()
            if not self.selector.get_map():
                time.sleep(left)
            for key, _ in self.selector.select(left):
                self._forward_lines(key.data)

    def _forward_lines(self, child: Child) -> bool:
        """Write the child's complete lines; return whether there may be more at once."""
        lines = child.read()
        for line in lines or []:
            self._write_line(child, line)
        if lines is None:
            self.selector.unregister(child.output)
            child.output.close()
        return bool(lines)

    def _drain(self, child: Child) -> None:
        """Write the remaining output of a dead child and close its pipe."""
        while not child.output.closed and self._forward_lines(child):
            pass
        for line in child.lines.end():
            self._write_line(child, line)
        if not child.output.closed:
            self.selector.unregister(child.output)
            child.output.close()

    def _write_line(self, child: Child, line: bytes) -> None:
        if not child.program.is_quiet:
            self.output.write_line(child.name, line)

    def _restart(self, child: Child) -> None:
        """Start a dead child again, after its descendants are killed."""
        child.kill_remaining()
        self._drain(child)
        self._count_death(child)
        self.output.write_line(
            "demo", f"{child.name} died ({child.exit_description}); starting it again."
        )
        self._start(child)

    def _count_death(self, child: Child) -> None:
        """Count a death. Raises CannotRun at MAX_DEATHS within DEATH_WINDOW_SECONDS."""
        self.deaths.append(time.monotonic())
        if (
            len(self.deaths) == MAX_DEATHS
            and self.deaths[-1] - self.deaths[0] < DEATH_WINDOW_SECONDS
        ):
            raise CannotRun(
                f"Something died {MAX_DEATHS} times within a minute, at last {child.name} "
                f"({child.exit_description}), so everything was stopped. "
                f"The last output of {child.name}:\n{child.last_output}"
            )

    def stop(self) -> None:
        """Stop all children, the last started first, each within its `stop_timeout`."""
        while self.children:
            self._stop_child(self.children.pop())
        self.output.flush()

    def _stop_child(self, child: Child) -> None:
        """Send the stop signal, the kill signal and SIGKILL; a hurried stop skips the first."""
        if not self.is_hurried:
            child.send(child.program.stop_signal)
            self._wait_for_end(child, child.program.stop_timeout)
        child.send(child.program.kill_signal)
        self._wait_for_end(child, 2)
        child.kill_remaining()
        self._drain(child)

    def _wait_for_end(self, child: Child, seconds: float) -> None:
        deadline, was_hurried = time.monotonic() + seconds, self.is_hurried
        while child.is_running and time.monotonic() < deadline and self.is_hurried == was_hurried:
            self._forward_output(0.02)


def require_success(child: Child) -> None:
    """Raise CannotRun, with the last output, if the child failed."""
    if child.process.returncode:
        raise CannotRun(
            f"{child.name} failed ({child.exit_description}). Its last output:\n{child.last_output}"
        )
