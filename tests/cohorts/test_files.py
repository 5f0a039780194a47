"""A checked file is written once and whole, or not at all."""

import threading
from datetime import date

import pytest
from django.db import connection

from cohorts.approvals.actions import decide_approval
from cohorts.employment.actions import confirm_post, end_post
from cohorts.employment.models import EmploymentLine
from cohorts.enrolment.actions import enrol
from cohorts.enrolment.models import Enrolment
from cohorts.imports.actions import check_import, drop_import, recheck_import, write_import
from cohorts.imports.models import Import
from lms.kit.refusals import Refused
from lms.people.models import Notice, User
from lms.people.roles import Operator
from lms.record.models import Entry

START = date(2025, 9, 22)


def bring(kind, content, by):
    return check_import(kind, f"{kind}.csv", content, by=by)


def verdicts(import_):
    return [row["verdict"] for row in import_.rows]


@pytest.mark.django_db
def test_a_dry_run_writes_nothing_but_the_file(cohort, registrar, cohort_csv, unchanged):
    watch = unchanged()
    made = bring("cohort", cohort_csv(), registrar)
    assert (
        verdicts(made) == ["new"]
        and made.rows[0]["summary"] == "Màiri NicDhòmhnaill joins Pilot intake for Scotland."
    )
    watch.check(cohorts_Import=1)


@pytest.mark.django_db
def test_both_files_are_written_and_the_same_again_changes_nothing(
    cohort, organisation, registrar, cohort_csv, register_csv, unchanged
):
    for kind, content in (("cohort", cohort_csv()), ("register", register_csv())):
        done = write_import(bring(kind, content, registrar), by=registrar)
        assert done.state == "written" and done.written_at
    assert Enrolment.objects.get().person.email == "mairi@test.example"
    line = EmploymentLine.objects.get()
    assert (line.starts_on, line.line_manager, line.source) == (
        date(2025, 9, 1),
        "boss@lanternby.example",
        f"import:{done.pk}",
    )
    notices = Notice.objects.count()
    for kind, content in (("cohort", cohort_csv()), ("register", register_csv())):
        again = bring(kind, content, registrar)
        assert verdicts(again) == ["unchanged"]
        write_import(again, by=registrar)
    assert (EmploymentLine.objects.count(), Enrolment.objects.count(), Notice.objects.count()) == (
        1,
        1,
        notices,
    )
    watch = unchanged()
    write_import(again, by=registrar)
    watch.check()


@pytest.mark.django_db
def test_changes_are_shown_before_and_after_and_then_so(
    enrolment, post, registrar, cohort_csv, cohort_row, register_csv, register_row
):
    changed = cohort_row(
        nations="Scotland; England",
        family_name="NicDhomhnaill",
        known_as="Mo",
        enrolled_on="2025-09-23",
    )
    made = bring("cohort", cohort_csv(changed), registrar)
    assert made.rows[0]["changes"] == [
        ["Family name", "NicDhòmhnaill", "NicDhomhnaill"],
        ["Known as", "Not given", "Mo"],
        ["Nations", "Scotland", "England and Scotland"],
        ["First day", "22 September 2025", "23 September 2025"],
    ]
    write_import(made, by=registrar)
    enrolment = Enrolment.objects.select_related("plan", "person").get()
    assert (enrolment.plan.nations, enrolment.enrolled_on) == (
        ["england", "scotland"],
        date(2025, 9, 23),
    )
    assert (enrolment.person.last_name, enrolment.person.known_as) == ("NicDhomhnaill", "Mo")
    made = bring("register", register_csv(register_row(ends_on="2025-11-30")), registrar)
    assert made.rows[0]["changes"] == [
        ["Last day", "still in post", "30 November 2025"],
        ["Confirmed", "1 September 2025", "15 September 2025"],
    ]
    write_import(made, by=registrar)
    assert EmploymentLine.objects.last().ends_on == date(2025, 11, 30)


@pytest.mark.django_db
def test_an_old_file_does_not_open_an_ended_post_or_take_a_confirmation_back(
    post, registrar, register_csv, register_row, by
):
    confirm_post(post.employment, by=by, on=date(2025, 10, 1))
    [row] = bring("register", register_csv(register_row()), registrar).rows
    assert row["verdict"] == "unchanged"
    end_post(post.employment, date(2025, 11, 30), by=by, reason="left")
    [row] = bring("register", register_csv(register_row()), registrar).rows
    assert (
        row["verdict"] == "refused" and "A file does not open it again" in row["reasons"][0]["why"]
    )


@pytest.mark.django_db
def test_a_left_out_row_or_column_changes_nothing(
    enrolment, post, by, registrar, register_csv, cohort_csv, person_with
):
    header = ["entry", "email", "organisation", "post", "nations", "starts_on", "ends_on"]
    short = register_csv(
        ["ER-1", "mairi@test.example", "ORG-01", "Advocate", "Scotland", "2025-09-01", ""],
        header=header,
    )
    assert verdicts(bring("register", short, registrar)) == ["unchanged"]
    other = bring(
        "cohort",
        cohort_csv(
            ["IMSA-2025-09", "S-2", "Ann", "Other", "", "ann@test.example", "Wales", "2025-09-22"]
        ),
        registrar,
    )
    write_import(other, by=registrar)
    enrolment.refresh_from_db()
    assert enrolment.state == "enrolled" and Enrolment.objects.count() == 2


@pytest.mark.django_db
def test_one_refused_row_keeps_all_from_being_written(
    cohort, registrar, cohort_csv, cohort_row, unchanged
):
    made = bring(
        "cohort",
        cohort_csv(cohort_row(), cohort_row(email="x", student_reference="S-2")),
        registrar,
    )
    watch = unchanged()
    with pytest.raises(Refused, match="1 of 2 rows cannot be written, so none is"):
        write_import(made, by=registrar)
    watch.check()
    assert Import.objects.get().state == "checked"


@pytest.mark.django_db
def test_a_world_that_changed_since_the_check_refuses_and_checking_again_mends_it(
    cohort, trainee, registrar, by, cohort_csv, unchanged
):
    made = bring("cohort", cohort_csv(), registrar)
    enrol(cohort, trainee, ["wales"], "S-1", by=by, enrolled_on=START)
    watch = unchanged()
    with pytest.raises(Refused, match=r"has changed since this file was checked \(row 2\)"):
        write_import(made, by=registrar)
    watch.check()
    recheck_import(made, by=registrar)
    made.refresh_from_db()
    assert made.rows[0]["changes"] == [["Nations", "Wales", "Scotland"]]
    assert write_import(made, by=registrar).state == "written"
    assert Enrolment.objects.get().plan.nations == ["scotland"]


@pytest.mark.django_db
def test_a_dropped_file_is_forgotten_and_never_written(cohort, registrar, cohort_csv, unchanged):
    made = bring("cohort", cohort_csv(), registrar)
    assert drop_import(made, by=registrar).rows == []
    watch = unchanged()
    drop_import(made, by=registrar)
    with pytest.raises(Refused, match="was dropped"):
        write_import(made, by=registrar)
    watch.check()


@pytest.mark.django_db
def test_whom_the_demonstration_brings_is_invented_and_nobody_else(
    cohort, registrar, cohort_csv, cohort_row
):
    for number, (by, is_invented) in enumerate(
        ((Operator("seed_demo"), True), (Operator("import_cohort"), False), (registrar, False))
    ):
        email = f"p{number}@test.example"
        write_import(
            bring(
                "cohort", cohort_csv(cohort_row(email=email, student_reference=f"N-{number}")), by
            ),
            by=by,
        )
        assert User.objects.get(email=email).is_invented is is_invented


def at_once(*actions):
    """Run the actions in threads that start together; their answers, or what they raised."""
    answers, gate = [None] * len(actions), threading.Barrier(len(actions))

    def run(number, action):
        try:
            gate.wait(10)
            answers[number] = action()
        except Exception as raised:
            answers[number] = raised
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_two_people_pressing_write_at_once_make_one_action(cohort, registrar, officer, cohort_csv):
    made = bring("cohort", cohort_csv(), registrar)
    answers = at_once(
        *(
            lambda by=by: write_import(Import.objects.get(pk=made.pk), by=by)
            for by in (registrar, officer)
        )
    )
    assert [a.state for a in answers] == ["written", "written"], answers
    assert Enrolment.objects.count() == 1
    assert Entry.objects.filter(action="cohorts.write_import").count() == 1
    assert Notice.objects.filter(subject="You are enrolled").count() == 1


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_two_people_writing_the_same_rows_from_two_files_make_one_action(
    cohort, organisation, registrar, officer, cohort_csv, register_csv
):
    two = [bring("cohort", cohort_csv(), by) for by in (registrar, officer)]
    answers = at_once(
        *(
            lambda one=one, by=by: write_import(one, by=by)
            for one, by in zip(two, (registrar, officer), strict=True)
        )
    )
    assert sorted(type(a).__name__ for a in answers) == ["Import", "Refused"], answers
    assert Enrolment.objects.count() == 1
    two = [bring("register", register_csv(), by) for by in (registrar, officer)]
    answers = at_once(
        *(
            lambda one=one, by=by: write_import(one, by=by)
            for one, by in zip(two, (registrar, officer), strict=True)
        )
    )
    assert sorted(type(a).__name__ for a in answers) == ["Import", "Refused"], answers
    assert EmploymentLine.objects.count() == 1


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_two_officers_deciding_and_ending_at_once_make_one_line_each(
    organisation, post, registrar, officer
):
    answers = at_once(
        *(
            lambda: decide_approval(organisation, "approved", START, "", by=officer)
            for _ in range(2)
        )
    )
    assert len({a.pk for a in answers}) == 1 and organisation.approvals.count() == 1
    answers = at_once(
        *(
            lambda by=by: end_post(post.employment, date(2025, 11, 30), by=by, reason="left")
            for by in (registrar, officer)
        )
    )
    assert len({a.pk for a in answers}) == 1 and EmploymentLine.objects.count() == 2
