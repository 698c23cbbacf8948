"""The shop's own programs: web, worker, indexer and beat."""

import signal
import sys

from shop.embedded.data_folder import DataFolder
from shop.embedded.process.ports import LOOPBACK
from shop.embedded.process.programs import Program


def manage(name: str, *arguments: str) -> Program:
    """Return a management command as a program of that name."""
    return Program(name, [sys.executable, "manage.py", *arguments])


def web(name: str, port: int, *, workers: int, target: str = "shop.wsgi:application") -> Program:
    """Return the web server, with one blocking thread a worker.

    That was the fastest setting here, and each worker has one database connection. Headers
    beyond 64 kB, or that take longer than 15 seconds, are refused before the shop sees them
    (shop/core/http/request_bounds.py has the closer bounds).
    """
    options = f"--interface wsgi --host {LOOPBACK} --port {port} --workers {workers}"
    options += " --blocking-threads 1 --no-ws --log-level warning --workers-kill-timeout 5"
    options += " --respawn-failed-workers --respawn-interval 0.2"
    options += " --http 1 --http1-buffer-size 65536 --http1-header-read-timeout 15000"
    return Program(name, module("granian", options, target))


def worker() -> Program:
    """Return the Celery worker, without Celery's warning about running as root."""
    options = "--quiet -A shop worker --concurrency 2 --loglevel warning"
    options += " --without-gossip --without-mingle --without-heartbeat"
    python, *rest = module("celery", options)
    command = [python, "-W", "ignore:You're running the worker with superuser", *rest]
    return Program("worker", command, kill_signal=signal.SIGQUIT)


def indexer() -> Program:
    """Return the process that keeps this machine's search index up to date."""
    return manage("indexer", "index_search")


def beat(folder: DataFolder) -> Program:
    """Return Celery's beat, with its schedule in the data folder."""
    schedule = folder.path / "beat"
    schedule.mkdir(exist_ok=True)
    options = ["--schedule", str(schedule / "schedule"), "--pidfile="]
    return Program("beat", module("celery", "--quiet -A shop beat --loglevel warning", *options))


def module(name: str, options: str, *more: str) -> list[str]:
    """Return the command line of a Python module; `options` is split at spaces."""
    return [sys.executable, "-m", name, *options.split(), *more]
