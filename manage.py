#!/usr/bin/env python
"""Run a command of the shop: `manage.py help` lists them."""

import os
import sys

from shop.embedded.environment import environment_for
from shop.embedded.exceptions import CannotRun


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
    try:
        with environment_for(sys.argv[1:]):
            run_command()
    except CannotRun as reason:
        sys.exit(str(reason))


def run_command() -> None:
    """Import Django only now: it reads the settings, and they read the environment."""
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415
    from django.core.management import execute_from_command_line  # noqa: PLC0415

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as reason:
        raise CannotRun(str(reason)) from reason


if __name__ == "__main__":
    main()
