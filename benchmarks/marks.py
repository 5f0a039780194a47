"""How long it takes to find every mark again from what its lines rest on (`manage.py check_marks`), for 100,000 attempts.

    ./dev bench marks [--chains N]

The table of lines stands alone in a SQLite file that is thrown away: a third of the attempts were late, a sixth were capped, and a sixth went to a third marker.
"""

import argparse
import os
import sys
import tempfile
import time
from itertools import islice
from random import Random

LIMIT = 10  # seconds for 100,000


def main(args) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--chains", type=int, default=100_000)
    count = parser.parse_args(args).chains
    with tempfile.TemporaryDirectory(prefix="imsa-bench-") as home:
        os.environ.update(IMSA_HOME=home, DJANGO_SETTINGS_MODULE="lms.settings.dev")
        os.environ.pop("DATABASE_URL", None)
        return measured(count)


def measured(count) -> int:
    import django

    django.setup()
    from django.db import connection

    from assessments.attempts.models import MarkLine
    from assessments.attempts.queries import chains_that_differ

    from .figures import say, tell

    connection.disable_constraint_checking()
    with connection.schema_editor() as editor:
        editor.create_model(MarkLine)
    connection.disable_constraint_checking()
    rows, written = lines(MarkLine, count), 0
    while lot := list(islice(rows, 5000)):
        MarkLine.objects.bulk_create(lot)
        written += len(lot)
    tell(f"{written:,} lines of {count:,} attempts")
    begun = time.process_time()  # of this process, reading the file among it: a machine with other work takes longer by the clock
    found, differing = chains_that_differ()
    seconds = time.process_time() - begun
    return say(
        ("marks.recompute", round(seconds, 2), "s", LIMIT * count / 100_000, "at most"),
        ("marks.differing", len(differing) + count - found, "attempts", 0, "at most"),
    )


def lines(model, count):
    """Chains as the actions write them."""
    from assessments.attempts import chain
    from assessments.attempts.penalties import Policy
    from assessments.setting.judging import Rules, preset

    random, weights = Random(13), {"law": 60, "role": 40}
    policy = Policy.of(preset("sheffield").on(Rules()))
    for attempt in range(1, count + 1):
        made = []
        for stage in chain.BY_MARKERS[: 3 if attempt % 6 == 0 else 2]:
            inputs = {
                "by": "criteria",
                "marks": {key: random.randint(40, 80) for key in weights},
                "weights": weights,
            }
            made.append(chain.Line(stage, chain.found_by(inputs, []), "By their weights.", inputs))
        marks = [line.mark for line in made]
        inputs = {
            "by": "middle" if len(made) == 3 else "mean",
            "lines": list(range(1, len(made) + 1)),
        }
        late = chain.Lateness(attempt % 7, policy, "", "", ()) if attempt % 3 == 0 else None
        made += chain.settled(
            len(made) + 1,
            "agreed",
            chain.found_by(inputs, marks),
            "Agreed.",
            50 if attempt % 6 == 1 else None,
            late,
            inputs,
        )
        made.append(chain.Line("ratified", made[-1].mark, "", {"by": "same", "lines": [len(made)]}))
        for number, line in enumerate(made, 1):
            yield model(
                attempt_id=attempt,
                number=number,
                stage=line.stage,
                mark=line.mark,
                rule=line.rule,
                inputs=line.inputs,
                by="bench",
            )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
