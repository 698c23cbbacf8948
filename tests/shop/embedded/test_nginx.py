"""The shipped nginx: what it refuses before the shop has any work, and what it passes on."""

import http.client
import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
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

MB = 1_000_000
BEARER = {"Authorization": "Bearer x"}
SESSION = {"Cookie": "__Host-sessionid=x"}


class Shop(BaseHTTPRequestHandler):
    """Stands for the shop: answers 200 with the path, once it has the body."""

    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.path)))
        self.end_headers()
        self.wfile.write(self.path.encode())

    do_GET = do_POST = answer  # noqa: N815 -- names of the standard library

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def port(tmp_path_factory) -> Iterator[int]:
    """Run nginx before a stand-in of the shop; yields nginx's port."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Shop) as shop:
        Thread(target=shop.serve_forever, daemon=True).start()
        with balanced(shop.server_port, tmp_path_factory.mktemp("nginx")) as port:
            yield port
        shop.shutdown()


@contextmanager
def balanced(backend: int, folder: Path) -> Iterator[int]:
    """Run nginx before a port; yields its own."""
    port = free_port()
    user = choose_system_user(folder / "none")
    if user:
        user.ensure_reachable(folder)
    settings = folder / "nginx.conf"
    settings.write_text(render_settings(folder, port, [backend], user))
    with subprocess.Popen([find_nginx(), "-e", "stderr", "-c", str(settings)]) as nginx:
        wait_until(lambda: is_listened_to(port))
        yield port
        nginx.terminate()


def send(port, method, path, *, length=None, address="127.0.0.1", timeout=5, **headers):
    """Send the head of a request, with a body announced that never comes; returns the answer."""
    connection = http.client.HTTPConnection(
        "127.0.0.1", port, timeout=timeout, source_address=(address, 0)
    )
    connection.putrequest(method, path, skip_accept_encoding=True)
    for name, value in headers.items():
        connection.putheader(name, value)
    if length is not None:
        connection.putheader("Content-Length", str(length))
    connection.endheaders()
    try:
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def is_awaited(port, path, length, **headers) -> bool:
    """Return whether nginx waits for a body of so many bytes, instead of refusing it."""
    try:
        send(port, "POST", path, length=length, timeout=1, **headers)
    except TimeoutError:
        return True
    return False


def test_large_headers_are_refused_with_431(port):
    status, headers, body = send(port, "GET", "/livez", Cookie="a" * 9000)

    assert status == 431
    assert headers["X-Request-ID"].encode() in body


def test_an_address_of_eight_kilobytes_passes(port):
    path = "/search/?q=" + "a" * 8000

    assert send(port, "GET", path)[::2] == (200, path.encode())
    assert send(port, "GET", path + "a" * 500)[0] == 414


@pytest.mark.parametrize("path", ["/", "/search/", "/accounts/login/", "/admin/", "/cart/"])
def test_a_large_body_of_a_stranger_is_refused_before_it_is_kept(port, path):
    assert send(port, "POST", path, length=4 * MB)[0] == 413


@pytest.mark.parametrize("kind", ["items", "receipts", "counts", "discards"])
def test_a_bulk_file_is_read_from_known_callers_only(port, kind):
    path = f"/api/v1/{kind}/bulk/"

    status, headers, body = send(port, "POST", path, length=60 * MB)
    problem = json.loads(body)

    assert (status, headers["Content-Type"]) == (413, "application/problem+json")
    assert problem["type"].endswith("/problems/too-large")
    assert problem["bytes"] == 64 * 2**20
    assert problem["request_id"] == headers["X-Request-ID"]
    assert send(port, "POST", path, length=0)[::2] == (200, path.encode())


def test_large_files_of_known_callers_are_read(port):
    assert is_awaited(port, "/api/v1/counts/bulk/", 60 * MB, **BEARER)
    assert is_awaited(port, "/admin/catalog/item/1/change/", 11 * MB, **SESSION)
    assert not is_awaited(port, "/admin/catalog/item/1/change/", 14 * MB, **SESSION)


def test_a_forged_request_id_cannot_break_a_problem(port):
    headers = {"X-Request-ID": 'x", "status": 200, "'}

    _, answered, body = send(port, "POST", "/api/v1/items/", length=4 * MB, **headers)

    assert json.loads(body)["status"] == 413
    assert json.loads(body)["request_id"] == answered["X-Request-ID"]


def test_unfinished_uploads_of_one_address_are_few(port):
    connections = []
    for _ in range(30):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("POST", "/search/", b"a" * 1000, {"Content-Length": str(2 * MB)})
        connections.append(connection)

    statuses = [connection.getresponse().status for connection in connections[20:]]
    for connection in connections:
        connection.close()

    assert statuses == [429] * 10
    assert send(port, "GET", "/")[0] == 200


def test_metrics_are_not_for_the_world(port):
    assert send(port, "GET", "/metrics", address="127.0.0.2")[0] == 403
    assert send(port, "GET", "/metrics")[::2] == (200, b"/metrics")
    assert send(port, "GET", "/readyz", address="127.0.0.2")[0] == 200
