"""The refusals of bulk jobs, one class per fact."""

from shop.core.refusals import Refusal


class JobNotFound(Refusal):
    """There is no such job, or it is somebody else's."""

    code = "not-found"


class TooManyJobs(Refusal):
    """The user has as many open jobs as anybody may have."""

    code = "too-many-jobs"

    def __init__(self, limit: int):
        super().__init__(f"You have {limit} open jobs, which is as many as one may have.")
        self.limit = limit

    def details(self):
        return {"limit": self.limit}


class JobOver(Refusal):
    """The job has ended by itself, so there is nothing left to cancel."""

    code = "job-over"

    def __init__(self, status: str):
        super().__init__(f"The job is {status} already.")
        self.status = status

    def details(self):
        return {"job_status": self.status}
