"""Puts very many people on the register of a copy of the demonstration, as rows and not by actions; PostgreSQL only.

Of a hundred people three only work somewhere, seven are in training, twelve wait for a certificate that may be issued, and
seventy-eight have one. Everybody has three posts and was asked about ten times. Numbers are as scattered as real ones.
"""

import random
import sys
import time
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Max, Min
from psycopg import sql
from psycopg.types.json import Jsonb

from assessments.models import Assessment, Award, Board, QuizAttempt, Submission
from certificates.accreditation.sentences import Said
from certificates.accreditation.standing import Standing
from certificates.checking.answers import in_full
from certificates.models import (
    Certificate,
    Check,
    DesignVersion,
    Renewal,
    Sanction,
    Temporary,
    Watch,
    Withholding,
    WorkingName,
)
from cohorts.models import Approval, Cohort, Employment, EmploymentLine, Enrolment, Organisation
from courses.models import Programme, Study, StudyPlan, TopUp, TopUpDue, UnitVersion
from lms.kit import clock, codes
from lms.people.models import User

CHECKS = 10  # of each person
GIVEN = "Ada Aisha Alasdair Amara Anwen Bronagh Callum Catrin Chidi Ciarán Dafydd Eilidh Farah Gwen Hana Ifan Jamal Kofi Lucía Màiri"
BEGINS = "Ash Black Brad Broad Clay Clif Dun Elm Fair Glen Hart Hol Kirk Lang Mar Nor Oak Pem Rad Sel Stan Thorn Wes Whit Win"
ENDS = (
    "bourne bury by croft dale field ford ham hurst ington leigh ley ton wall well wick wood worth"
)
WHOLE = (
    "Adeyemi Ó’Briain MacLeòid Llwyd-Price Nguyễn Okafor Szabó Żeleński van-Dijk Kaur Hussain Begum"
)
SPREAD = (
    14_935_483_871,
    9_104_663_417,
)  # no factor in common with the thirty characters: every number comes once
ALL = '["england", "wales", "scotland", "northern_ireland"]'

# ---- rows ----


class Loader:
    """One connection that writes rows without asking the foreign keys back; `start` is the highest key of each table before."""

    def __init__(self, cursor, count):
        self.cursor, self.start, self.count = cursor, {}, count
        self.organisations = min(4000, max(20, count // 5))
        self.cohorts = max(1, count // 400)

    def run(self, text):
        self.cursor.execute(text)
        return self.cursor.rowcount

    def first_keys(self, *models):
        for model in models:
            self.start[model] = model.objects.aggregate(most=Max("pk"))["most"] or 0

    def put(self, model, source, /, **given):
        """INSERT … SELECT: `given` names an SQL expression for a field; every other takes its default."""
        columns, values = [], []
        for field in model._meta.concrete_fields:
            if field.name in given:
                columns.append(field.column)
                values.append(given.pop(field.name))
            elif not field.null and not field.primary_key:
                columns.append(field.column)
                values.append(literal(field.get_db_prep_save(field.get_default(), connection)))
        assert not given, f"{model.__name__} has no field {sorted(given)}"
        began = time.monotonic()
        rows = self.run(
            f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {source}"
        )
        tell(f"{rows:,} {model._meta.verbose_name_plural} in {time.monotonic() - began:.0f} s")


def literal(value) -> str:
    return sql.quote(value, connection.connection)


def tell(words):
    print(f"-- {words}", file=sys.stderr, flush=True)


@contextmanager
def bare(load, tables):
    """Without indexes while rows come in: built at the end they take a fraction of the time. Primary keys stay."""
    names = ", ".join(f"'{table}'::regclass" for table in tables)
    load.run(f"""SELECT c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid) FROM pg_constraint c
        WHERE c.contype = 'u' AND c.conrelid IN ({names}) AND NOT EXISTS (
          SELECT FROM pg_constraint f WHERE f.contype = 'f' AND f.conindid = c.conindid)""")
    unique = load.cursor.fetchall()
    load.run(f"""SELECT i.indexrelid::regclass, pg_get_indexdef(i.indexrelid) FROM pg_index i
        WHERE i.indrelid IN ({names}) AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)""")
    plain = load.cursor.fetchall()
    for table, name, _ in unique:
        load.run(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    for name, _ in plain:
        load.run(f"DROP INDEX {name}")
    yield
    began = time.monotonic()
    for _, definition in plain:
        load.run(definition)
    for table, name, definition in unique:
        load.run(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
    tell(f"{len(plain) + len(unique)} indexes in {time.monotonic() - began:.0f} s")


# ---- everybody ----


def populate(count):
    """`count` people with all that the register knows of them."""
    loaded = (
        Study,
        Submission,
        QuizAttempt,
        Certificate,
        Check,
        Employment,
        EmploymentLine,
        User,
        Award,
        Enrolment,
        StudyPlan,
    )
    with transaction.atomic(), connection.cursor() as cursor:
        load = Loader(cursor, count)
        load.first_keys(
            User,
            Organisation,
            Cohort,
            Board,
            StudyPlan,
            Enrolment,
            Award,
            Certificate,
            Employment,
            EmploymentLine,
        )
        load.run("SET LOCAL session_replication_role = replica")
        load.run("SET LOCAL work_mem = '1GB'")
        load.run("SET LOCAL maintenance_work_mem = '1GB'")
        load.run("""CREATE FUNCTION pg_temp.lot(n bigint, salt bigint, sides bigint) RETURNS int LANGUAGE sql IMMUTABLE
            PARALLEL SAFE AS 'SELECT (((hashint8extended(n, salt) % sides) + sides) % sides)::int'""")
        with bare(load, [model._meta.db_table for model in loaded]):
            employers(load)
            people(load)
            posts(load)
            training(load)
            certificates(load)
            decisions(load)
            questions_asked(load)
        for model in load.start:
            load.run(
                f"SELECT setval(pg_get_serial_sequence('{model._meta.db_table}', 'id'), max(id)) FROM {model._meta.db_table}"
            )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def employers(load):
    """Three of five work in all four nations; one of fifty is not approved today."""
    today, first = literal(clock.today()), load.start[Organisation]
    load.put(
        Organisation,
        f"generate_series(1, {load.organisations}) i",
        id=f"{first} + i",
        code="'B-' || i",
        name="'Bench Employer ' || i",
        nations=f"""(CASE WHEN i % 5 < 3 THEN '{ALL}' WHEN i % 5 = 3 THEN '["england", "wales"]' ELSE '["scotland"]' END)::jsonb""",
        is_invented="true",
    )
    load.put(
        Approval,
        f"""generate_series(1, {load.organisations}) i CROSS JOIN LATERAL (VALUES
            (0, 'approved', {today} - 2500, true), (1, 'suspended', {today} - 700, i % 10 = 0), (2, 'approved', {today} - 600, i % 10 = 0),
            (3, 'ended', {today} - 100, i % 50 = 0)) d(o, deed, day, has) WHERE d.has ORDER BY i, d.o""",
        organisation=f"{first} + i",
        action="d.deed",
        from_day="d.day",
        decided_by="'command:bench'",
    )
    load.put(
        Cohort,
        f"generate_series(1, {load.cohorts}) i",
        id=f"{load.start[Cohort]} + i",
        code="'BENCH-' || i",
        title="'Intake ' || i",
        programme=str(Programme.objects.get().pk),
        starts_on=f"{today} - 2200 + (i * 1800 / {load.cohorts})::int",
        ends_on=f"{today} - 1700 + (i * 1800 / {load.cohorts})::int",
    )
    load.put(
        Board,
        f"generate_series(1, {load.cohorts}) i",
        id=f"{load.start[Board]} + i",
        cohort=f"{load.start[Cohort]} + i",
        title="'Board ' || i",
        meets_on=f"{today} - 1700 + (i * 1800 / {load.cohorts})::int",
        state="'ratified'",
    )


def people(load):
    """p: one line a person. `sort` is never, training, ready or holder; `d` the day of the certificate, or that of the award."""
    began = time.monotonic()
    load.run(
        "CREATE TEMP TABLE numbered (n int, imsa text, printed text, again text) ON COMMIT DROP"
    )
    with load.cursor.copy("COPY numbered FROM STDIN") as lines:
        for n in range(1, load.count + 1):
            lines.write_row(
                (
                    n,
                    codes.numbered("IMSA", n * SPREAD[0]),
                    codes.numbered("C", n * SPREAD[1]),
                    codes.numbered("C", (load.count + n) * SPREAD[1]),
                )
            )
    today, families = (
        literal(clock.today()),
        [begins + ends for begins in BEGINS.split() for ends in ENDS.split()],
    )
    load.run(f"""CREATE TEMP TABLE p ON COMMIT DROP AS SELECT x.*, {load.start[User]} + n AS person,
          {load.start[Enrolment]} + n AS enrolment, {load.start[StudyPlan]} + n AS plan, {load.start[Award]} + n AS award,
          CASE sort WHEN 'holder' THEN {today} - 1 - pg_temp.lot(n, 3, 1250) ELSE {today} - pg_temp.lot(n, 3, 150) END AS d
        FROM (SELECT numbered.*,
          CASE WHEN pg_temp.lot(n, 1, 100) < 3 THEN 'never' WHEN pg_temp.lot(n, 1, 100) < 10 THEN 'training'
            WHEN pg_temp.lot(n, 1, 100) < 22 THEN 'ready' ELSE 'holder' END AS sort,
          (ARRAY[{", ".join(map(literal, GIVEN.split()))}])[1 + pg_temp.lot(n, 4, {len(GIVEN.split())})] AS given,
          (ARRAY[{", ".join(map(literal, families + WHOLE.split() * 8))}])[1 + pg_temp.lot(n, 5, {len(families) + 96})] AS family,
          (CASE WHEN pg_temp.lot(n, 6, 100) < 60 THEN '["england"]' WHEN pg_temp.lot(n, 6, 100) < 75 THEN '["england", "wales"]'
            WHEN pg_temp.lot(n, 6, 100) < 85 THEN '["scotland"]' WHEN pg_temp.lot(n, 6, 100) < 90 THEN '["wales"]'
            WHEN pg_temp.lot(n, 6, 100) < 95 THEN '["northern_ireland"]' ELSE '{ALL}' END)::jsonb AS nations
        FROM numbered ORDER BY n) x""")
    load.run("ANALYZE p")
    tell(f"numbers and names in {time.monotonic() - began:.0f} s")
    load.put(
        User,
        "p",
        id="person",
        email="'bench' || n || '@imsa.example'",
        password="'!'",
        first_name="given",
        last_name="family",
        imsa_number="CASE WHEN sort IN ('ready', 'holder') THEN imsa END",
        is_invented="true",
    )


def posts(load):
    """Three entries each, one after another; the last is open for nine of ten. One of thirty lines was replaced by a later one."""
    today, first, line = literal(clock.today()), load.start[Employment], load.start[EmploymentLine]
    load.run(f"""CREATE TEMP TABLE post ON COMMIT DROP AS SELECT n, k, sort, nations, starts,
          CASE WHEN k = 3 THEN CASE WHEN sort <> 'ready' AND pg_temp.lot(n, 10, 10) = 0
            THEN greatest(starts, {today} - pg_temp.lot(n, 11, 300)) END ELSE starts + 200 + pg_temp.lot(n, 11 + k, 250) END AS ends,
          CASE WHEN sort = 'ready' OR pg_temp.lot(n, 14 + k, 100) < 85 THEN o - o % 5 + 1 ELSE o END AS o
        FROM (SELECT n, k, sort, nations, d - 100 - pg_temp.lot(n, 9, 300) - (3 - k) * 500 AS starts,
            1 + floor(({load.organisations} - 1) * power(pg_temp.lot(n, 17 + k, 10000) / 10000.0, 2))::int AS o
          FROM p CROSS JOIN generate_series(1, 3) k ORDER BY n, k) x""")
    load.put(
        Employment,
        "post JOIN p USING (n)",
        id=f"{first} + 3 * (n - 1) + k",
        reference="'BE-' || n || '-' || k",
        person="person",
    )
    same = {
        "employment": f"{first} + 3 * (n - 1) + k",
        "organisation": f"{load.start[Organisation]} + o",
        "nations": "nations",
        "post": "'Independent Modern Slavery Advocate'",
        "starts_on": "starts",
        "source": "'bench'",
        "recorded_at": "starts + time '09:00'",
    }
    load.put(
        EmploymentLine,
        "post ORDER BY starts",
        **same,
        id=f"{line} + 3 * (n - 1) + k",
        number="1",
        ends_on="CASE WHEN k = 1 AND n % 10 = 0 THEN NULL ELSE ends END",
    )
    load.put(
        EmploymentLine,
        "post WHERE k = 1 AND n % 10 = 0",
        **same,
        id=f"{line + 3 * load.count} + n",
        number="2",
        ends_on="ends",
    )


def training(load):
    """Study plans, enrolments, everything studied and handed in; half of it by those still in training."""
    first = load.start[Cohort]
    learnt = "p WHERE sort <> 'never'"
    load.put(
        StudyPlan,
        learnt,
        id="plan",
        person="person",
        programme=str(Programme.objects.get().pk),
        nations="nations",
        opened_on="d - 450",
    )
    load.put(
        Enrolment,
        learnt,
        id="enrolment",
        cohort=f"{first} + 1 + n % {load.cohorts}",
        person="person",
        plan="plan",
        student_reference="'BENCH' || n",
        enrolled_on="d - 450",
        state="CASE sort WHEN 'training' THEN 'enrolled' ELSE 'completed' END",
    )
    newest = (
        UnitVersion.objects.order_by("variant_id", "-number")
        .distinct("variant_id")
        .values_list("pk", "variant__nations")
    )
    units = ", ".join(
        f"({o}, {pk}, {literal(Jsonb(where))})" for o, (pk, where) in enumerate(newest)
    )
    load.put(
        Study,
        f"""p CROSS JOIN (VALUES {units}) u(o, version, offered) WHERE sort <> 'never' AND (sort <> 'training' OR o < 15)
            AND offered ?| ARRAY(SELECT jsonb_array_elements_text(nations)) ORDER BY d + o * 12""",
        person="person",
        version="version",
        studied_at="d - 440 + o * 12 + time '10:00'",
    )
    for o, (pk, kind) in enumerate(Assessment.objects.order_by("code").values_list("pk", "kind")):
        at = f"d - 340 + {o} * 70 + time '16:00'"
        same = {
            "assessment": str(pk),
            "enrolment": "enrolment",
            "receipt": f"'RB{o}-' || n",
            "state": "'ratified'",
        }
        source = f"p WHERE sort IN ('ready', 'holder') OR (sort = 'training' AND {o} = 0)"
        if kind == Assessment.QUIZ:
            load.put(QuizAttempt, source, **same, handed_in_at=at, begun_at=at, mark="70")
        else:
            load.put(
                Submission,
                source,
                **same,
                script=f"'SB{o}-' || n",
                submitted_at=at,
                due_at=f"{at} + interval '2 days'",
                size="17990",
                original="'submissions/' || md5(n::text)",
                original_name="'work.pdf'",
                sha256="md5(n::text) || md5(n::text)",
            )
    load.put(
        Award,
        "p WHERE sort IN ('ready', 'holder')",
        id="award",
        enrolment="enrolment",
        board=f"{load.start[Board]} + 1 + n % {load.cohorts}",
        title="'Postgraduate Certificate in Independent Modern Slavery Advocacy'",
        conferred_on="CASE sort WHEN 'ready' THEN d ELSE d - 20 END",
    )


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
                Standing("accredited", ("england",), reasons=(Said("valid", day=now.date()),)),
                Standing(
                    "accredited",
                    ("england", "wales"),
                    reasons=(Said("valid", day=now.date()), Said("fewer_nations")),
                ),
                Standing("between_posts", reasons=(Said("no_post"),)),
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


# ---- what is asked of them ----


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
