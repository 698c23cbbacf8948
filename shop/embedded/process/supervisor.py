"""Run programs together: gather what they say, restart what dies, stop all in order."""

import os
import selectors
import signal
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import NoReturn

from shop.embedded.exceptions import CannotRun, StopAsked
from shop.embedded.process.child import Child
from shop.embedded.process.output import Output
from shop.embedded.process.programs import Program

DEATHS_ALLOWED = int(os.environ.get("SHOP_DEATHS_ALLOWED", "5"))  # the torture kills more
WITHIN_SECONDS = 60
TURN_SECONDS = 0.05


class Supervisor:
    """A loop of short turns in one thread.

    One thread, because the kernel sends a child its parent's death signal when the
    *thread* that started it ends, and because forking beside threads is unsafe.
    """

    def __init__(self, marks: Path, output: Output) -> None:
        self.marks = marks
        self.output = output
        self.children: list[Child] = []
        self.deaths: deque[float] = deque(maxlen=DEATHS_ALLOWED)
        self.selector = selectors.DefaultSelector()
        self.stop_asked_at: float | None = None
        self.is_hurried = False

    def obey_signals(self) -> None:
        """Stop on Ctrl-C, SIGTERM, or a closed terminal; a second Ctrl-C hurries."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            is_ignored_by_nohup = (
                number == signal.SIGHUP and signal.getsignal(number) == signal.SIG_IGN
            )
            if not is_ignored_by_nohup:
                signal.signal(number, self._on_signal)

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        now = time.monotonic()
        if self.stop_asked_at is None:
            self.stop_asked_at = now
        elif number == signal.SIGINT and now - self.stop_asked_at > 0.5:
            # Sooner, it is the same wish: the terminal's, and again through make.
            self.is_hurried = True

    # Starting

    def start(self, program: Program) -> None:
        """Start a program that is to run until everything stops."""
        child = self._launch(program)
        self.children.append(child)

    def run(self, *programs: Program) -> None:
        """Run programs side by side to their end. Raises CannotRun if one fails."""
        children = [self._launch(program) for program in programs]
        try:
            self.wait_until(lambda: not any(child.is_running for child in children))
        finally:
            for child in children:
                child.end_rest()
                self._drain(child)
        for child in children:
            demand_success(child)

    def _launch(self, program: Program) -> Child:
        child = Child(program, self.marks / program.name)
        self._start(child)
        return child

    def _start(self, child: Child) -> None:
        child.start()
        self.selector.register(child.output, selectors.EVENT_READ, child)

    # Waiting

    def wait_until(self, is_reached: Callable[[], bool]) -> None:
        """Take turns until then. Raises StopAsked if a stop is asked for meanwhile."""
        while not is_reached():
            if self.stop_asked_at is not None:
                raise StopAsked
            self.turn()

    def watch(self) -> NoReturn:
        """Take turns until a stop is asked for, which raises StopAsked."""
        self.wait_until(lambda: False)
        raise AssertionError

    def turn(self) -> None:
        """Pass on what was said and restart what died."""
        self._listen(TURN_SECONDS)
        for child in self.children:
            if not child.is_running:
                self._replace(child)

    def _listen(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self.output.flush()
            if not self.selector.get_map():
                time.sleep(left)
            for key, _ in self.selector.select(left):
                self._pass_on(key.data)

    def _pass_on(self, child: Child) -> bool:
        """Write what the child said; return whether it can say more."""
        lines = child.read()
        for line in lines or []:
            self._say(child, line)
        if lines is None:
            self.selector.unregister(child.output)
            child.output.close()
        return bool(lines)

    def _drain(self, child: Child) -> None:
        """Write the rest of a child that is gone."""
        while not child.output.closed and self._pass_on(child):
            pass
        for line in child.lines.end():
            self._say(child, line)
        if not child.output.closed:
            self.selector.unregister(child.output)
            child.output.close()

    def _say(self, child: Child, line: bytes) -> None:
        if not child.program.is_quiet:
            self.output.say(child.name, line)

    # Dying and stopping

    def _replace(self, child: Child) -> None:
        """Start a dead child again, once nothing of its former self is left."""
        child.end_rest()
        self._drain(child)
        self._count_death(child)
        self.output.say("demo", f"{child.name} died ({child.how_it_ended}); starting it again.")
        self._start(child)

    def _count_death(self, child: Child) -> None:
        """Note a death. Raises CannotRun when there were too many of late."""
        self.deaths.append(time.monotonic())
        if len(self.deaths) == DEATHS_ALLOWED and self.deaths[-1] - self.deaths[0] < WITHIN_SECONDS:
            raise CannotRun(
                f"Something died {DEATHS_ALLOWED} times within a minute, at last {child.name} "
                f"({child.how_it_ended}), so everything was stopped. "
                f"The last output of {child.name}:\n{child.last_output}"
            )

    def stop(self) -> None:
        """End all children, the last started first, each with the time it needs."""
        while self.children:
            self._end(self.children.pop())
        self.output.flush()

    def _end(self, child: Child) -> None:
        """Ask, then insist, then kill; whoever hurries skips the asking."""
        if not self.is_hurried:
            child.send(child.program.stops_on)
            self._wait_for_end(child, child.program.patience)
        child.send(child.program.ends_on)
        self._wait_for_end(child, 2)
        child.end_rest()
        self._drain(child)

    def _wait_for_end(self, child: Child, seconds: float) -> None:
        deadline, was_hurried = time.monotonic() + seconds, self.is_hurried
        while child.is_running and time.monotonic() < deadline and self.is_hurried == was_hurried:
            self._listen(0.02)


def demand_success(child: Child) -> None:
    if child.process.returncode:
        raise CannotRun(
            f"{child.name} failed ({child.how_it_ended}). Its last output:\n{child.last_output}"
        )
