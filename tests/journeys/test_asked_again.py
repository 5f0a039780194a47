"""Rules that are asked once and relied on later: what they rest on changes in between, the action is refused, and nothing is changed.

Each row of the table in docs/decisions/0007-marking.md that is asked again has its place here, or names the test that proves it.
"""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.test import Client

from assessments.deciding.actions.boards import call_board, confirm_sample, ratify
from assessments.marking.actions.allocation import allocate, allocate_third
from assessments.marking.actions.marks import open_script, save_marks
from assessments.marking.actions.marks import seal as seal_marks
from assessments.marking.models import Allocation
from assessments.marking.rules import may_be_given
from assessments.taking.actions.quizzes import begin_quiz, hand_in_quiz, save_answers
from assessments.taking.actions.submissions import keep_file, submit_kept
from certificates import actions as certifying
from certificates.checking.uploaded_lists import line_of
from certificates.models import Proposal, Sanction, Watch
from cohorts.approvals.actions import decide_approval
from cohorts.enrolment.actions import leave
from cohorts.imports.actions import check_import, write_import
from cohorts.organisations.actions import add_organisation
from courses.actions import draft_top_up, propose_top_up, record_change, send_top_up
from courses.actions.attendance import record_attendance
from courses.actions.sessions import arrange_session, move_session
from courses.actions.timetables import timetable_of
from courses.models import Provision, Unit
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.actions import end_grants, grant
from lms.people.models import Role

from ..assessments.scene import DAY, DUE, OP, Scene, answers, pdf, person, seal, sign_in
from ..assessments.test_conflicts import TIES
from ..certificates import scene as accredited
from ..certificates.scene import TODAY

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "docs" / "decisions" / "0007-marking.md"
YESTERDAY = timedelta(days=-1)
FULL = {"marks": {"law": 60, "role": 60}, "comment": "Well argued."}
# Where a marker's tie is met, the registrars are told of it: that alone may change.
TOLD = {
    "people.Notice",
    "people.Mail",
    "record.Entry",
    "record.SequencerQueue",
    "record.Head",
    "assessments.Allocation.conflict_reported_at",
}

GIVEN, CHECKED, SUGGESTED = (
    "a script is given to a marker",
    "marks are checked",
    "scripts are suggested",
)
SAMPLE, BOARD, LOOKED = (
    "the sample is confirmed",
    "a board is called, its page opened",
    "work was looked at before it is handed in",
)
QUIZ, PROPOSED, PENDING = (
    "a quiz is begun",
    "a decision on accreditation is proposed",
    "approvals, rescissions, awards are proposed",
)
IMPORT, TAUGHT, ASKED, SIGNED = (
    "an import is checked",
    "a session is planned, a top-up sent",
    "a list or watch is begun by an employer",
    "a person is signed in",
)
ELSEWHERE = {
    (
        SAMPLE,
        "scripts are marked after it",
    ): "assessments/test_boards.py::test_what_was_marked_after_the_examiner_looked_waits",
    (
        "a unit is reviewed",
        "the draft changes",
    ): "courses/test_scheduling.py::test_what_was_changed_after_its_reviews_is_not_what_goes_live",
    (
        "a page is scheduled",
        "author's role ends, law changes, reviews are missing",
    ): "courses/test_scheduling.py::test_an_author_who_has_left_publishes_nothing",
}
CASES = {}


def row(decided, since):
    """A case of one row of the table: a generator that arranges, changes the fact, and yields action, words of the refusal and what may change."""

    def keep(case):
        CASES.setdefault((decided, since), []).append(case)
        return case

    return keep


def rows_asked_again():
    text, decided, found = (
        TABLE.read_text(encoding="utf-8").partition("asked once and relied on later")[2],
        "",
        [],
    )
    for line in re.findall(r"^\| (.*) \|$", text, re.M)[1:]:
        first, since, again = (cell.strip() for cell in line.split("|"))
        decided = first or decided
        if not again.startswith("not asked"):
            found.append((decided, since))
    return found


def everything(but=()):
    """Every row of ours; `but` names tables, and columns, that may differ."""
    found = {}
    for model in apps.get_models():
        if (
            model.__module__.split(".")[0]
            in {"lms", "courses", "cohorts", "assessments", "certificates"}
            and model._meta.label not in but
        ):
            kept = [
                f.attname
                for f in model._meta.concrete_fields
                if f"{model._meta.label}.{f.attname}" not in but
            ]
            found[model._meta.label] = list(model._base_manager.order_by("pk").values(*kept))
    return found


def role_ends(someone, *roles):
    for role in roles:
        end_grants(someone, role, by=OP, on=clock.today() + YESTERDAY)
    someone.__dict__.pop("_roles_today", None)


def role_begins(someone, role):
    grant(someone, role, by=OP, starts_on=clock.today())
    someone.__dict__.pop("_roles_today", None)


# ---- marking ----


@row(GIVEN, "tutor role ends")
def a_marker_is_no_tutor():
    task, _ = (scene := Scene()).allocate(scene.hand_in())
    save_marks(task, {"law": 50}, "So far.", by=task.marker)
    role_ends(task.marker, Role.TUTOR)
    for action in (save_marks, seal_marks):
        yield lambda action=action: action(task, by=task.marker, **FULL), "Only a tutor", ()
    yield lambda: open_script(task, by=task.marker), "Only a tutor", ()
    for path in ("", "file/", "seal/"):
        assert (
            sign_in(Client(), task.marker)
            .get(f"/marking/{task.submission.script}/{path}")
            .status_code
            == 404
        ), path


def tied(tie):
    @row(
        GIVEN,
        "marker becomes line manager, colleague, contact of the employer, classmate, examiner, reader of the note",
    )
    def a_marker_becomes():
        scene = Scene()
        task, _ = scene.allocate(scene.hand_in())
        tie(scene, host())
        for action in (save_marks, seal_marks):
            yield (
                lambda action=action: action(task, by=scene.agnes, **FULL),
                "can no longer mark",
                TOLD,
            )
        yield lambda: open_script(task, by=scene.agnes), "can no longer mark", TOLD

    a_marker_becomes.__name__ += f"_{tie.__name__}"

    @row(SUGGESTED, "a tie begins, another registrar allocates")
    def a_suggested_marker_becomes():
        scene = Scene()
        submission, third = (
            scene.hand_in(),
            scene.mark(scene.hand_in(scene.portfolio, seed="p"), 40, 70, None),
        )
        tie(scene, host())
        yield (
            lambda: allocate(submission, scene.agnes, scene.tomasz, by=scene.registrar),
            "Choose someone else",
            (),
        )
        yield (
            lambda: allocate_third(third, scene.agnes, by=scene.registrar),
            "Choose someone else",
            (),
        )

    a_suggested_marker_becomes.__name__ += f"_{tie.__name__}"


def host():
    made = add_organisation("HOST", "Host of Testing", ["scotland"], "", by=OP)
    decide_approval(made, "approved", date(2026, 1, 1), "", by=OP)
    return made


for one in TIES:
    if one.__name__ != "reader_of_the_note":
        tied(one)


@row(
    GIVEN,
    "marker becomes line manager, colleague, contact of the employer, classmate, examiner, reader of the note",
)
def a_marker_has_read_the_note():
    scene = Scene()
    task, _ = scene.allocate(scene.hand_in(note="Please read this first."))
    type(task.submission).objects.filter(pk=task.submission_id).update(note_read_by=scene.agnes)
    yield lambda: seal(Allocation.objects.get(pk=task.pk), 60), "can no longer mark", TOLD


@row(GIVEN, "third marker becomes a registrar")
def a_third_marker_becomes_a_registrar():
    scene = Scene()
    task = allocate_third(scene.mark(scene.hand_in(), 40, 70), scene.helen, by=scene.registrar)
    role_begins(scene.helen, Role.REGISTRAR)
    for action in (save_marks, seal_marks):
        yield lambda action=action: action(task, by=scene.helen, **FULL), "can no longer mark", TOLD


@row(CHECKED, "another tab saves others")
def another_tab_saved_other_marks():
    scene = Scene()
    task, _ = scene.allocate(scene.hand_in())
    seen = save_marks(task, {"law": 60, "role": 60}, "Well argued.", by=scene.agnes).version
    save_marks(
        Allocation.objects.get(pk=task.pk),
        {"law": 40, "role": 40},
        "Not well argued.",
        by=scene.agnes,
    )
    yield lambda: seal_marks(task, by=scene.agnes, seen=seen, **FULL), "from another page", ()


@row(SUGGESTED, "a tie begins, another registrar allocates")
def another_registrar_allocated():
    scene = Scene()
    submission, third = (
        scene.hand_in(),
        scene.mark(scene.hand_in(scene.portfolio, seed="p"), 40, 70),
    )
    scene.allocate(submission)
    allocate_third(third, scene.helen, by=scene.registrar)
    fourth = person("fourth", Role.TUTOR)
    yield (
        lambda: allocate(submission, scene.agnes, fourth, by=scene.registrar),
        "its markers",
        (),
    )
    yield lambda: allocate_third(third, fourth, by=scene.registrar), "third marker", ()


# ---- boards ----


@row(SAMPLE, "examiner becomes a registrar")
def the_examiner_becomes_a_registrar():
    scene = Scene()
    scene.everything_marked()
    board = scene.board()
    role_begins(scene.examiner, Role.REGISTRAR)
    yield (
        lambda: ratify(board, by=scene.examiner, chair="Prof. Chair"),
        "You confirmed the sample",
        (),
    )


@row(SAMPLE, "examiner is given a script of the cohort")
def the_examiner_is_given_a_script():
    scene = Scene()
    submission = scene.hand_in()
    scene.board()
    role_begins(scene.examiner, Role.TUTOR)
    assert "confirmed a sample" in may_be_given(scene.examiner, submission).reason
    yield (
        lambda: allocate(submission, scene.agnes, scene.examiner, by=scene.registrar),
        "confirmed a sample",
        (),
    )


@row(SAMPLE, "examiner is given a script of the cohort")
def who_marked_a_script_confirms_no_sample():
    scene = Scene()
    scene.allocate(scene.hand_in())
    board = scene.board(confirmed=False)
    role_begins(scene.agnes, Role.EXTERNAL_EXAMINER)
    yield (
        lambda: confirm_sample(board, "Sound.", by=scene.agnes),
        "You marked a script",
        (),
    )


@row(BOARD, "someone else records it; registrar marks or learns there")
def someone_else_recorded_the_board():
    scene = Scene()
    scene.everything_marked()
    board, other = scene.board(), person("other", Role.REGISTRAR)
    ratify(board, by=other, chair="Dr Elsewhere")
    yield (
        lambda: ratify(board, by=scene.registrar, chair="Prof. Chair"),
        "Already recorded",
        (),
    )


@row(BOARD, "someone else records it; registrar marks or learns there")
def the_registrar_marks_there():
    scene = Scene()
    scene.everything_marked()
    board = scene.board()
    role_begins(scene.registrar, Role.TUTOR)
    allocate(
        scene.hand_in(enrolment=scene.another(1), seed="two"),
        scene.agnes,
        scene.registrar,
        by=person("other", Role.REGISTRAR),
    )
    yield (
        lambda: ratify(board, by=scene.registrar, chair="Prof. Chair"),
        "You mark scripts of this cohort",
        (),
    )


@row(BOARD, "someone else records it; registrar marks or learns there")
def the_registrar_learns_there():
    scene = Scene()
    scene.everything_marked()
    board = scene.board()
    scene.enrol(scene.registrar, "REF-RITA")
    yield (
        lambda: ratify(board, by=scene.registrar, chair="Prof. Chair"),
        "Your own results",
        (),
    )


# ---- handing in ----


@row(LOOKED, "another file was chosen; enrolment ended")
def another_file_was_chosen():
    scene = Scene()
    looked_at = keep_file(scene.essay, scene.enrolment, pdf("one"), "", by=scene.author).sha256
    keep_file(scene.essay, scene.enrolment, pdf("two"), "", by=scene.author)
    yield (
        lambda: submit_kept(scene.essay, scene.enrolment, looked_at, by=scene.author),
        "no longer the one we keep",
        (),
    )


@row(LOOKED, "another file was chosen; enrolment ended")
def the_enrolment_ended():
    scene = Scene()
    looked_at = keep_file(scene.essay, scene.enrolment, pdf("one"), "", by=scene.author).sha256
    leave(scene.enrolment, by=scene.registrar, reason="moved away")
    yield (
        lambda: submit_kept(scene.essay, scene.enrolment, looked_at, by=scene.author),
        "cannot hand in work now",
        (),
    )


@row(QUIZ, "enrolment ended")
def the_enrolment_of_a_quiz_ended():
    scene = Scene()
    attempt = begin_quiz(scene.quiz, scene.enrolment, by=scene.author)
    leave(scene.enrolment, by=scene.registrar, reason="moved away")
    for action in (save_answers, hand_in_quiz):
        yield (
            lambda action=action: action(
                attempt, answers(scene.quiz, scene.enrolment, 3), by=scene.author
            ),
            "cannot hand in work now",
            (),
        )


# ---- accreditation ----


def interim(held, by):
    return certifying.propose(
        held.enrolment,
        "suspended",
        clock.today(),
        by=by,
        reason="PRIVATE",
        grounds="A report.",
        is_interim=True,
    )


@row(PROPOSED, "proposer is no Hub officer any more")
def the_proposer_is_no_officer():
    held, first, second = accredited.certified(), accredited.hub_officer(), accredited.hub_officer()
    proposal = interim(held, first)
    role_ends(first, Role.HUB_OFFICER)
    yield lambda: certifying.confirm(proposal, by=second), "is not a Hub officer today", ()


@row(PROPOSED, "proposer is no Hub officer any more")
def the_one_who_confirms_is_no_officer():
    held, first, second = accredited.certified(), accredited.hub_officer(), accredited.hub_officer()
    proposal = interim(held, first)
    role_ends(second, Role.HUB_OFFICER)
    yield lambda: certifying.confirm(proposal, by=second), "Only a Hub officer", ()


@row(PROPOSED, "decisions made meanwhile")
def a_withdrawal_came_first():
    held, second = accredited.certified(), accredited.hub_officer()
    proposal = interim(held, accredited.hub_officer())
    # Another decision about the same person, from a time when two could be open.
    other = Proposal.objects.create(
        enrolment=held.enrolment,
        kind="withdrawn",
        from_day=clock.today(),
        reason="x",
        grounds="x",
        state="confirmed",
        proposed_by=accredited.hub_officer(),
        closed_by=accredited.hub_officer(),
        closed_at=clock.now(),
    )
    Sanction.objects.create(
        enrolment=held.enrolment,
        proposal=other,
        kind="withdrawn",
        from_day=clock.today(),
        reason="x",
        proposed_by="a",
        decided_by="b",
    )
    yield lambda: certifying.confirm(proposal, by=second), "It can only be restored", ()


def pending(subject):
    held, by = (
        accredited.certified(),
        accredited.registrar() if subject == "rescission" else accredited.hub_officer(),
    )
    if subject == "rescission":
        return (
            by,
            accredited.registrar(),
            certifying.propose_decision(
                subject,
                {},
                clock.today(),
                "A reason.",
                by=by,
                credential=held.credentials.get(kind="award"),
            ),
        )
    made = certifying.propose_decision(
        "approval",
        {"deed": "suspended"},
        clock.today(),
        "A reason.",
        by=by,
        organisation=accredited.organisation(),
    )
    return by, accredited.hub_officer(), made


for subject, role in (("approval", Role.HUB_OFFICER), ("rescission", Role.REGISTRAR)):
    for which, who in enumerate(("proposer", "confirmer")):

        def a_role_ended(subject=subject, role=role, which=which):
            first, second, made = pending(subject)
            role_ends((first, second)[which], role)
            yield (
                lambda: certifying.confirm_decision(made, by=second),
                "Only a" if which else "who proposed this, may not propose it today",
                (),
            )

        a_role_ended.__name__ = f"the_{who}_of_a_{subject}_lost_the_role"
        row(PENDING, "proposer's or confirmer's role ends")(a_role_ended)


# ---- imports, teaching, employers, sessions ----

HEADER = "cohort,student_reference,given_names,family_name,known_as,email,nations,enrolled_on"


def checked_file(scene):
    line = f"{scene.cohort.code},S-NEW,Mairi,NicDonald,,mairi@new.example,Scotland,2026-09-01"
    return check_import("cohort", "people.csv", f"{HEADER}\n{line}\n".encode(), by=scene.registrar)


@row(IMPORT, "rows, roles of the one who writes it")
def rows_of_a_file_say_something_else_now():
    scene = Scene()
    made = checked_file(scene)
    scene.enrol(person("someone"), "S-NEW")
    yield lambda: write_import(made, by=scene.registrar), "has changed since", ()


@row(IMPORT, "rows, roles of the one who writes it")
def who_writes_a_file_is_no_registrar():
    scene = Scene()
    made = checked_file(scene)
    role_ends(scene.registrar, Role.REGISTRAR)
    yield lambda: write_import(made, by=scene.registrar), "Only a", ()


@row(TAUGHT, "tutor's role ends")
def who_planned_a_session_is_no_tutor():
    scene = Scene()
    unit = Unit.objects.create(module=scene.one, code="U1", title="A unit", order=1)
    timetable = timetable_of(scene.programme, "T2026", by=OP)
    made = arrange_session(timetable, unit, by=scene.agnes, starts_at=DUE, where="Room 1")
    role_ends(scene.agnes, Role.TUTOR)
    yield (
        lambda: move_session(
            made, by=scene.agnes, starts_at=DUE + timedelta(days=1), where="Room 2"
        ),
        "Only a",
        (),
    )
    yield (
        lambda: arrange_session(
            timetable, unit, by=scene.agnes, starts_at=DUE + timedelta(days=7), where="Room 1"
        ),
        "Only a",
        (),
    )
    yield lambda: record_attendance(made, [], by=scene.agnes), "Only a", ()


@row(TAUGHT, "tutor's role ends")
def who_proposed_a_top_up_is_no_author():
    author, second = person("helena", Role.AUTHOR), person("second", Role.AUTHOR)
    law = Provision.objects.create(
        key="s8",
        act="An Act (Scotland) 2015",
        section="s.8",
        jurisdictions=["scotland"],
        title="Instructions",
        summary="They instruct.",
        commencement="in_force",
        source="https://law.example/8",
        as_at=date(2026, 11, 1),
        review_by=date(2027, 2, 1),
    )
    change = record_change(
        law,
        by=author,
        words="They must.",
        effective_on=DAY,
        now={"summary": "They must instruct.", "as_at": DAY, "review_by": date(2027, 5, 1)},
    )
    made = propose_top_up(
        draft_top_up(change, by=author), by=author, counts_from=DAY + timedelta(days=30)
    )
    role_ends(author, Role.AUTHOR)
    yield lambda: send_top_up(made, by=second), "no longer a course author", ()
    role_ends(second, Role.AUTHOR)
    yield lambda: send_top_up(made, by=second), "Only a", ()


@row(ASKED, "contact or approval ends")
def a_contact_is_one_no_longer():
    held, where = accredited.certified("Ada", "One"), accredited.organisation("MILL", "Mill House")
    by, lines = accredited.contact(where), [line_of(1, held.number, "One", "", clock.today())]
    certifying.watch(where, lines, "work", clock.today() + timedelta(days=300), by=by)
    by.contacts.update(ends_on=clock.today() + YESTERDAY)
    yield from asking(where, lines, by, "not a contact")


@row(ASKED, "contact or approval ends")
def an_organisation_is_suspended():
    held, where = accredited.certified("Ada", "One"), accredited.organisation("MILL", "Mill House")
    by, lines = accredited.contact(where), [line_of(1, held.number, "One", "", clock.today())]
    certifying.watch(where, lines, "work", clock.today() + timedelta(days=300), by=by)
    accredited.decide(where, "suspended", clock.today())
    yield from asking(where, lines, by, "not approved today")


def asking(where, lines, by, words):
    later = clock.today() + timedelta(days=301)
    yield lambda: certifying.answer_list(where, lines, "work", by=by, day=clock.today()), words, ()
    yield (
        lambda: certifying.answer_check(
            lines[0].number, "One", by=by, organisation=where, purpose="work"
        ),
        words,
        (),
    )
    yield lambda: certifying.watch(where, lines, "work", later, by=by), words, ()
    assert Watch.objects.count() == 1


@row(SIGNED, "`is_active` or a role ends")
def who_is_signed_in_has_left():
    scene = Scene()
    client = sign_in(Client(), scene.registrar)
    assert client.get("/boards/").status_code == 200
    board = scene.board()
    type(scene.registrar).objects.filter(pk=scene.registrar.pk).update(is_active=False)
    assert (
        client.get("/boards/").status_code == 302
        and client.post(f"/boards/{board.pk}/check/", {"chair": "X"}).status_code == 302
    )
    scene.registrar.refresh_from_db()
    scene.registrar.__dict__.pop("_roles_today", None)
    yield (
        lambda: call_board(scene.cohort, "Another", DAY, by=scene.registrar),
        "Only a registrar",
        (),
    )


@row(SIGNED, "`is_active` or a role ends")
def who_is_signed_in_has_no_role():
    scene = Scene()
    client = sign_in(Client(), scene.registrar)
    assert client.get("/boards/").status_code == 200
    role_ends(scene.registrar, Role.REGISTRAR)
    assert client.get("/boards/").status_code == 403
    yield (
        lambda: call_board(scene.cohort, "Another", DAY, by=scene.registrar),
        "Only a registrar",
        (),
    )


# ---- the table ----

OF_THE_HUB = {
    case for key, cases in CASES.items() if key[0] in (PROPOSED, PENDING, ASKED) for case in cases
}


def test_every_row_that_is_asked_again_is_proved():
    wanted = rows_asked_again()
    assert len(wanted) > 15 and set(wanted) == CASES.keys() | ELSEWHERE.keys()
    for place in ELSEWHERE.values():
        file, _, name = place.partition("::")
        assert f"def {name}(" in (ROOT / "tests" / file).read_text(encoding="utf-8"), place


@pytest.mark.django_db
@pytest.mark.parametrize(
    "case", [case for cases in CASES.values() for case in cases], ids=lambda case: case.__name__
)
def test_what_changed_since_is_met_at_the_action(case):
    with clock.at(TODAY if case in OF_THE_HUB else DAY):
        tried = 0
        for action, words, but in case():
            before = everything(but)
            with pytest.raises((NotAllowed, Refused), match=words):
                action()
            assert everything(but) == before
            tried += 1
        assert tried
