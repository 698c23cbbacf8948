"""An S3 server, moto's, in a process of its own."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def s3_server() -> Iterator[str]:
    """Run an empty server; yield its address."""
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
    """Create the storage's bucket, readable for all."""
    name = storage.bucket_name
    storage.connection.create_bucket(Bucket=name)
    may_read = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}
    statement = {**may_read, "Resource": f"arn:aws:s3:::{name}/*"}
    storage.bucket.Policy().put(Policy=json.dumps({"Statement": [statement]}))
