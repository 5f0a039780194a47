"""A file of a thousand rows does what the actions do one by one, in few statements and in one short moment, and a kill leaves it whole."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction

from cohorts.approvals.actions import decide_approval
from cohorts.employment.actions import record_post
from cohorts.employment.models import Employment, EmploymentLine
from cohorts.enrolment.actions import (
    change_name,
    change_nations,
    correct_enrolled_on,
    enrol,
    leave,
    make_cohort,
)
from cohorts.enrolment.models import Enrolment
from cohorts.imports.actions import (
    begin_import,
    carry_on_import,
    check_import,
    drop_import,
    imports_under_way,
    write_import,
)
from cohorts.imports.clearing import clear_old_files
from cohorts.imports.models import Import
from cohorts.organisations.actions import add_contact
from cohorts.organisations.models import TelephoneTask
from courses.models import StudyPlan, Timetable
from lms.kit import clock
from lms.kit.refusals import Refused
from lms.people.actions import admit, grant
from lms.people.models import (
    FormerName,
    Invitation,
    Mail,
    Notice,
    NoticeBatch,
    Role,
    RoleGrant,
    User,
)
from lms.people.notices import bring
from lms.record.checking import check
from lms.record.models import Entry
from tests import at_moments

START = date(2025, 9, 22)
HEADER = [
    "cohort",
    "student_reference",
    "given_names",
    "family_name",
    "known_as",
    "email",
    "nations",
    "enrolled_on",
]
POSTS = [
    "entry",
    "email",
    "organisation",
    "post",
    "nations",
    "starts_on",
    "ends_on",
    "line_manager",
    "confirmed_on",
]


def lettered(n):
    return "".join(chr(97 + int(digit)) for digit in str(n)).title()


def person_row(n, **cells):
    row = dict(
        zip(
            HEADER,
            [
                "IMSA-2025-09",
                f"S-{n:04}",
                "Ann",
                lettered(n),
                "",
                f"p{n:04}@test.example",
                "Scotland",
                "2025-09-22",
            ],
            strict=True,
        )
    )
    return list((row | cells).values())


def post_row(n, **cells):
    row = dict(
        zip(
            POSTS,
            [
                f"ER-{n:04}",
                f"p{n:04}@test.example",
                "ORG-01",
                "Advocate",
                "Scotland",
                "2025-09-01",
                "",
                "",
                "2025-09-15",
            ],
            strict=True,
        )
    )
    return list((row | cells).values())


@pytest.fixture
def people_file(cohort_csv):
    return lambda first, last, **cells: cohort_csv(
        *(person_row(n, **cells) for n in range(first, last))
    )


def bring_in(kind, content, by):
    return check_import(kind, f"{kind}.csv", content, by=by)


def written(kind, content, by):
    done = write_import(bring_in(kind, content, by), by=by)
    bring()
    return done


def everything_stored():
    """What a file may change, without what is random or of the moment."""
    numbers = {
        number: f"NUMBER {pk}"
        for pk, number in User.objects.exclude(imsa_number=None).values_list("pk", "imsa_number")
    }

    def masked(text):
        for number, label in numbers.items():
            text = text.replace(number, label)
        return text

    return {
        "people": list(
            User.objects.order_by("pk").values_list(
                "pk", "email", "first_name", "last_name", "known_as", "is_invented"
            )
        ),
        "numbers": sorted(numbers.values()),
        "without a password": [p.has_usable_password() for p in User.objects.order_by("pk")],
        "plans": list(StudyPlan.objects.order_by("pk").values_list()),
        "enrolments": list(Enrolment.objects.order_by("pk").values_list()),
        "grants": list(RoleGrant.objects.order_by("pk").values_list()),
        "timetables": list(Timetable.objects.values_list()),
        "names": list(
            FormerName.objects.order_by("person").values_list(
                "person", "first_name", "last_name", "until_day"
            )
        ),
        "entries": sorted(
            map(
                str,
                Entry.objects.values_list("actor", "action", "thing", "before", "after", "reason"),
            )
        ),
        "notices": sorted(
            (pk, subject, masked(body), url)
            for pk, subject, body, url in Notice.objects.values_list(
                "person", "subject", "body", "url"
            )
        ),
        "mails": sorted(
            Mail.objects.values_list("person", "to", "subject", "notice__subject"), key=str
        ),
        "invitations": sorted(
            Invitation.objects.values_list("person", "address", "made_by", "ended_at")
        ),
        "posts": list(Employment.objects.order_by("pk").values_list()),
        "lines": list(
            EmploymentLine.objects.order_by("pk").values_list(
                *(
                    f.attname
                    for f in EmploymentLine._meta.concrete_fields
                    if f.name != "recorded_at"
                )
            )
        ),
        "calls": list(
            TelephoneTask.objects.order_by("pk").values_list("organisation", "subject", "text")
        ),
    }


def undone(do):
    """What is stored after it; then it is as it was before."""
    with transaction.atomic():
        do()
        found = everything_stored()
        transaction.set_rollback(True)
    return found


@pytest.mark.django_db
def test_a_mixed_file_stores_records_and_says_what_the_actions_do_one_by_one(
    cohort, registrar, by, cohort_csv, enrolment, other_cohort
):
    """SQLite gives the same keys after a rollback, so even the keys are compared."""
    cousin = admit(by=by, email="b-cousin@test.example", first_name="Bea", last_name="Cousin")
    enrol(other_cohort, cousin, ["wales"], "OLD-1", by=by, enrolled_on=START)
    leave(Enrolment.objects.get(person=cousin), by=by, on=START)
    same = admit(by=by, email="d-same@test.example", first_name="Dan", last_name="Same")
    enrol(cohort, same, ["wales"], "S-same", by=by, enrolled_on=START)
    teller = admit(by=by, email="e-tutor@test.example", first_name="Eve", last_name="Tutor")
    grant(teller, Role.TUTOR, by=by, starts_on=START)
    rows = [
        person_row(1, email="a-new@test.example", known_as="Annie"),
        person_row(2, email="b-cousin@test.example", given_names="Bea", family_name="Cousin"),
        person_row(
            3,
            email="d-same@test.example",
            given_names="Dan",
            family_name="Same",
            student_reference="S-same",
            nations="Wales",
        ),
        person_row(
            4,
            email="e-tutor@test.example",
            given_names="Eva",
            family_name="Tutor",
            nations="England",
        ),
        person_row(
            5,
            email="mairi@test.example",
            student_reference="s-1",
            given_names="Màiri",
            family_name="Newname",
            known_as="Mo",
            nations="Scotland; Wales",
            enrolled_on="2025-09-23",
        ),
        person_row(6, email="z-new@test.example", given_names="", family_name="Zed"),
    ]
    made = bring_in("cohort", cohort_csv(*rows), registrar)
    assert [row["verdict"] for row in made.rows] == [
        "new",
        "new",
        "unchanged",
        "new",
        "changed",
        "new",
    ]

    def as_a_file():
        write_import(made, by=registrar)
        bring()

    def one_by_one():
        for row in made.rows:
            values, day = row["values"], date.fromisoformat(row["values"]["enrolled_on"])
            if row["verdict"] == "unchanged":
                continue
            person = admit(
                by=registrar,
                email=values["email"],
                first_name=values["given_names"],
                last_name=values["family_name"],
                known_as=values["known_as"],
            )
            reference = (
                "S-1" if values["student_reference"] == "s-1" else values["student_reference"]
            )
            place = enrol(
                cohort, person, values["nations"], reference, by=registrar, enrolled_on=day
            )
            if (person.first_name, person.last_name, person.known_as) != (
                values["given_names"],
                values["family_name"],
                values["known_as"],
            ):
                change_name(
                    place,
                    values["given_names"],
                    values["family_name"],
                    by=registrar,
                    known_as=values["known_as"],
                )
            if list(place.plan.nations) != values["nations"]:
                change_nations(place, values["nations"], by=registrar, source=f"import:{made.pk}")
            if place.enrolled_on != day:
                correct_enrolled_on(place, day, by=registrar)
        from lms.kit.transitions import make_transition

        make_transition(
            Import.objects.get(pk=made.pk), "write_import", by=registrar, written_at=clock.now()
        )

    assert undone(as_a_file) == undone(one_by_one)


@pytest.fixture
def other_cohort(programme, by):
    return make_cohort(
        "IMSA-2024-09", "Earlier intake", programme, date(2024, 9, 22), date(2026, 9, 30), by=by
    )


@pytest.mark.django_db
def test_what_one_new_row_wrote_before_files_were_written_at_once(cohort, registrar, people_file):
    """Literally, as the actions were called one after another: entries, messages and mails of one person who is new."""
    before = Entry.objects.order_by("pk").last().pk
    written("cohort", people_file(1, 2), registrar)
    person, plan, place = (
        User.objects.get(email="p0001@test.example"),
        StudyPlan.objects.get(),
        Enrolment.objects.get(),
    )
    timetable, number = (
        Timetable.objects.get(),
        User.objects.get(email="p0001@test.example").imsa_number,
    )
    found = Entry.objects.filter(pk__gt=before).values_list(
        "action", "thing", "before", "after", "reason"
    )
    assert sorted(map(str, found)) == sorted(
        map(
            str,
            [
                ("people.admit", f"people.user:{person.pk}", None, None, ""),
                (
                    "courses.open_plan",
                    f"courses.studyplan:{plan.pk}",
                    None,
                    {"person": person.pk, "nations": ["scotland"]},
                    "",
                ),
                (
                    "courses.make_timetable",
                    f"courses.timetable:{timetable.pk}",
                    None,
                    {"code": "IMSA-2025-09"},
                    "",
                ),
                (
                    "courses.follow_timetable",
                    f"courses.studyplan:{plan.pk}",
                    None,
                    timetable.pk,
                    "",
                ),
                ("people.give_number", f"people.user:{person.pk}", None, None, ""),
                ("people.grant", f"people.user:{person.pk}", None, {"role": "learner"}, ""),
                (
                    "cohorts.enrol",
                    f"cohorts.enrolment:{place.pk}",
                    None,
                    {"cohort": "IMSA-2025-09", "nations": ["scotland"]},
                    "",
                ),
                ("people.invite", f"people.user:{person.pk}", None, None, ""),
                (
                    "cohorts.write_import",
                    f"cohorts.import:{Import.objects.get().pk}",
                    "checked",
                    "written",
                    "",
                ),
            ],
        )
    )
    assert {e.actor for e in Entry.objects.filter(pk__gt=before)} == {registrar.record_label}
    notice = Notice.objects.get()
    assert (notice.subject, notice.url, notice.sent_at) == (
        "You are enrolled",
        "/study/",
        None,
    ) and notice.body == (
        f"You are enrolled on PG Cert with Pilot intake, for Scotland. Your IMSA number is {number}. Your first unit is waiting for you."
    )
    assert sorted(Mail.objects.values_list("to", "subject")) == [
        ("p0001@test.example", "IMSA Learning: Set up your account"),
        ("p0001@test.example", "IMSA Learning: You have a new message"),
    ]
    assert (
        number is not None,
        person.has_usable_password(),
        plan.timetable_id,
        RoleGrant.objects.get(person=person).starts_on,
    ) == (True, False, timetable.pk, START)


@pytest.mark.django_db
def test_a_register_file_adds_ends_and_confirms_as_the_action_does(
    cohort, organisation, other_organisation, registrar, officer, by, people_file, register_csv
):
    written("cohort", people_file(1, 6), registrar)
    written("register", register_csv(*(post_row(n) for n in range(1, 5))), registrar)
    grant(officer, Role.EMPLOYER, by=by, starts_on=START)
    add_contact(officer, organisation, by=by, starts_on=START)
    rows = [
        post_row(1),
        post_row(2, confirmed_on="2025-10-01"),
        post_row(3, ends_on="2025-11-30"),
        post_row(4, post="Senior  advocate", ends_on="2025-12-01"),
        post_row(5, organisation="ORG-02"),
    ]
    made = bring_in("register", register_csv(*rows), registrar)
    assert [row["verdict"] for row in made.rows] == [
        "unchanged",
        "changed",
        "changed",
        "changed",
        "new",
    ]

    def as_a_file():
        write_import(made, by=registrar)
        bring()

    def one_by_one():
        from cohorts.imports.register_rows import facts_of
        from cohorts.organisations.models import Organisation
        from lms.kit.transitions import make_transition

        for row in made.rows:
            values = row["values"]
            if row["verdict"] != "unchanged":
                record_post(
                    values["entry"],
                    User.objects.get(email=values["email"]),
                    Organisation.objects.get(code=values["organisation"]),
                    by=registrar,
                    source=f"import:{made.pk}",
                    **facts_of(values),
                )
        make_transition(
            Import.objects.get(pk=made.pk), "write_import", by=registrar, written_at=clock.now()
        )

    assert undone(as_a_file) == undone(one_by_one)
    as_a_file()
    assert Notice.objects.filter(subject="Your post at Lanternby Advocacy ends").count() == 2
    assert Notice.objects.filter(person=officer, subject="A post has been ended").count() == 2


@pytest.mark.django_db
def test_an_organisation_without_contacts_gets_a_call_for_each_post_that_ends(
    cohort, organisation, registrar, people_file, register_csv
):
    written("cohort", people_file(1, 3), registrar)
    written("register", register_csv(post_row(1), post_row(2)), registrar)
    written(
        "register",
        register_csv(post_row(1, ends_on="2025-11-30"), post_row(2, ends_on="2025-11-30")),
        registrar,
    )
    assert TelephoneTask.objects.count() == 2 and not NoticeBatch.objects.exists()


@pytest.mark.django_db
@pytest.mark.slow
def test_a_thousand_rows_take_at_most_six_statements_each(
    cohort, organisation, registrar, people_file, register_csv, cohort_csv
):
    files = [
        ("cohort", people_file(0, 1000)),
        ("register", register_csv(*(post_row(n) for n in range(1000)))),
        ("register", register_csv(*(post_row(n, confirmed_on="2025-10-01") for n in range(1000)))),
        (
            "cohort",
            cohort_csv(
                *(
                    person_row(n, nations="Wales", enrolled_on="2025-09-23", given_names="Bea")
                    for n in range(1000)
                )
            ),
        ),
        (
            "register",
            register_csv(
                *(post_row(n, confirmed_on="2025-10-01", ends_on="2025-12-01") for n in range(1000))
            ),
        ),
    ]
    for kind, content in files:
        made, counted = bring_in(kind, content, registrar), at_moments.Statements()
        with connection.execute_wrapper(counted):
            write_import(made, by=registrar)
            bring()
        assert counted.count <= 6 * 1000, (kind, counted.count)
    assert (
        Enrolment.objects.filter(enrolled_on=date(2025, 9, 23)).count()
        == EmploymentLine.objects.filter(number=3).count()
        == 1000
    )
    assert (
        Notice.objects.filter(subject="You are enrolled").count() == 1000
        and not NoticeBatch.objects.exists()
    )


@pytest.mark.django_db
def test_the_same_file_twice_changes_nothing(cohort, registrar, people_file, unchanged):
    done = written("cohort", people_file(0, 120), registrar)
    watch = unchanged()
    assert (
        write_import(done, by=registrar).state == "written"
        and begin_import(done, by=registrar).state == "written"
    )
    again = bring_in("cohort", people_file(0, 120), registrar)
    assert {row["verdict"] for row in again.rows} == {"unchanged"}
    write_import(again, by=registrar)
    bring()
    watch.check(cohorts_Import=1, record_Entry=1, record_SequencerQueue=1)


# ---- beside other actions ----


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_two_files_at_once_that_share_people_write_one_and_refuse_the_other_whole(
    cohort, registrar, officer, people_file
):
    from .test_files import at_once

    two = [
        bring_in("cohort", people_file(0, 40), registrar),
        bring_in("cohort", people_file(20, 60), officer),
    ]
    answers = at_once(
        *(
            lambda one=one, by=by: write_import(one, by=by)
            for one, by in zip(two, (registrar, officer), strict=True)
        )
    )
    assert sorted(type(a).__name__ for a in answers) == ["Import", "Refused"], answers
    bring()
    assert (
        Enrolment.objects.count() == 40
        and Notice.objects.filter(subject="You are enrolled").count() == 40
    )
    assert sorted(Import.objects.values_list("state", flat=True)) == ["checked", "written"]
    assert Entry.objects.filter(action="people.admit").count() == User.objects.count()
    assert check()["whole"]


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_a_row_that_became_wrong_between_looking_and_writing_refuses_the_whole_file(
    cohort, registrar, by, people_file, unchanged
):
    made = bring_in("cohort", people_file(0, 3), registrar)

    def somebody_is_quicker():
        other = admit(by=by, email="other@test.example", first_name="Someone", last_name="Quick")
        enrol(cohort, other, ["wales"], "S-0001", by=by, enrolled_on=START)
        watch.append(unchanged())

    watch, moment = [], at_moments.At('FROM "courses_timetable"', somebody_is_quicker)
    with (
        connection.execute_wrapper(moment),
        pytest.raises(Refused, match=r"has changed since this file was checked \(row 3\)"),
    ):
        write_import(made, by=registrar)
    assert moment.came
    watch[0].check()
    assert Import.objects.get().state == "checked"


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_what_changed_meanwhile_and_changes_no_verdict_is_taken_up(
    cohort, registrar, by, people_file
):
    """Somebody was given the role of a trainee after the file was made ready: it is given once, and the file is written."""
    known = admit(by=by, email="p0001@test.example", first_name="Ann", last_name=lettered(1))
    made = bring_in("cohort", people_file(0, 3), registrar)
    moment = at_moments.At(
        'FROM "courses_timetable"',
        lambda: grant(User.objects.get(pk=known.pk), Role.LEARNER, by=by, starts_on=START),
    )
    with connection.execute_wrapper(moment):
        assert write_import(made, by=registrar).state == "written"
    assert (
        moment.came
        and RoleGrant.objects.filter(person=known, role=Role.LEARNER).count() == 1
        and Enrolment.objects.count() == 3
    )


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_file_that_is_being_written_locks_no_row_that_others_share(
    cohort, organisation, registrar, by, people_file, register_csv
):
    """In the middle of the transaction somebody else enrols into the cohort, approves the employer and records a post there."""
    written("cohort", people_file(100, 101), registrar)  # the timetable is there

    def others():
        other = admit(by=by, email="other@test.example", first_name="Someone", last_name="Else")
        enrol(cohort, other, ["wales"], "S-other", by=by, enrolled_on=START)
        decide_approval(organisation, "approved", START, "", by=by)
        record_post(
            "ER-other",
            other,
            organisation,
            "Advocate",
            ["wales"],
            START,
            None,
            "",
            None,
            by=by,
            source="test",
        )

    moment = at_moments.At('INSERT INTO "record_entry"', others)
    made = bring_in("cohort", people_file(0, 3), registrar)
    with connection.execute_wrapper(moment):
        write_import(made, by=registrar)
    assert moment.came and Enrolment.objects.count() == 5

    def more():
        decide_approval(organisation, "suspended", START + timedelta(days=1), "why", by=by)
        record_post(
            "ER-more",
            User.objects.get(email="other@test.example"),
            organisation,
            "Manager",
            ["wales"],
            START,
            None,
            "",
            None,
            by=by,
            source="test",
        )

    moment = at_moments.At('INSERT INTO "record_entry"', more)
    made = bring_in("register", register_csv(*(post_row(n) for n in range(3))), registrar)
    with connection.execute_wrapper(moment):
        write_import(made, by=registrar)
    assert moment.came and Employment.objects.count() == 5


# ---- killed ----

CARRY_ON = """
from cohorts.imports.actions import imports_under_way, carry_on_import
[carry_on_import(file) for file in imports_under_way()]
"""


@pytest.mark.slow
@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_killed_at_any_moment_it_is_written_whole_or_not_at_all_and_goes_on(
    cohort, registrar, people_file, unchanged, tmp_path
):
    """A real process, SIGKILL: while it makes ready, in the middle of the rows, in the middle of the entries, before anybody is told."""
    made = bring_in("cohort", people_file(0, 130), registrar)
    begin_import(made, by=registrar)
    watch = unchanged()
    for words in (
        'SET "ready"',
        'INSERT INTO "cohorts_enrolment"',
        'INSERT INTO "people_noticebatch"',
    ):
        at_moments.killed_at(words, CARRY_ON, tmp_path / "home")
        watch.check()
        assert Import.objects.get().state == "writing"
    at_moments.killed_at('INSERT INTO "people_mail"', CARRY_ON, tmp_path / "home")
    assert (Import.objects.get().state, Enrolment.objects.count(), Notice.objects.count()) == (
        "written",
        130,
        0,
    )
    assert NoticeBatch.objects.count() == 1
    assert [carry_on_import(file) for file in imports_under_way()] == [] and bring() == 260
    told = Notice.objects.filter(subject="You are enrolled")
    assert (
        told.count()
        == len(set(told.values_list("person", flat=True)))
        == Invitation.objects.count()
        == 130
    )
    assert Mail.objects.count() == 260 and not NoticeBatch.objects.exists()
    assert (
        Entry.objects.filter(action="cohorts.enrol").count() == 130
        and Entry.objects.filter(action="cohorts.write_import").count() == 1
    )
    assert check()["whole"]


# ---- its page ----


@pytest.mark.django_db
def test_a_long_file_is_written_by_the_worker_and_its_page_follows(
    cohort, registrar, people_file, signed_in
):
    from lms.kit.worker.turns import work_once

    client, made = signed_in(registrar), bring_in("cohort", people_file(0, 101), registrar)
    address = f"/registry/imports/{made.pk}/"
    text = client.post(f"{address}write/", follow=True).content.decode()
    assert (
        not Enrolment.objects.exists()
        and "0 of 101 made ready" in text
        and "Nothing is written until every row is ready" in text
    )
    assert (
        "data-going" in text
        and "js/going" in text
        and "Look again" in text
        and "Nothing goes on at the moment" not in text
    )
    assert (
        client.post(f"{address}write/", follow=True).status_code == 200
        and Import.objects.get().state == "writing"
    )
    with clock.at(clock.now() + timedelta(minutes=2)):
        assert "Nothing goes on at the moment" in client.get(address).content.decode()
    said = work_once()
    assert said["files"] == 1 and Enrolment.objects.count() == 101
    assert Entry.objects.get(action="cohorts.write_import").actor == registrar.record_label, (
        "on behalf of whoever pressed"
    )
    text = client.get(address).content.decode()
    assert (
        "Written on" in text
        and "data-going" not in text
        and Notice.objects.filter(subject="You are enrolled").count() == 101
    )


@pytest.mark.django_db
def test_a_long_file_that_became_wrong_says_so_on_its_page_and_writes_nothing(
    cohort, registrar, by, people_file, signed_in, unchanged
):
    client, made = signed_in(registrar), bring_in("cohort", people_file(0, 101), registrar)
    address = f"/registry/imports/{made.pk}/"
    client.post(f"{address}write/")
    other = admit(by=by, email="other@test.example", first_name="Someone", last_name="Quick")
    enrol(cohort, other, ["wales"], "S-0007", by=by, enrolled_on=START)
    watch = unchanged()
    assert [carry_on_import(file) for file in imports_under_way()] == [False]
    watch.check(record_Entry=1, record_SequencerQueue=1)
    assert "has changed since this file was checked (row 9)" in client.get(address).content.decode()
    client.post(f"{address}check/")
    text = client.get(address).content.decode()
    assert (
        "has changed since this file was checked" not in text
        and "1 of 101 rows cannot be written" in text
    )


@pytest.mark.django_db
def test_a_long_file_can_be_dropped_while_it_waits(cohort, registrar, people_file, signed_in):
    client, made = signed_in(registrar), bring_in("cohort", people_file(0, 101), registrar)
    client.post(f"/registry/imports/{made.pk}/write/")
    client.post(f"/registry/imports/{made.pk}/drop/")
    assert imports_under_way() == [] and Import.objects.get().state == "dropped"
    with pytest.raises(Refused, match="was dropped"):
        write_import(made, by=registrar)
    assert not Enrolment.objects.exists()


@pytest.mark.django_db
def test_who_lost_the_role_has_nothing_written_on_their_behalf(cohort, registrar, by, people_file):
    from lms.people.actions import end_grants

    made = bring_in("cohort", people_file(0, 3), registrar)
    begin_import(made, by=registrar)
    end_grants(
        User.objects.get(pk=registrar.pk),
        Role.REGISTRAR,
        by=by,
        on=clock.today() - timedelta(days=1),
    )
    assert [carry_on_import(file) for file in imports_under_way()] == [False]
    held = Import.objects.get()
    assert held.state == "checked" and "Only" in held.why_not and not Enrolment.objects.exists()


@pytest.mark.both_engines
@pytest.mark.django_db
def test_a_year_later_no_file_holds_a_name(cohort, registrar, by, people_file, signed_in):
    done = written("cohort", people_file(1, 3), registrar)
    left, begun = (bring_in("cohort", people_file(*some), registrar) for some in ((3, 5), (5, 7)))
    begin_import(begun, by=registrar)
    now = clock.now()
    with clock.at(now + timedelta(days=364)):
        assert clear_old_files(by=by) == 0
    with clock.at(now + timedelta(days=366)):
        assert [clear_old_files(by=by) for _ in range(2)] == [2, 0]
    done, left, begun = (Import.objects.get(pk=one.pk) for one in (done, left, begun))
    assert (done.state, done.rows, done.counts["new"]) == ("written", [], 2)
    assert (left.state, left.rows) == ("dropped", [])
    assert begun.rows, "the worker writes it yet"
    actions = {"cohorts.clear_import", "cohorts.drop_import"}
    assert {e.action for e in Entry.objects.filter(action__in=actions)} == actions
    page = signed_in(registrar).get(f"/registry/imports/{done.pk}/").content.decode()
    assert "Its rows were removed a year later" in page


@pytest.mark.both_engines
@pytest.mark.django_db
@pytest.mark.parametrize("other", [write_import, drop_import])
def test_a_file_that_two_write_at_once_is_written_once_whatever_was_read_between(
    people_file, cohort, registrar, by, other
):
    made = bring_in("cohort", people_file(1, 4), registrar)
    answers = list(
        at_moments.before_each_statement(
            lambda: write_import(Import.objects.get(pk=made.pk), by=registrar).state,
            lambda: other(Import.objects.get(pk=made.pk), by=by),
        )
    )
    assert len(answers) > 10
    words = {
        write_import: {"written"},
        drop_import: {"This file was dropped. Bring it again to write it."},
    }
    assert set(map(str, answers)) == words[other]
