"""Everybody at once, table by table."""

from django.db import connection, transaction

from assessments.attempts.models import Attempt
from assessments.deciding.models import Award, Board
from assessments.taking.models import QuizAttempt, Submission
from certificates.models import Certificate, Check
from cohorts.employment.models import Employment, EmploymentLine
from cohorts.enrolment.models import Cohort, Enrolment
from cohorts.organisations.models import Organisation
from courses.models import Study, StudyPlan
from lms.people.models import User

from .accreditation import certificates, decisions, questions_asked
from .people import employers, people, posts, training
from .rows import Loader, bare


def populate(count):
    """`count` people with all that the register knows of them."""
    loaded = (
        Study,
        Attempt,
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
            Attempt,
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
