"""The shipped nginx refuses a flood of one address, and nothing less."""

import http.client
import json
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from os import environ
from pathlib import Path
from threading import Thread

import pytest

from shop.embedded.nginx import find_nginx, render_settings
from shop.embedded.process.ports import free_port, is_listened_to
from shop.embedded.process.system_user import choose_system_user
from tests.support.processes import wait_until

NGINX = shutil.which("nginx", path=f"{environ['PATH']}:/usr/sbin")
pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed")

AS_SHIPPED = "rate=1000r/s", "burst=5000"


class Shop(BaseHTTPRequestHandler):
    """Stands for the shop: refuses one path by a limit of its own, and answers the others."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # so that an answer is one packet

    def do_GET(self):
        self.send_response(429 if self.path == "/limited/" else 200)
        self.send_header("Content-Length", "4")
        self.end_headers()
        self.wfile.write(b"shop")

    def log_message(self, *args):
        pass


@contextmanager
def nginx_before_the_shop(folder: Path, *, rate: str, burst: str) -> Iterator[int]:
    """Run nginx with these limits before a stand-in of the shop; yields nginx's port."""
    port, user = free_port(), choose_system_user(folder / "none")
    if user:
        user.ensure_reachable(folder)
    with ThreadingHTTPServer(("127.0.0.1", 0), Shop) as shop:
        Thread(target=shop.serve_forever, daemon=True).start()
        text = render_settings(folder, port, [shop.server_port], user)
        assert all(limit in text for limit in AS_SHIPPED)
        settings = folder / "nginx.conf"
        settings.write_text(text.replace(AS_SHIPPED[0], rate).replace(AS_SHIPPED[1], burst))
        with subprocess.Popen([find_nginx(), "-e", "stderr", "-c", str(settings)]) as nginx:
            wait_until(lambda: is_listened_to(port))
            yield port
            nginx.terminate()
        shop.shutdown()


def get(port: int, path: str = "/", address: str = "127.0.0.1") -> tuple[int, bytes, dict]:
    connection = http.client.HTTPConnection(
        "127.0.0.1", port, timeout=10, source_address=(address, 0)
    )
    with closing(connection):
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read(), dict(answer.getheaders())


def test_a_flood_of_one_address_is_a_429_with_retry_after(tmp_path):
    with nginx_before_the_shop(tmp_path, rate="rate=1r/m", burst="burst=9") as port:
        answers = [get(port) for _ in range(15)]
        other = get(port, address="127.0.0.2")

    assert Counter(status for status, *_ in answers) == {200: 10, 429: 5}
    _, body, headers = answers[-1]
    assert headers["Retry-After"] == "1"
    assert headers["Content-Type"] == "application/problem+json"
    assert json.loads(body)["type"] == "/problems/throttled"
    assert json.loads(body)["request_id"] == headers["X-Request-ID"]
    assert other[0] == 200


def test_the_limit_as_shipped_lets_a_crowd_behind_one_address_through(tmp_path):
    with nginx_before_the_shop(tmp_path, rate=AS_SHIPPED[0], burst=AS_SHIPPED[1]) as port:
        assert {get(port)[0] for _ in range(500)} == {200}


def test_a_429_of_the_shop_passes_through(tmp_path):
    with nginx_before_the_shop(tmp_path, rate=AS_SHIPPED[0], burst=AS_SHIPPED[1]) as port:
        assert get(port, "/limited/")[:2] == (429, b"shop")
