"""What a process that `server.py` starts may be asked to do."""

import cProfile
import pstats
import sys

from .bulk import a_list, certificates, watches
from .checks import asked_for, checks, equal, plans, profile


def registered(count):
    from benchmarks.population.everybody import populate

    populate(int(count))
    return {}


def profiled(job, *args):
    """Where the time of a job goes, on standard error."""
    made = cProfile.Profile()
    made.enable()
    found = INSIDE[job](*args)
    made.disable()
    pstats.Stats(made, stream=sys.stderr).sort_stats("cumulative").print_stats(60).sort_stats(
        "tottime"
    ).print_stats(25)
    return found


INSIDE = {
    "populate": registered,
    "checks": checks,
    "plans": plans,
    "equal": equal,
    "profile": profile,
    "questions": asked_for,
    "certificates": certificates,
    "list": a_list,
    "watches": watches,
    "profiled": profiled,
}
