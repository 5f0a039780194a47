"""What the disk cannot do just now; it refuses to call a fault of ours an outage."""

import errno
import logging
from contextlib import contextmanager

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from ..refusals import NotNow

log = logging.getLogger("django.files")
OUTAGES = {
    getattr(errno, name)
    for name in (
        "ENOSPC",
        "EDQUOT",
        "EROFS",
        "EIO",
        "EACCES",
        "EPERM",
        "EMFILE",
        "ENFILE",
        "ENOMEM",
        "ESTALE",
    )
    if hasattr(errno, name)
}
SENTENCE = gettext_noop(
    "The site cannot keep files at the moment, so nothing was changed. Try again later; if it goes on, tell whoever runs this site."
)


def is_outage(error: OSError) -> bool:
    """A full, read-only, closed or broken disk: the same may be possible once somebody has looked at it."""
    return error.errno in OUTAGES


@contextmanager
def disk():
    """An outage of the disk inside it is NotNow, and stands in the log; any other error stays what it is."""
    try:
        yield
    except OSError as error:
        if not is_outage(error):
            raise
        log.error("The disk takes no file: %s", error)
        raise NotNow(_(SENTENCE)) from error
