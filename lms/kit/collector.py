"""Python's collector of garbage, as a web process wants it."""

import gc

MANY = 50_000  # objects between two looks


def spare_what_stays():
    """Leave all that exists now out of every later collection, and collect seldom.

    A request makes and drops some ten thousand objects; the application's own hundreds of thousands never go. Measured: a unit page
    costs a quarter less. Call it when everything is loaded, once in a process.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(MANY, 20, 50)


def collect_seldom():
    """For every process, before anything is loaded.

    Ten thousand answers at once are ten thousand times looked through for circles that are not there: a quarter of the time of a long
    list. Memory stays flat all the same (benchmarks, certificates.memory_growth_mb).
    """
    gc.set_threshold(MANY, 20, 20)
