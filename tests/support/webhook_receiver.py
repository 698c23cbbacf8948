"""An integrator's server: it records the requests, verifies them, and answers as set."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook

Reply = tuple[int, dict[str, str], bytes]
OK: Reply = (200, {}, b"thanks")


@dataclass
class Call:
    """A request that the server received."""

    path: str
    headers: dict[str, str]
    body: str

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    def verified(self, secret: str) -> dict[str, Any]:
        """Return the message if the public library finds it signed with the secret."""
        return Webhook(secret).verify(self.body, self.headers)


@dataclass
class Receiver:
    """The recorded requests of a server, and the function that answers them."""

    port: int = 0
    calls: list[Call] = field(default_factory=list)
    answer: Callable[[Call], Reply] = lambda call: OK

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks"

    @property
    def ids(self) -> list[str]:
        return [call.id for call in self.calls]


@contextmanager
def run_receiver(wrap: Callable | None = None) -> Iterator[Receiver]:
    """Run a receiver on loopback; `wrap` makes its socket speak TLS."""
    receiver, lock = Receiver(), threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            headers = {name.lower(): value for name, value in self.headers.items()}
            call = Call(self.path, headers, body)
            with lock:
                receiver.calls.append(call)
            status, reply_headers, reply_body = receiver.answer(call)
            self.send_response(status)
            for name, value in reply_headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply_body)

        def log_message(self, *args):
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

        def handle_error(self, request, client_address):
            pass  # tests make senders hang up

    with Server(("127.0.0.1", 0), Handler) as server:
        if wrap:
            server.socket = wrap(server.socket)
        receiver.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()
