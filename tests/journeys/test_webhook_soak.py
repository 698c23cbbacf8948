"""The short form of `make webhook-soak`: killed receivers and workers lose nothing."""

import os
import subprocess
import sys

from django.conf import settings

# Variables of this test run; the soak test has servers of its own.
OWN_VARIABLES = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "SHOP_DATA_DIR", "INSECURE_HTTP"}


def test_every_event_arrives_in_order_and_signed_although_processes_are_killed():
    inherited = {name: value for name, value in os.environ.items() if name not in OWN_VARIABLES}

    run = subprocess.run(
        [sys.executable, "-m", "benchmarks.webhook_soak"],
        cwd=settings.BASE_DIR,
        env={**inherited, "EVENTS": "300", "SCALE": "0.0002"},
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )

    assert run.returncode == 0, run.stdout + run.stderr
