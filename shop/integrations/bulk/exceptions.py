"""The refusals of bulk jobs, one class per fact."""


class JobNotFound(Exception):
    """There is no such job, or it is somebody else's."""


class TooManyJobs(Exception):
    """The user has as many open jobs as anybody may have."""

    def __init__(self, limit: int):
        super().__init__(f"You have {limit} open jobs, which is as many as one may have.")
        self.limit = limit


class JobOver(Exception):
    """The job has ended by itself, so there is nothing left to cancel."""

    def __init__(self, status: str):
        super().__init__(f"The job is {status} already.")
        self.status = status
