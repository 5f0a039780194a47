"""People, who employs them and where they learn."""

import time

from psycopg.types.json import Jsonb

from assessments.attempts.models import Attempt
from assessments.deciding.models import Award, Board
from assessments.setting.models import Assessment
from assessments.taking.models import QuizAttempt, Submission
from benchmarks.figures import tell
from cohorts.employment.models import Employment, EmploymentLine
from cohorts.enrolment.models import Cohort, Enrolment
from cohorts.organisations.models import Approval, Organisation
from courses.models import Programme, Study, StudyPlan, UnitVersion
from lms.kit import clock, codes
from lms.people.models import User

from .rows import ALL, SPREAD, literal

GIVEN = "Ada Aisha Alasdair Amara Anwen Bronagh Callum Catrin Chidi Ciarán Dafydd Eilidh Farah Gwen Hana Ifan Jamal Kofi Lucía Màiri"
BEGINS = "Ash Black Brad Broad Clay Clif Dun Elm Fair Glen Hart Hol Kirk Lang Mar Nor Oak Pem Rad Sel Stan Thorn Wes Whit Win"
ENDS = (
    "bourne bury by croft dale field ford ham hurst ington leigh ley ton wall well wick wood worth"
)
WHOLE = (
    "Adeyemi Ó’Briain MacLeòid Llwyd-Price Nguyễn Okafor Szabó Żeleński van-Dijk Kaur Hussain Begum"
)


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
        attempt = f"{load.start[Attempt]} + {o} * {load.count} + n"
        load.put(
            Attempt,
            source,
            id=attempt,
            assessment=same["assessment"],
            enrolment=same["enrolment"],
            opened_at=at,
        )
        same["attempt"] = attempt
        if kind == Assessment.QUIZ:
            load.put(QuizAttempt, source, **same, handed_in_at=at, begun_at=at, mark="70")
        else:
            load.put(
                Submission,
                source,
                **same,
                script=f"'SB{o}-' || n",
                submitted_at=at,
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
