"""An integrator's server that verifies, logs and answers calls; it fails 30 % of them.

`python -m benchmarks.webhook_soak.receiver PORT SECRET LOG`, until it is killed.
"""

import os
import random
import sys
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks import Webhook, WebhookVerificationError

FAILS = 0.3
MAX_FAILURES = 8  # of a delivery, which is given up after eleven


def main(port: int, secret: str, path: str) -> None:
    log = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    webhook, failures = Webhook(secret), Counter()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            key, verdict, resource = self.headers["webhook-id"], "accepted", "?"
            try:
                resource = webhook.verify(body, dict(self.headers))["resource"]
                if random.random() < FAILS and failures[key] < MAX_FAILURES:
                    verdict = "failed"
                    failures[key] += 1
            except WebhookVerificationError:
                verdict = "unsigned"
            os.write(log, f"{key} {resource} {verdict}\n".encode())  # one write, one line
            self.send_response(200 if verdict == "accepted" else 500)
            self.end_headers()

        def log_message(self, *args):
            pass

    ThreadingHTTPServer.request_queue_size = 128
    with ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
        server.serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3])
