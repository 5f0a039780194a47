"""What a file may cost to read: a refusal with a sentence, and a limit of time."""

import ctypes
import logging
import threading
import zlib
from contextlib import contextmanager

from django.utils.translation import gettext_noop

log = logging.getLogger(__name__)
UNREAD = gettext_noop(
    "We cannot read this file. Save your work again, as a new PDF, and choose that."
)
TOO_LONG = gettext_noop("This file takes too long to read. Save it as a new PDF and choose that.")


class BadFile(ValueError):
    """A file that is not taken; the message says why and what to do."""


class PassingFault(BadFile):
    """A file that is not taken now, for a reason of ours (a scanner that fails, a busy machine): the same file can be taken later."""


class OutOfTime(BaseException):
    """Reading took too long. Not an Exception, so that no parser swallows it."""


@contextmanager
def within(seconds):
    """Stop Python code that runs for longer, in whatever thread it runs. Raises OutOfTime.

    Code in C is not stopped; every call into it is bounded by size instead.
    """
    target, lock, over = threading.get_ident(), threading.Lock(), []

    def stop():
        with lock:
            if not over:
                ctypes.pythonapi.PyThreadState_SetAsyncExc(
                    ctypes.c_ulong(target), ctypes.py_object(OutOfTime)
                )

    watch = threading.Timer(seconds, stop)
    watch.daemon = True
    try:
        watch.start()  # inside: on a busy machine the time can be over before this returns
        yield
    finally:
        # Either this comes first and the watch does nothing, or OutOfTime is raised right here.
        with lock:
            over.append(True)
        watch.cancel()


@contextmanager
def reading(seconds, unread=UNREAD, too_long=TOO_LONG, fault_class=BadFile):
    """The one boundary round every parse of an uploaded file: a BadFile with a sentence, or nothing.

    What a library raises cannot be listed in advance, so whatever comes is “cannot read”; its type is logged, and
    no word of the file. Only the parse belongs inside, never a write. Raises BadFile, which is a PassingFault where it took too long.
    """
    try:
        with within(seconds):
            yield
    except BadFile:
        raise
    except OutOfTime:
        raise PassingFault(too_long) from None
    except Exception as fault:
        log.warning(
            "An uploaded file was not read: %s.%s",
            type(fault).__module__,
            type(fault).__qualname__,
        )
        raise fault_class(unread) from None


def unfolded(compressed: bytes, most: int) -> int:
    """How many bytes a deflate stream unfolds to, counting no further than `most` + 1."""
    size, rest, machine = 0, compressed, zlib.decompressobj(zlib.MAX_WBITS | 32)
    while rest and not machine.eof and size <= most:
        try:
            size += len(machine.decompress(rest, 1 << 20))
        except zlib.error:
            break
        rest = machine.unconsumed_tail
    return size
