"""The whole demo: it survives deaths, and explains why it cannot run."""

import argparse
import http.client
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from shop.embedded.data_folder import BASE_DIR, DataFolder
from shop.embedded.process.ports import free_port
from tests.support.processes import PATIENCE, is_silent, leader, wait_until

HAS_NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") is not None
OWN_VARIABLES = {
    "DATABASE_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "SHOP_DEMO",
    "SHOP_MARK",
    "SERVERS",
    "PORT",
}
# Variables that `make test` passes to a make below it, which a user's `make demo` lacks.
OWN_VARIABLES |= {"MAKEFLAGS", "MAKELEVEL", "MFLAGS", "INSECURE_HTTP"}
MANAGE = [sys.executable, "manage.py"]
MAKE = ["make", f"VENV={sys.prefix}", "-o", f"{sys.prefix}/.for-running"]


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
            variables = Path(f"/proc/{leader(folder, 'web-1')}/environ").read_text()
            assert "TRUSTED_PROXIES=1" in variables.split("\0")

        make.terminate()
        make.wait(PATIENCE)

        wait_until(lambda: is_silent(folder), seconds=15)
        assert (folder.marks / "nginx").exists() == HAS_NGINX
        lines = [line for line in stderr.read_text().splitlines() if not line.startswith("make")]
        assert all(re.match(r"[a-z0-9-]+ +\| ", line) for line in lines)


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
def test_a_problem_is_explained_in_one_sentence(folder, environment, sentence):
    message = refusal(folder, **environment)

    assert sentence in message
    assert "hunter2" not in message
    assert len(message.splitlines()) == 1


def assert_the_sandbox_works(stderr: Path) -> None:
    """Make the calls that the demo prints for developers, then let the hold expire."""
    wait_until(lambda: "docs/api.md" in stderr.read_text())
    output = [line for line in stderr.read_text().splitlines() if line.startswith("api ")]
    calls = [line.split("| ", 1)[1] for line in output if "| curl " in line]

    page, cart, held = [curl(call) for call in calls]
    clock = calls[2].replace("checkout/", "sandbox/clock/") + """ -d '{"seconds": 600}'"""
    shortened = curl(clock + " -H 'Content-Type: application/json'")

    assert page["results"]
    assert len(cart["items"]) == 1
    assert (held["status"], shortened["seconds_left"]) == ("held", 0)


def curl(line: str) -> dict:
    """Make the call of a curl command line in Python, because not every machine has curl."""
    parser = argparse.ArgumentParser()
    parser.add_argument("-X", default="GET")
    parser.add_argument("-H", action="append", default=[])
    parser.add_argument("-d")
    parser.add_argument("url")
    options = parser.parse_args(shlex.split(line)[1:])
    headers = dict(header.split(": ", 1) for header in options.H)
    body = options.d.encode() if options.d else None
    request = urllib.request.Request(options.url, body, headers, method=options.X)
    with urllib.request.urlopen(request, timeout=PATIENCE) as response:
        return json.load(response)


def environment(folder: DataFolder, **more: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name not in OWN_VARIABLES}
    return {**inherited, "SHOP_DATA_DIR": str(folder.path), **more}


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
            line = process.stdout.readline()
            assert line == f"Ready: http://127.0.0.1:{port}/\n", stderr.read_text()
            yield process, stderr
        finally:
            process.terminate()
            process.wait(PATIENCE)


def another(folder: DataFolder) -> DataFolder:
    return DataFolder(folder.path / "another")


def refusal(folder: DataFolder, **more: str) -> str:
    """Run a demo that cannot run, and return its message."""
    process = subprocess.run(
        [*MANAGE, "demo"],
        cwd=BASE_DIR,
        env=environment(folder, **({"PORT": str(free_port())} | more)),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert process.returncode == 1
    assert not process.stdout
    return process.stderr


def in_shell(folder: DataFolder, code: str) -> str:
    """Run code in a management command, with the session class as S; returns its output."""
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


def status(port: int, path: str = "/") -> int | None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
