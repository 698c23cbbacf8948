"""nginx as a load balancer before several web servers."""

import os
import shutil
import signal
from pathlib import Path

from shop.embedded.data_folder import BASE_DIR, DataFolder
from shop.embedded.exceptions import CannotRun
from shop.embedded.process.ports import LOOPBACK
from shop.embedded.process.programs import Program
from shop.embedded.process.system_user import SystemUser

NGINX_TEMPLATE = BASE_DIR / "deploy" / "nginx.conf.template"


def load_balancer(
    folder: DataFolder, port: int, backends: list[int], user: SystemUser | None
) -> Program:
    """Return nginx as a program that listens on `port`, before the ports of the web servers."""
    prefix = folder.path / "nginx"
    prefix.mkdir(exist_ok=True)
    prefix.chmod(0o711 if user else 0o700)  # its user passes through to its own folders
    if user:
        user.ensure_reachable(prefix)
    settings = prefix / "nginx.conf"
    settings.write_text(render_settings(prefix, port, backends, user))
    command = [find_nginx(), "-e", "stderr", "-p", f"{prefix}/", "-c", str(settings)]
    return Program("nginx", command, stop_signal=signal.SIGQUIT, stop_timeout=5)


def render_settings(prefix: Path, port: int, backends: list[int], user: SystemUser | None) -> str:
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
