"""Certificates, decisions about them, and what was asked of the register."""

from datetime import timedelta

from psycopg.types.json import Jsonb

from certificates.accreditation.sentences import Phrase
from certificates.accreditation.standing import Standing
from certificates.checking.answers import in_full
from certificates.models import (
    Certificate,
    Check,
    DesignVersion,
    Renewal,
    Sanction,
    Temporary,
    Withholding,
    WorkingName,
)
from cohorts.employment.models import EmploymentLine
from cohorts.organisations.models import Organisation
from courses.models import TopUp, TopUpDue
from lms.kit import clock

from .rows import literal

CHECKS = 10  # of each person


def certificates(load):
    """As printed, with the demonstration's words; one of twenty was replaced by another since."""
    example = Certificate.objects.order_by("pk").first()
    first = load.start[Certificate]
    facts = """{} || jsonb_build_object('number', {}, 'imsa_number', imsa, 'given_names', given, 'family_name', family,
        'name', given || ' ' || family, 'issued_on', ({})::text, 'valid_until', (d + interval '3 years' - interval '1 day')::date::text)"""
    same = {
        "enrolment": "enrolment",
        "award": "award",
        "register_line": f"{load.start[EmploymentLine]} + 3 * n",
        "nations": "nations",
        "register_answer": literal(Jsonb(example.register_answer)),
        "design": str(DesignVersion.objects.latest("number").pk),
        "valid_until": "(d + interval '3 years' - interval '1 day')::date",
        "issued_by": "'person:5'",
        "key_id": literal(example.key_id),
        "file": "'certificates/' || md5(n::text) || '.pdf'",
    }
    load.put(
        Certificate,
        "p WHERE sort = 'holder'",
        **same,
        id=f"{first} + n",
        number="printed",
        why="'first'",
        sha256="md5(n::text) || md5(n::text)",
        facts=facts.format(literal(Jsonb(example.facts)), "printed", "d"),
        issued_on="d",
        issued_at="d + time '12:00'",
    )
    load.put(
        Certificate,
        f"p WHERE sort = 'holder' AND n % 20 = 0 AND d < {literal(clock.today())} - 30",
        **same,
        id=f"{first + load.count} + n",
        number="again",
        why="'again'",
        supersedes=f"{first} + n",
        sha256="md5('again' || n) || md5('again' || n)",
        facts=facts.format(literal(Jsonb(example.facts)), "again", "d + 30"),
        issued_on="d + 30",
        issued_at="d + 30 + time '12:00'",
    )


def decisions(load):
    """A few in a hundred: sanctions, renewals of the terms that ended, entries withheld, working names, leave, top-ups."""
    today = literal(clock.today())
    by = {"reason": "'bench'", "decided_by": "'person:6'"}
    for o, kind in enumerate(("conditions", "suspended", "withdrawn", "restored")):
        who = f"n % 100 = {o}" if kind != "restored" else "n % 400 = 1"
        load.put(
            Sanction,
            f"p WHERE sort = 'holder' AND {who}",
            **by,
            enrolment="enrolment",
            kind=f"'{kind}'",
            proposed_by="'person:7'",
            from_day=f"{today} - {o} * 20 - 10",
            words="'Works only with monthly supervision.'" if kind == "conditions" else "''",
        )
    ends = "(d + interval '3 years' - interval '1 day')::date"
    asked = {
        "enrolment": "enrolment",
        "term_ends_on": ends,
        "is_declared": "true",
        "begun_at": f"{ends} - interval '90 days'",
        "asked_at": f"{ends} - interval '60 days'",
    }
    load.put(
        Renewal,
        f"p WHERE sort = 'holder' AND d + interval '3 years' < {today} AND n % 5 < 3",
        **asked,
        state="'granted'",
        decided_at=f"{ends} - interval '20 days'",
        granted_until="(d + interval '6 years' - interval '1 day')::date",
    )
    load.put(
        Renewal,
        f"p WHERE sort = 'holder' AND {ends} BETWEEN {today} AND {today} + 50 AND n % 2 = 0",
        **asked,
        state="'asked'",
    )
    load.put(
        Withholding,
        "p WHERE sort = 'holder' AND n % 70 = 4",
        **by,
        person="person",
        from_day=f"{today} - 50",
        mode="CASE n % 4 WHEN 0 THEN 'hub' ELSE 'everybody' END",
    )
    load.put(
        WorkingName,
        "p WHERE sort = 'holder' AND n % 100 = 5",
        person="person",
        name="'Bencher'",
        from_day=f"{today} - 90",
        decided_by="'person:6'",
    )
    load.put(
        Temporary,
        "p WHERE sort = 'training' AND n % 4 = 0",
        **by,
        enrolment="enrolment",
        nations="nations",
        from_day=f"{today} - 30",
        until_day=f"{today} + 60",
    )
    sent = TopUp.objects.exclude(sent_at=None).first()
    load.put(
        TopUpDue,
        "p WHERE sort IN ('training', 'holder') AND n % 20 = 7",
        top_up=str(sent.pk),
        person="person",
        sent_at=literal(sent.sent_at),
        done_at=f"CASE WHEN n % 5 > 1 THEN {literal(sent.sent_at + timedelta(9))} END",
    )


def questions_asked(load):
    """Ten about each person, scattered over two years: one of five for an organisation, one of twenty in vain."""
    now, days, total = clock.now(), 690, CHECKS * load.count
    answers = ", ".join(
        f"({k}, {literal(Jsonb(in_full(standing, now.isoformat())))})"
        for k, standing in enumerate(
            (
                Standing("accredited", ("england",), reasons=(Phrase("valid", day=now.date()),)),
                Standing(
                    "accredited",
                    ("england", "wales"),
                    reasons=(
                        Phrase("valid", day=now.date()),
                        Phrase("fewer_nations"),
                    ),
                ),
                Standing("between_posts", reasons=(Phrase("no_post"),)),
                Standing("not_found"),
            )
        )
    )
    load.put(
        Check,
        f"""(SELECT i::bigint, 1 + ((i::bigint * 7919) % {load.count})::int AS n,
              CASE WHEN i % 20 = 0 THEN 3 WHEN i % 11 = 0 THEN 2 WHEN i % 4 = 0 THEN 1 ELSE 0 END AS k FROM generate_series(1, {total}) i) c
            JOIN (SELECT n, imsa, family, person, sort FROM p) p USING (n)
            JOIN (VALUES {answers}) a(k, answer) ON a.k = CASE sort WHEN 'holder' THEN c.k ELSE 3 END""",
        receipt="'Q-' || lpad(upper(to_hex((c.i * 2654435761) % 281474976710656)), 12, '0')",
        asked_number="p.imsa",
        asked_surname="p.family",
        asked_at=f"{literal(now)} - interval '{days} days' * (1 - c.i::float / {total})",
        answer="a.answer",
        on_day=f"({literal(now)} - interval '{days} days' * (1 - c.i::float / {total}))::date",
        person="CASE WHEN a.k < 3 THEN p.person END",
        organisation=f"CASE WHEN c.i % 5 = 0 THEN {load.start[Organisation]} + 1 + c.i % {load.organisations} END",
        purpose="CASE WHEN c.i % 5 = 0 THEN 'work' ELSE '' END",
    )
