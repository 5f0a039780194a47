"""What tutoring refuses in a way that its forms can help with."""

from lms.kit.refusals import Refused


class AlreadySent(Refused):
    """The token was used for something that says something else. With a token of its own this can go out too."""


class LeavesOut(Refused):
    """Some of the people cannot be written to now. `others`: the enrolments (keys) of those who can, perhaps none."""

    def __init__(self, reason, others):
        super().__init__(reason)
        self.others = others
