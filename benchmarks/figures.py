"""One JSON line a figure on standard output; what goes on meanwhile, on standard error."""

import json
import sys


def say(*figures) -> int:
    """Print (name, value, unit, limit, "at most" or "at least") lines; 0 when all hold, else 1."""
    good = True
    for name, value, unit, limit, sense in figures:
        holds = limit is None or (value <= limit if sense == "at most" else value >= limit)
        good = good and holds
        print(
            json.dumps(
                {
                    "figure": name,
                    "value": value,
                    "unit": unit,
                    "limit": limit,
                    "sense": sense,
                    "holds": holds,
                }
            ),
            flush=True,
        )
    return 0 if good else 1


def tell(words):
    print(f"-- {words}", file=sys.stderr, flush=True)
