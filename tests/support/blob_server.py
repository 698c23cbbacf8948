"""A server that speaks S3, as a process of its own: moto's."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def s3_server() -> Iterator[str]:
    """Run a server with nothing in it, and give its address."""
    command = [sys.executable, "-m", "moto.server", "--host", "127.0.0.1", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            yield next(
                line.split("Running on ")[1].strip()
                for line in server.stderr
                if "Running on http" in line
            )
        finally:
            server.kill()


def open_bucket(storage) -> None:
    """Make the storage's bucket, which anybody may read."""
    name = storage.bucket_name
    storage.connection.create_bucket(Bucket=name)
    may_read = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}
    statement = {**may_read, "Resource": f"arn:aws:s3:::{name}/*"}
    storage.bucket.Policy().put(Policy=json.dumps({"Statement": [statement]}))
