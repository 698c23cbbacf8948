"""The demo and what carries it: real processes, in folders and on ports of their own."""

import argparse
import http.client
import json
import os
import re
import secrets
import shlex
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from shop.embedded.data_folder import BASE_DIR, DataFolder
from shop.embedded.leftovers import end_marked, find_marked
from shop.embedded.output import Output
from shop.embedded.ports import free_port
from shop.embedded.system_user import choose_system_user

PATIENCE = 90
HAS_NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") is not None
GIVEN = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "SHOP_DEMO", "SHOP_MARK", "SERVERS", "PORT"}
# What `make test` tells the makes below it; a user's `make demo` is nobody's child.
GIVEN |= {"MAKEFLAGS", "MAKELEVEL", "MFLAGS", "INSECURE_HTTP"}
MANAGE = [sys.executable, "manage.py"]
MAKE = ["make", f"VENV={sys.prefix}", "-o", f"{sys.prefix}/.for-running"]


@pytest.fixture
def folder() -> Iterator[DataFolder]:
    """A data folder whose path needs quoting everywhere; nothing is left running in it."""
    folder = DataFolder(Path(tempfile.gettempdir()) / f"Shop's test $HOME {secrets.token_hex(4)}")
    folder.prepare()
    yield folder
    end_marked(folder.marks)
    shutil.rmtree(folder.path, ignore_errors=True)  # who ends there takes files along


# The whole demo


def test_the_demo_survives_deaths_and_loses_nothing(folder):
    port = free_port()
    with demo(folder, port) as (supervisor, stderr):
        assert status(port) == 200
        assert_the_sandbox_works(stderr)
        assert "Another demo" in refusal(folder, PORT=str(free_port()))
        assert f"Port {port} is busy" in refusal(another(folder), PORT=str(port))

        for name in ("postgres", "valkey", "web", "worker"):
            os.kill(leader(folder, name), signal.SIGKILL)
        wait_until(lambda: stderr.read_text().count("starting it again") == 4)
        wait_until(lambda: status(port) == 200)
        key = in_shell(folder, "s = S(); s['kept'] = 'this'; s.save(); print(s.session_key)")

        supervisor.kill()
        wait_until(lambda: is_silent(folder), seconds=15)

    servers = {"SERVERS": "2"} if HAS_NGINX else {}
    with demo(folder, port, [*MAKE, "demo"], **servers) as (make, stderr):
        assert status(port, f"/?q={'a' * 8000}") == 200
        assert in_shell(folder, f"print(S({key!r}).get('kept'))") == "this"
        if HAS_NGINX:
            told = Path(f"/proc/{leader(folder, 'web-1')}/environ").read_text()
            assert "TRUSTED_PROXIES=1" in told.split("\0")

        make.terminate()
        make.wait(PATIENCE)

        wait_until(lambda: is_silent(folder), seconds=15)
        assert (folder.marks / "nginx").exists() == HAS_NGINX
        said = [line for line in stderr.read_text().splitlines() if not line.startswith("make")]
        assert all(re.match(r"[a-z0-9-]+ +\| ", line) for line in said)


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"DATABASE_URL": "postgres://u:hunter2@localhost:port/x"}, "DATABASE_URL is not"),
        ({"DATABASE_URL": "mysql://u:hunter2@localhost/x"}, "DATABASE_URL is not"),
        ({"DATABASE_URL": "postgres://u:hunter2@127.0.0.1:1/x"}, "DATABASE_URL cannot be used"),
        ({"REDIS_URL": "http://:hunter2@localhost/"}, "REDIS_URL is not"),
        ({"REDIS_URL": "redis://:hunter2@127.0.0.1:1/0"}, "REDIS_URL cannot be used"),
        ({"PORT": "eighty"}, "PORT must be a whole number"),
        ({"SERVERS": "0"}, "SERVERS must be a whole number"),
        ({"SHOP_DATA_DIR": "/proc/nowhere"}, "data folder /proc/nowhere cannot be written"),
    ],
)
def test_what_is_in_the_way_is_said_in_one_sentence(folder, environment, sentence):
    said = refusal(folder, **environment)

    assert sentence in said
    assert "hunter2" not in said
    assert len(said.splitlines()) == 1


def assert_the_sandbox_works(stderr: Path) -> None:
    """Do what the demo tells developers, then let the hold's time pass."""
    wait_until(lambda: "docs/api.md" in stderr.read_text())
    told = [line for line in stderr.read_text().splitlines() if line.startswith("api ")]
    lines = [line.split("| ", 1)[1] for line in told if "| curl " in line]

    found, cart, held = [curl(line) for line in lines]
    clock = lines[2].replace("checkout/", "sandbox/clock/") + """ -d '{"seconds": 600}'"""
    hastened = curl(clock + " -H 'Content-Type: application/json'")

    assert found["results"]
    assert len(cart["items"]) == 1
    assert (held["status"], hastened["seconds_left"]) == ("held", 0)


def curl(line: str) -> dict:
    """Do what a line for curl says; not every machine has it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("-X", default="GET")
    parser.add_argument("-H", action="append", default=[])
    parser.add_argument("-d")
    parser.add_argument("url")
    asked = parser.parse_args(shlex.split(line)[1:])
    headers = dict(header.split(": ", 1) for header in asked.H)
    body = asked.d.encode() if asked.d else None
    request = urllib.request.Request(asked.url, body, headers, method=asked.X)
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        return json.load(answer)


# The supervisor

SUPERVISE = """
import sys
from pathlib import Path
from shop.embedded.exceptions import CannotRun, StopAsked
from shop.embedded.output import Output
from shop.embedded.programs import Program
from shop.embedded.supervisor import Supervisor

supervisor = Supervisor(Path(sys.argv[1]), Output(2))
supervisor.obey_signals()
try:
    for number, script in enumerate(sys.argv[2:]):
        supervisor.start(Program(f"child-{number}", ["sh", "-c", script]))
    print("started", flush=True)
    supervisor.watch()
except StopAsked:
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

        said = supervisor.stderr.read()
        assert "at last child-0 (exit code 3)" in said
        assert said.rstrip().endswith("out of paper")
        assert is_silent(folder)


def test_a_dead_child_is_replaced_without_leaving_orphans(folder):
    with supervise(folder, FAMILY):
        wait_until(lambda: len(running(folder)) == 3)
        before = running(folder)

        os.kill(leader(folder, "child-0"), signal.SIGKILL)

        wait_until(lambda: len(running(folder) - before) == 3)
        assert not running(folder) & before


def test_children_do_not_outlive_a_killed_supervisor(folder):
    with supervise(folder, "exec sleep 1000", "exec sleep 1001") as supervisor:
        wait_until(lambda: len(running(folder)) == 2)

        supervisor.kill()

        wait_until(lambda: is_silent(folder), seconds=5)


def test_what_could_not_end_by_itself_is_found_and_ended_later(folder):
    with supervise(folder, FAMILY) as supervisor:
        wait_until(lambda: len(running(folder)) == 3)
        os.kill(leader(folder, "child-0"), signal.SIGSTOP)
        supervisor.kill()
        supervisor.wait()
        assert leader(folder, "child-0") in running(folder)

        end_marked(folder.marks, patience=0.1)

        assert is_silent(folder)


def test_a_stop_is_patient_until_a_second_interrupt(folder):
    with supervise(folder, "trap '' TERM; while true; do sleep 0.1; done") as supervisor:
        wait_until(lambda: running(folder))
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
        output.say("web", f"line {number} {'x' * 100}")
    first = os.read(reader, 5)
    while output.pending:
        last = os.read(reader, 1_000_000)
        output.flush()
    os.close(writer)

    assert first == b"web  "
    assert b"line 4999 " in last + os.read(reader, 1_000_000)
    os.close(reader)


# Borrowed servers

BORROW = """
import sys
from pathlib import Path
from shop.embedded.data_folder import DataFolder
from shop.embedded.services import borrowed_servers

with borrowed_servers(DataFolder(Path(sys.argv[1])), ["REDIS_URL"]) as urls:
    print(urls["REDIS_URL"], flush=True)
    sys.stdin.readline()
"""


def test_commands_share_servers_and_the_last_one_ends_them(folder):
    with borrow(folder) as first, borrow(folder) as second:
        url = first.stdout.readline()
        assert second.stdout.readline() == url

        first.communicate("\n", PATIENCE)
        assert not is_silent(folder)
        second.communicate("\n", PATIENCE)

        assert is_silent(folder)


def test_servers_end_when_their_only_user_is_killed(folder):
    with borrow(folder) as user:
        user.stdout.readline()

        user.kill()

        wait_until(lambda: is_silent(folder), seconds=10)


def test_keys_and_servers_are_private(folder):
    with borrow(folder) as user:
        user.stdout.readline()

        for name in ("services.json", "valkey_password", "keeper.lock"):
            assert stat.S_IMODE((folder.path / name).stat().st_mode) == 0o600


# Root


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs servers as someone else")
def test_a_closed_folder_is_opened_no_further_than_for_passing_through(folder, capfd):
    closed = folder.path / "closed"
    target = closed / "open" / "target"
    target.mkdir(parents=True)
    closed.chmod(0o700)
    user = choose_system_user(folder.postgres)

    user.demand_reach(target)

    assert stat.S_IMODE(closed.stat().st_mode) == 0o701
    assert capfd.readouterr().err == f"Opened {closed} for passing through (chmod o+x).\n"
    assert user.can("-x", target)


# Doing


def environment(folder: DataFolder, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in GIVEN}
    return {**kept, "SHOP_DATA_DIR": str(folder.path), **more}


@contextmanager
def demo(folder: DataFolder, port: int, command: list[str] | None = None, **more: str):
    """Run a demo in a session of its own, from its ready line on."""
    stderr = folder.path / "stderr"
    with (
        stderr.open("w") as file,
        subprocess.Popen(
            command or [*MANAGE, "demo"],
            cwd=BASE_DIR,
            env=environment(folder, PORT=str(port), **more),
            stdout=subprocess.PIPE,
            stderr=file,
            text=True,
            start_new_session=True,
        ) as process,
    ):
        try:
            said = process.stdout.readline()
            assert said == f"Ready: http://127.0.0.1:{port}/\n", stderr.read_text()
            yield process, stderr
        finally:
            process.terminate()
            process.wait(PATIENCE)


def refusal(folder: DataFolder, **more: str) -> str:
    """Run a demo that cannot run, and return what it says."""
    done = subprocess.run(
        [*MANAGE, "demo"],
        cwd=BASE_DIR,
        env=environment(folder, **({"PORT": str(free_port())} | more)),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 1
    assert not done.stdout
    return done.stderr


def in_shell(folder: DataFolder, code: str) -> str:
    """Run code with sessions at hand as a command of its own, and return what it prints."""
    sessions = "from django.contrib.sessions.backends.db import SessionStore as S; "
    return subprocess.run(
        [*MANAGE, "shell", "--no-imports", "--command", sessions + code],
        cwd=BASE_DIR,
        env=environment(folder),
        stdout=subprocess.PIPE,
        text=True,
        timeout=PATIENCE,
        check=True,
    ).stdout.strip()


@contextmanager
def supervise(folder: DataFolder, *scripts: str) -> Iterator[subprocess.Popen[str]]:
    with python(SUPERVISE, str(folder.marks), *scripts) as process:
        assert process.stdout.readline() == "started\n"
        yield process


def borrow(folder: DataFolder):
    return python(BORROW, str(folder.path))


@contextmanager
def python(code: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=BASE_DIR,
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def another(folder: DataFolder) -> DataFolder:
    return DataFolder(folder.path / "another")


# Looking


def status(port: int, path: str = "/") -> int | None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def running(folder: DataFolder) -> set[int]:
    return set(find_marked(folder.marks))


def is_silent(folder: DataFolder) -> bool:
    return not running(folder)


def leader(folder: DataFolder, name: str) -> int:
    """Return the process that the supervisor started, which started the others."""
    pids = set(find_marked(folder.marks / name))
    (pid,) = [pid for pid in pids if parent(pid) not in pids]
    return pid


def parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def wait_until(is_reached: Callable[[], object], seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not is_reached():
        assert time.monotonic() < deadline, "It took too long."
        time.sleep(0.05)
