"""The short form of `make torture`: half a minute of crashes under load, then the audit."""

import os
import subprocess
import sys

from django.conf import settings

# Variables of this test run; the torture test has servers of its own to kill.
OWN_VARIABLES = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "SHOP_DATA_DIR", "INSECURE_HTTP"}


def test_half_a_minute_of_crashes_costs_no_unit_and_no_acknowledged_order():
    inherited = {name: value for name, value in os.environ.items() if name not in OWN_VARIABLES}

    run = subprocess.run(
        [sys.executable, "-m", "benchmarks.torture"],
        cwd=settings.BASE_DIR,
        env={**inherited, "MINUTES": "0.5"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert run.returncode == 0, run.stdout + run.stderr
