"""The shop's own programs: web, worker, indexer, beat, and nginx before several webs."""

import os
import shutil
import signal
import sys
from pathlib import Path

from shop.embedded.data_folder import BASE_DIR, DataFolder
from shop.embedded.exceptions import CannotRun
from shop.embedded.process.ports import LOOPBACK
from shop.embedded.process.programs import Program
from shop.embedded.process.system_user import SystemUser

NGINX_TEMPLATE = BASE_DIR / "deploy" / "nginx.conf.template"


def manage(name: str, *arguments: str) -> Program:
    """Return a management command as a program of that name."""
    return Program(name, [sys.executable, "manage.py", *arguments])


def web(name: str, port: int, *, workers: int, target: str = "shop.wsgi:application") -> Program:
    """Return the web server, with one blocking thread a worker.

    That was the fastest setting here, and each worker has one database connection.
    """
    options = f"--interface wsgi --host {LOOPBACK} --port {port} --workers {workers}"
    options += " --blocking-threads 1 --no-ws --log-level warning --workers-kill-timeout 5"
    options += " --respawn-failed-workers --respawn-interval 0.2"
    return Program(name, module("granian", options, target))


def worker() -> Program:
    """Return the Celery worker, without Celery's warning about running as root."""
    options = "--quiet -A shop worker --concurrency 2 --loglevel warning"
    options += " --without-gossip --without-mingle --without-heartbeat"
    python, *rest = module("celery", options)
    command = [python, "-W", "ignore:You're running the worker with superuser", *rest]
    return Program("worker", command, ends_on=signal.SIGQUIT)


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


# nginx


def nginx(folder: DataFolder, port: int, backends: list[int], user: SystemUser | None) -> Program:
    """Return nginx as a load balancer on `port` before the ports of the web servers."""
    prefix = folder.path / "nginx"
    prefix.mkdir(exist_ok=True)
    if user:
        user.ensure_reachable(prefix)
    settings = prefix / "nginx.conf"
    settings.write_text(nginx_settings(prefix, port, backends, user))
    command = [find_nginx(), "-e", "stderr", "-p", f"{prefix}/", "-c", str(settings)]
    return Program("nginx", command, stops_on=signal.SIGQUIT, stop_timeout=5)


def nginx_settings(prefix: Path, port: int, backends: list[int], user: SystemUser | None) -> str:
    """Return deploy/nginx.conf.template with its placeholders filled in."""
    values = {
        "USER": f"user {user.name};" if user else "",
        "FOLDER": str(prefix).replace("\\", "\\\\").replace('"', '\\"'),
        "LISTEN": f"{LOOPBACK}:{port}",
        "SERVERS": "\n        ".join(
            f"server {LOOPBACK}:{backend} max_fails=0;" for backend in backends
        ),
    }
    text = NGINX_TEMPLATE.read_text()
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text


def find_nginx() -> str:
    """Return the path of the nginx binary. Raises CannotRun."""
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"])
    if binary := shutil.which("nginx", path=path):
        return binary
    raise CannotRun("SERVERS needs nginx, which is missing here: apt-get install nginx-light")
