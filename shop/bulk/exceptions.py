"""The refusals of bulk jobs, one class per fact."""


class JobNotFound(Exception):
    """There is no such job, or it is somebody else's."""


class JobOver(Exception):
    """The job has ended by itself, so there is nothing left to cancel."""

    def __init__(self, status: str):
        super().__init__(f"The job is {status} already.")
        self.status = status
