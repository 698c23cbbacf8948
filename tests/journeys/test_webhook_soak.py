"""The short form of `make webhook-soak`: a receiver and workers that die lose nothing."""

import os
import subprocess
import sys

from django.conf import settings

# What this test run was given; the soak has servers of its own.
OURS = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "SHOP_DATA_DIR", "INSECURE_HTTP"}


def test_every_event_arrives_in_order_and_signed_whoever_is_killed():
    kept = {name: value for name, value in os.environ.items() if name not in OURS}

    run = subprocess.run(
        [sys.executable, "-m", "benchmarks.webhook_soak"],
        cwd=settings.BASE_DIR,
        env={**kept, "EVENTS": "300", "SCALE": "0.0002"},
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )

    assert run.returncode == 0, run.stdout + run.stderr
