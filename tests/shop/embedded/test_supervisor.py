"""The supervisor: dead children are restarted, and no orphan is left."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

from shop.embedded.data_folder import DataFolder
from shop.embedded.process.orphans import end_marked
from shop.embedded.process.output import Output
from tests.support.processes import (
    PATIENCE,
    find_processes,
    is_silent,
    is_stopped,
    leader,
    python,
    wait_until,
)

SUPERVISE = """
import sys
from pathlib import Path
from shop.embedded.exceptions import CannotRun, StopRequested
from shop.embedded.process.output import Output
from shop.embedded.process.programs import Program
from shop.embedded.process.supervisor import Supervisor

supervisor = Supervisor(Path(sys.argv[1]), Output(2))
supervisor.install_signal_handlers()
try:
    for number, script in enumerate(sys.argv[2:]):
        supervisor.start(Program(f"child-{number}", ["sh", "-c", script]))
    print("started", flush=True)
    supervisor.run_forever()
except StopRequested:
    pass
except CannotRun as reason:
    sys.exit(str(reason))
finally:
    supervisor.stop()
"""
FAMILY = "sleep 1000 & sleep 1001; true"


def test_five_deaths_in_a_minute_stop_everything(folder):
    with supervise(folder, "echo out of paper; exit 3", FAMILY) as supervisor:
        assert supervisor.wait(PATIENCE) == 1

        message = supervisor.stderr.read()
        assert "at last child-0 (exit code 3)" in message
        assert message.rstrip().endswith("out of paper")
        assert is_silent(folder)


def test_a_dead_child_is_restarted_without_leaving_orphans(folder):
    with supervise(folder, FAMILY):
        wait_until(lambda: len(find_processes(folder)) == 3)
        before = find_processes(folder)

        os.kill(leader(folder, "child-0"), signal.SIGKILL)

        wait_until(lambda: len(find_processes(folder) - before) == 3)
        assert not find_processes(folder) & before


def test_children_do_not_outlive_a_killed_supervisor(folder):
    with supervise(folder, "exec sleep 1000", "exec sleep 1001") as supervisor:
        wait_until(lambda: len(find_processes(folder)) == 2)

        supervisor.kill()

        wait_until(lambda: is_silent(folder), seconds=5)


def test_an_orphan_that_cannot_end_by_itself_is_found_and_killed(folder):
    with supervise(folder, FAMILY) as supervisor:
        wait_until(lambda: len(find_processes(folder)) == 3)
        stopped = leader(folder, "child-0")
        os.kill(stopped, signal.SIGSTOP)
        wait_until(lambda: is_stopped(stopped))
        supervisor.kill()
        supervisor.wait()
        assert stopped in find_processes(folder)

        end_marked(folder.marks, timeout=0.1)

        assert is_silent(folder)


def test_a_stop_waits_until_a_second_interrupt(folder):
    with supervise(folder, "trap '' TERM; while true; do sleep 0.1; done") as supervisor:
        wait_until(lambda: find_processes(folder))
        time.sleep(0.3)

        supervisor.send_signal(signal.SIGINT)
        time.sleep(1)
        assert supervisor.poll() is None
        supervisor.send_signal(signal.SIGINT)

        assert supervisor.wait(5) == 0
        assert is_silent(folder)


def test_output_does_not_wait_for_its_reader():
    reader, writer = os.pipe()
    output = Output(writer)

    for number in range(5000):
        output.write_line("web", f"line {number} {'x' * 100}")
    first = os.read(reader, 5)
    while output.pending:
        last = os.read(reader, 1_000_000)
        output.flush()
    os.close(writer)

    assert first == b"web  "
    assert b"line 4999 " in last + os.read(reader, 1_000_000)
    os.close(reader)


@contextmanager
def supervise(folder: DataFolder, *scripts: str) -> Iterator[subprocess.Popen[str]]:
    with python(SUPERVISE, str(folder.marks), *scripts) as process:
        assert process.stdout.readline() == "started\n"
        yield process
