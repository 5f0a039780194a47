"""A rule that held when a script was given out is asked again at every action on it; then the registrars are told, once."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from assessments.deciding.actions.boards import ratify
from assessments.deciding.models import ExaminerReport
from assessments.marking.actions.allocation import allocate, allocate_third
from assessments.marking.actions.marks import save_marks
from assessments.marking.actions.marks import seal as seal_marks
from assessments.marking.conflicts import conflicts
from assessments.marking.models import Allocation
from assessments.marking.queries import needing_another_marker
from cohorts.approvals.actions import decide_approval
from cohorts.employment.actions import record_post
from cohorts.organisations.actions import add_organisation
from cohorts.organisations.models import Contact
from lms.kit.refusals import NotAllowed, Refused
from lms.people.actions import grant
from lms.people.models import FormerName, Notice, Role, RoleGrant, User
from lms.record.models import Entry

from .scene import DAY, OP, person, seal, sign_in

ONE = timedelta(days=1)


@pytest.fixture
def host(scene):
    made = add_organisation("HOST", "Host of Testing", ["scotland"], "", by=OP)
    decide_approval(made, "approved", date(2026, 1, 1), "", by=OP)
    return made


def post(
    number,
    someone,
    host,
    manager="boss@elsewhere.example",
    starts_on=date(2026, 1, 1),
    ends_on=None,
):
    return record_post(
        number,
        someone,
        host,
        "Advocate",
        ["scotland"],
        starts_on,
        ends_on,
        manager,
        None,
        by=OP,
        source="test",
    )


def line_manager(scene, host):
    post("P-1", scene.author, host, scene.agnes.email.upper())


def contact(scene, host):
    post("P-1", scene.author, host)
    Contact.objects.create(person=scene.agnes, organisation=host, starts_on=date(2026, 1, 1))


def colleague(scene, host):
    post("P-1", scene.author, host)
    post("P-2", scene.agnes, host)


def classmate(scene, host):
    scene.enrol(scene.agnes, "REF-AGNES")


def reader_of_the_note(scene, host):
    grant(scene.agnes, Role.REGISTRAR, by=OP, starts_on=DAY)
    submission = scene.enrolment.submissions.get()
    submission.note_read_by = scene.agnes
    submission.save(update_fields=["note_read_by"])


def examiner(scene, host):
    board = scene.board(confirmed=False)
    ExaminerReport.objects.create(
        board=board, number=1, examiner=scene.agnes, opinion="not_sound", comment="Look again."
    )


TIES = [line_manager, contact, colleague, classmate, reader_of_the_note, examiner]
each_tie = pytest.mark.parametrize("tie", TIES, ids=lambda tie: tie.__name__)


def state(task):
    return (
        Allocation.objects.filter(pk=task.pk)
        .values("marks", "comment", "state", "total", "sealed_at")
        .get()
    )


@each_tie
def test_who_is_tied_to_the_author_is_not_given_the_script_and_not_suggested(scene, host, tie):
    submission = scene.hand_in()
    tie(scene, host)
    with pytest.raises(Refused, match="Choose someone else"):
        allocate(submission, scene.agnes, scene.tomasz, by=scene.registrar)
    assert not Allocation.objects.exists()
    row = sign_in(Client(), scene.registrar).get("/registry/allocation/").context["rows"][0]
    assert {row["first"], row["second"]} == {scene.tomasz.pk, scene.helen.pk}


@each_tie
def test_a_tie_made_after_allocation_stops_every_action_and_registrars_are_told_once(
    scene, host, tie
):
    task, _ = scene.allocate(scene.hand_in())
    save_marks(task, {"law": 60}, "So far.", by=scene.agnes)
    tie(scene, host)
    before, url, client = (
        state(task),
        f"/marking/{task.submission.script}/",
        sign_in(Client(), scene.agnes),
    )
    assert client.get(f"{url}file/").status_code == 403, (
        "the first of them to be tried tells the registrars"
    )
    for answer in (
        client.get(url),
        client.get(f"{url}view/"),
        client.get(f"{url}seal/"),
        client.post(url, {"mark-law": "10", "comment": "x", "action": "save"}),
        client.post(f"{url}seal/", {"mark-law": "10", "mark-role": "10", "comment": "x"}),
    ):
        assert answer.status_code == 403
        page = answer.content.decode().partition("<main")[2]
        assert (
            "another marker" in page
            and "manages" not in page
            and "employer" not in page
            and "cohort" not in page
        )
    for action in (save_marks, seal_marks):
        with pytest.raises(NotAllowed, match="can no longer mark"):
            action(task, marks={"law": 10, "role": 10}, comment="x", by=scene.agnes)
    assert state(task) == before
    assert Notice.objects.filter(subject__contains="needs another marker").count() == 1
    told = Notice.objects.get(
        person=scene.registrar, subject=f"Script {task.submission.script} needs another marker"
    )
    assert "Quuxington" not in told.body and "Agnes" in told.body
    assert Entry.objects.filter(action="assessments.report_conflict").count() == 1
    shown = sign_in(Client(), scene.registrar).get("/registry/allocation/")
    assert [task.submission.script for task, _ in shown.context["stopped"]] == [
        task.submission.script
    ]
    # The other marker goes on, and nothing is agreed without a second mark.
    seal(Allocation.objects.get(stage="second"), 62)
    task.submission.refresh_from_db()
    assert task.submission.state == "marking"


def test_what_was_sealed_before_the_tie_stands_and_reports_nothing(scene, host):
    task, _ = scene.allocate(scene.hand_in())
    seal(task, 60)
    line_manager(scene, host)
    url = f"/marking/{task.submission.script}/"
    client = sign_in(Client(), scene.agnes)
    assert {client.get(url).status_code, client.get(f"{url}file/").status_code} == {200}
    assert not Notice.objects.filter(subject__contains="needs another marker").exists()


def test_a_action_alone_tells_the_registrars_too(scene, host):
    """Nobody opened the page: the seal itself meets the rule, and its refusal undoes no report."""
    task, _ = scene.allocate(scene.hand_in())
    line_manager(scene, host)
    with pytest.raises(NotAllowed):
        seal(task, 60)
    assert (
        Notice.objects.filter(
            person=scene.registrar, subject__contains="needs another marker"
        ).count()
        == 1
    )


def test_a_third_marker_is_asked_again(scene, host):
    submission = scene.mark(scene.hand_in(), 40, 70)
    task = allocate_third(submission, scene.helen, by=scene.registrar)
    post("P-1", scene.author, host, scene.helen.email)
    with pytest.raises(NotAllowed):
        seal(task, 55)
    submission.refresh_from_db()
    assert submission.state == "third" and submission.lines.count() == 2


def test_a_line_manager_of_a_while_in_between_still_does_not_mark(scene, host):
    """The post began after the work was handed in and is over today."""
    from lms.kit import clock

    task, _ = scene.allocate(scene.hand_in())
    post(
        "P-1",
        scene.author,
        host,
        scene.agnes.email,
        DAY + timedelta(days=2),
        DAY + timedelta(days=4),
    )
    seal(Allocation.objects.get(stage="second"), 60)
    with clock.at(DAY + timedelta(days=10)), pytest.raises(NotAllowed):
        seal(task, 60)


def test_ties_that_ended_before_the_work_was_handed_in_do_not_count(scene, host):
    old = date(2026, 1, 31)
    post("P-1", scene.author, host, scene.agnes.email, date(2026, 1, 1), old)
    post("P-2", scene.agnes, host)
    Contact.objects.create(
        person=scene.agnes, organisation=host, starts_on=date(2026, 1, 1), ends_on=old
    )
    assert scene.allocate(scene.hand_in())


@pytest.mark.parametrize(
    "starts, ends, counts",
    [
        (DAY - 30 * ONE, DAY - ONE, False),
        (DAY - 30 * ONE, DAY, True),
        (DAY, None, True),
        (DAY + ONE, None, False),
    ],
)
def test_a_line_manager_counts_from_the_first_day_to_the_last(scene, host, starts, ends, counts):
    submission = scene.hand_in()
    post("P-1", scene.author, host, scene.agnes.email, starts, ends)
    assert bool(conflicts([submission], [scene.agnes, scene.tomasz])) is counts


def test_a_line_manager_whose_own_address_has_capitals_is_one_too(scene, host):
    submission = scene.hand_in()
    post("P-1", scene.author, host, scene.agnes.email)
    scene.agnes.email = "Agnes@TEST.example"
    assert conflicts([submission], [scene.agnes])


@pytest.mark.parametrize("ends, counts", [(DAY - ONE, False), (DAY, True)])
@pytest.mark.parametrize("tie", ["contact", "colleague"])
def test_a_tie_of_the_markers_own_that_was_over_before_does_not_count(
    scene, host, tie, ends, counts
):
    """The author works there still; what the marker had to do with it is over."""
    submission = scene.hand_in()
    post("P-1", scene.author, host)
    if tie == "contact":
        Contact.objects.create(
            person=scene.agnes, organisation=host, starts_on=date(2026, 1, 1), ends_on=ends
        )
    else:
        post("P-2", scene.agnes, host, ends_on=ends)
    assert bool(conflicts([submission], [scene.agnes])) is counts


@pytest.mark.parametrize("hour, counts", [(22, True), (23, False)])
def test_the_day_of_handing_in_is_londons(scene, host, hour, counts):
    """Handed in at half past midnight of 2 July, British Summer Time: who managed them until 1 July did so before."""
    submission = scene.hand_in()
    post("P-1", scene.author, host, scene.agnes.email, date(2026, 1, 1), date(2026, 7, 1))
    submission.submitted_at = datetime(2026, 7, 1, hour, 30, tzinfo=UTC)
    assert bool(conflicts([submission], [scene.agnes])) is counts


def test_a_conflict_recorded_by_mistake_is_over_when_the_register_is_put_right(scene):
    task, _ = scene.allocate(scene.hand_in())
    enrolment = scene.enrol(scene.agnes, "REF-AGNES")
    with pytest.raises(NotAllowed):
        seal(task, 60)
    enrolment.cohort = actions_cohort(scene)
    enrolment.save(update_fields=["cohort"])
    assert needing_another_marker(scene.registrar) == []
    assert not sign_in(Client(), scene.registrar).get("/registry/allocation/").context["stopped"]
    seal(task, 60)
    assert Allocation.objects.get(pk=task.pk).conflict_reported_at is None


def actions_cohort(scene):
    from cohorts.enrolment.actions import make_cohort

    return make_cohort(
        "T2027", "Another cohort", scene.programme, date(2026, 9, 1), date(2027, 8, 31), by=OP
    )


def test_a_script_whose_marker_is_no_tutor_any_more_stands_before_the_registrar(scene):
    task, _ = scene.allocate(scene.hand_in())
    RoleGrant.objects.filter(person=scene.agnes, role=Role.TUTOR).update(
        ends_on=DAY - timedelta(days=1)
    )
    scene.agnes.__dict__.pop("_roles_today", None)
    with pytest.raises(NotAllowed, match="Only a tutor"):
        seal(task, 60)
    client = sign_in(Client(), scene.registrar)
    shown = client.get("/registry/allocation/")
    assert [why for _, why in shown.context["stopped"]] == ["Given Agnes is not a tutor."]
    assert "Script needs another marker" in client.get("/registry/").content.decode()


# ---- one person, two offices ----


def test_a_registrar_who_marks_gives_nothing_to_themselves_and_does_not_see_the_board(scene):
    grant(scene.agnes, Role.REGISTRAR, by=OP, starts_on=DAY)
    submission = scene.hand_in()
    for pair in ((scene.agnes, scene.tomasz), (scene.tomasz, scene.agnes)):
        with pytest.raises(NotAllowed, match="allocate a script to yourself"):
            allocate(submission, *pair, by=scene.agnes)
    assert not Allocation.objects.exists()
    client = sign_in(Client(), scene.agnes)
    row = client.get("/registry/allocation/").context["rows"][0]
    assert scene.agnes.pk not in {row["first"], row["second"]}
    tasks = scene.allocate(submission)
    seal(tasks[1], 61)
    board = scene.board()
    assert client.get(f"/boards/{board.pk}/").status_code == 403, (
        "the other's mark stands there before she has sealed"
    )
    with pytest.raises(NotAllowed, match="You mark scripts of this cohort"):
        ratify(board, by=scene.agnes, chair="Prof. Chair")
    board.refresh_from_db()
    assert board.state == "called"


def test_a_registrar_is_no_third_marker_for_they_see_the_two_marks(scene):
    submission = scene.mark(scene.hand_in(), 40, 70)
    task = allocate_third(submission, scene.helen, by=scene.registrar)
    grant(scene.helen, Role.REGISTRAR, by=OP, starts_on=DAY)
    scene.helen.__dict__.pop("_roles_today", None)
    with pytest.raises(NotAllowed, match="can no longer mark"):
        seal(task, 55)
    other = scene.mark(scene.hand_in(scene.portfolio, seed="p"), 40, 70)
    with pytest.raises(Refused, match="can see the first two marks"):
        allocate_third(other, scene.helen, by=scene.registrar)
    row = sign_in(Client(), scene.registrar).get("/registry/allocation/").context["thirds"][0]
    assert row["third"] is None


def test_nobody_both_confirms_the_sample_and_records_the_board(scene):
    scene.everything_marked()
    board = scene.board()
    grant(scene.examiner, Role.REGISTRAR, by=OP, starts_on=DAY)
    scene.examiner.__dict__.pop("_roles_today", None)
    with pytest.raises(NotAllowed, match="You confirmed the sample"):
        ratify(board, by=scene.examiner, chair="Prof. Chair")
    board.refresh_from_db()
    assert board.state == "called" and not board.decisions.exists()
    assert ratify(board, by=scene.registrar, chair="Prof. Chair").state == "ratified"


def test_registrars_who_wrote_or_mark_the_work_are_not_told_of_its_markers(scene, host):
    for someone in (scene.author, scene.tomasz):
        grant(someone, Role.REGISTRAR, by=OP, starts_on=DAY)
    other = person("other", Role.REGISTRAR)
    task, _ = scene.allocate(scene.hand_in())
    line_manager(scene, host)
    with pytest.raises(NotAllowed):
        seal(task, 60)
    told = Notice.objects.filter(subject__contains="needs another marker").values_list(
        "person", flat=True
    )
    assert set(told) == {scene.registrar.pk, other.pk}


@pytest.mark.both_engines
@pytest.mark.parametrize("trait", ["mailbox", "name", "former name"])
def test_an_account_that_may_be_the_authors_other_one_marks_none_of_their_work(scene, trait):
    """The registrar who allocates is not told why: it would say whose script it is."""
    author = scene.author
    second = person("second-account", Role.TUTOR)
    if trait == "mailbox":
        box, _at, domain = author.email.partition("@")
        User.objects.filter(pk=second.pk).update(email=f"{box.upper()}+work@{domain}")
    elif trait == "name":
        second = person("same-name", Role.TUTOR, first=author.first_name, last=author.last_name)
    else:
        FormerName.objects.create(
            person=second,
            first_name=author.first_name.upper(),
            last_name=author.last_name,
            until_day=DAY,
        )
    submission = scene.hand_in()
    why = conflicts([submission], [User.objects.get(pk=second.pk), scene.agnes])
    assert list(why) == [(submission.pk, second.pk)]
    assert author.last_name not in why[submission.pk, second.pk].replace(second.full_name, "")
    before = Allocation.objects.count(), Entry.objects.count()
    with pytest.raises(Refused, match="Choose someone else"):
        allocate(submission, User.objects.get(pk=second.pk), scene.agnes, by=scene.registrar)
    assert (Allocation.objects.count(), Entry.objects.count()) == before
