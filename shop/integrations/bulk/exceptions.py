"""Refusals of bulk jobs, one class per fact."""

from shop.core.refusals import Refusal


class UploadBroken(Exception):
    """The file ended early, or its gzip is damaged."""


class UploadTooLarge(Refusal):
    """The file has more bytes or lines than a job may have."""

    code = "too-large"

    def __init__(self, *, max_lines: int, max_bytes: int):
        super().__init__(f"A job takes up to {max_lines} lines and {max_bytes} bytes, unpacked.")
        self.max_lines = max_lines
        self.max_bytes = max_bytes

    def details(self):
        """Return the limits, in lines and in bytes."""
        return {"lines": self.max_lines, "bytes": self.max_bytes}


class JobNotFound(Refusal):
    """There is no such job of the caller's."""

    code = "not-found"


class TooManyJobs(Refusal):
    """The user has as many open jobs as a user may have."""

    code = "too-many-jobs"

    def __init__(self, limit: int):
        super().__init__(f"You have {limit} open jobs, which is as many as one may have.")
        self.limit = limit

    def details(self):
        """Return the limit."""
        return {"limit": self.limit}


class JobOver(Refusal):
    """The job is done or failed, so it cannot be cancelled."""

    code = "job-over"

    def __init__(self, status: str):
        super().__init__(f"The job is {status} already.")
        self.status = status

    def details(self):
        """Return the status that the job ended with."""
        return {"job_status": self.status}
