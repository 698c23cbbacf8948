"""The programs of the shop itself: web, worker, beat, and nginx before several webs."""

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
    return Program(name, [sys.executable, "manage.py", *arguments])


def web(name: str, port: int, *, workers: int, target: str = "shop.wsgi:application") -> Program:
    """One blocking thread a worker: fastest here, and a database connection for each."""
    options = f"--interface wsgi --host {LOOPBACK} --port {port} --workers {workers}"
    options += " --blocking-threads 1 --no-ws --log-level warning --workers-kill-timeout 5"
    options += " --respawn-failed-workers --respawn-interval 0.2"
    return Program(name, module("granian", options, target))


def worker() -> Program:
    """Root or not is the demo's choice, and Celery need not complain about it."""
    options = "--quiet -A shop worker --concurrency 2 --loglevel warning"
    options += " --without-gossip --without-mingle --without-heartbeat"
    python, *rest = module("celery", options)
    command = [python, "-W", "ignore:You're running the worker with superuser", *rest]
    return Program("worker", command, ends_on=signal.SIGQUIT)


def indexer() -> Program:
    """Keeps the search index of this machine in step."""
    return manage("indexer", "index_search")


def beat(folder: DataFolder) -> Program:
    schedule = folder.path / "beat"
    schedule.mkdir(exist_ok=True)
    options = ["--schedule", str(schedule / "schedule"), "--pidfile="]
    return Program("beat", module("celery", "--quiet -A shop beat --loglevel warning", *options))


def module(name: str, options: str, *more: str) -> list[str]:
    return [sys.executable, "-m", name, *options.split(), *more]


# nginx


def nginx(folder: DataFolder, port: int, backends: list[int], user: SystemUser | None) -> Program:
    own = folder.path / "nginx"
    own.mkdir(exist_ok=True)
    if user:
        user.demand_reach(own)
    (own / "nginx.conf").write_text(nginx_settings(own, port, backends, user))
    command = [find_nginx(), "-e", "stderr", "-p", f"{own}/", "-c", str(own / "nginx.conf")]
    return Program("nginx", command, stops_on=signal.SIGQUIT, patience=5)


def nginx_settings(own: Path, port: int, backends: list[int], user: SystemUser | None) -> str:
    values = {
        "USER": f"user {user.name};" if user else "",
        "FOLDER": str(own).replace("\\", "\\\\").replace('"', '\\"'),
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
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"])
    if found := shutil.which("nginx", path=path):
        return found
    raise CannotRun("SERVERS needs nginx, which is missing here: apt-get install nginx-light")
