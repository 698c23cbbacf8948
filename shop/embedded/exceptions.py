"""Exceptions of the embedded servers."""


class CannotRun(Exception):
    """A problem and its remedy in one sentence; manage.py prints it and exits with 1."""


class StopRequested(Exception):
    """A stop was requested, by Ctrl-C, SIGTERM or SIGHUP."""
