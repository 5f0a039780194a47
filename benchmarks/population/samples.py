"""Whom the figures ask about, and whom an organisation watches."""

import random
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Max, Min
from psycopg.types.json import Jsonb

from certificates.accreditation.standing import Standing
from certificates.checking.answers import in_full
from certificates.models import Certificate, Watch
from cohorts.organisations.models import Organisation
from lms.kit import clock, codes

from .rows import SPREAD, Loader, literal


def holders(count, seed=1) -> list[tuple]:
    """(IMSA number, certificate number, family name) of people by chance."""
    ends = Certificate.objects.aggregate(low=Min("pk"), high=Max("pk"))
    lot = random.Random(seed)
    keys = [lot.randint(ends["low"], ends["high"]) for _ in range(count * 2)]
    rows = Certificate.objects.filter(pk__in=keys).values_list(
        "enrolment__person__imsa_number",
        "number",
        "enrolment__person__last_name",
        "enrolment__person__first_name",
    )
    found = [(imsa, number, last or first) for imsa, number, last, first in rows.order_by("sha256")]
    return (found * (1 + count // max(1, len(found))))[:count]


def questions(count, seed=1) -> list[tuple[str, str, str]]:
    """(number, family name, day or nothing) as the public types them: of twenty one misnamed, one about nobody, two about a
    past day, three by the certificate's number, one without the beginning of the number."""
    made, past = [], str(clock.today() - timedelta(40))
    for o, (imsa, number, family) in enumerate(holders(count, seed)):
        kind = o % 20
        typed = {3: number, 4: number, 5: number.lower(), 6: imsa.removeprefix("IMSA-")}.get(
            kind, imsa
        )
        typed = codes.numbered("IMSA", 7 + o * SPREAD[1]) if kind == 1 else typed
        made.append((typed, "Nobody" if kind == 0 else family, past if kind in (7, 8) else ""))
    return made


def lines(count=10_000, seed=2) -> list[tuple[str, str]]:
    """(number, family name) lines of a list that an organisation checks; one of twenty is misnamed."""
    return [
        (imsa, "Nobody" if o % 20 == 0 else family)
        for o, (imsa, _, family) in enumerate(holders(count, seed))
    ]


def watch(count=100_000) -> int:
    """Open watches of scattered people by approved organisations, up to `count` in all; nothing was told of them yet, so the
    first nightly diff tells of everybody and the second is the one to measure. How many are open now."""
    missing = count - Watch.objects.filter(ended_at=None).count()
    own = [
        pk
        for o, pk in enumerate(
            Organisation.objects.filter(code__startswith="B-")
            .order_by("pk")
            .values_list("pk", flat=True),
            1,
        )
        if o % 5 == 1
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        load = Loader(cursor, count)
        load.put(
            Watch,
            f"""(SELECT e.person_id AS person, u.imsa_number, u.last_name, row_number() OVER (ORDER BY c.sha256) AS o
              FROM certificates_certificate c JOIN cohorts_enrolment e ON e.id = c.enrolment_id JOIN people_user u ON u.id = e.person_id
              WHERE c.supersedes_id IS NULL AND u.email LIKE 'bench%' AND NOT EXISTS (
                SELECT FROM certificates_watch w WHERE w.person_id = u.id AND w.ended_at IS NULL)
              ORDER BY c.sha256 LIMIT {max(0, missing)}) x""",
            organisation=f"({literal(own)}::bigint[])[1 + o % {len(own)}]",
            person="person",
            asked_number="imsa_number",
            asked_surname="last_name",
            purpose="'work'",
            told=literal(Jsonb(in_full(Standing("not_found"), clock.now().isoformat(), each=()))),
            ends_on=literal(clock.today() + timedelta(300)),
        )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE certificates_watch")
    return Watch.objects.filter(ended_at=None).count()
