"""Refusals of bulk jobs, one class per fact."""

from shop.core.refusals import Refusal


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
