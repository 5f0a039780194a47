"""Who studied the old text: one plan, no sequential scan of the studies, at 10,000 people and 1,000,000 studies."""

import sys
import time

from django.db import connection

from benchmarks.figures import say
from benchmarks.scale import a_provision, more_trainees, more_units
from courses.models import Study
from courses.queries import studied_old_text


def main(people=10_000, each=100):
    if connection.vendor != "postgresql":
        print(
            "This figure is asked of PostgreSQL: ./dev bench law starts a server of its own.",
            file=sys.stderr,
        )
        return 2
    provision = a_provision()
    # 200 units, of which 5 cite the provision: as a real change would find them.
    versions = more_units(195) + more_units(5, "C", provision)
    more_trainees(people, versions, each)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE courses_study")
        cursor.execute("VACUUM ANALYZE courses_citation")
    question = studied_old_text(provision).values_list("person_id", "version_id")
    plan = question.explain()
    began = time.perf_counter()
    found = len(question)
    took = (time.perf_counter() - began) * 1000
    return say(
        ("studies in the table", Study.objects.count(), "rows", 1_000_000, "at least"),
        ("people and versions found", found, "rows", 1, "at least"),
        (
            "sequential scans of the study table",
            plan.count("Seq Scan on courses_study"),
            "scans",
            0,
            "at most",
        ),
        ("who studied the old text", round(took), "ms", 1000, "at most"),
    )
