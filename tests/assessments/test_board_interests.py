"""Whoever is near to a person does not decide on their result; the others do, or a later board does."""

import io

import pytest
from django.test import Client
from pypdf import PdfReader

from assessments.deciding.actions.boards import ratify
from assessments.deciding.actions.chairs_action import decide_by_chair
from assessments.deciding.actions.interests import declare_for_member
from assessments.deciding.actions.members import remove_member
from assessments.deciding.models import Board, BoardDecision
from assessments.deciding.queries.interests import interests_before
from assessments.deciding.queries.members import members_of
from assessments.deciding.queries.standing import fingerprint_of, standing_of
from assessments.deciding.rules import (
    may_confirm,
    may_export_marks,
    may_hold,
    may_ratify,
    may_sit,
    may_take_transcript,
)
from assessments.marking.actions.allocation import allocate
from assessments.marking.actions.interests import declare_interest
from assessments.marking.actions.moderation import appoint_moderator
from assessments.marking.models import DeclaredInterest, Moderation
from assessments.setting.actions.loading import keep_assessment
from lms.kit.refusals import NotAllowed, Refused
from lms.people.actions import grant
from lms.people.models import Notice, Role

from .scene import DAY, ESSAY, OP, in_days, person, seal, sign_in
from .test_board_members import all_there, attend, seat, set_quorum

OWN, OTHER = "REF-ZQ-998877", "REF-0001"


def refused(match, action, *args, kind=Refused, **kwargs):
    before = [*all_there(), list(DeclaredInterest.objects.values())]
    with pytest.raises(kind, match=match):
        action(*args, **kwargs)
    assert [*all_there(), list(DeclaredInterest.objects.values())] == before


@pytest.fixture
def board(scene):
    scene.everything_marked()
    scene.everything_marked(scene.another(1))
    return scene.board()


@pytest.fixture
def seats(scene, board):
    found = seat(scene, board)
    attend(scene, board, *found.values())
    return found


def record(scene, board, by=None, **kwargs):
    found = Board.objects.get(pk=board.pk)
    return ratify(found, by=by or scene.registrar, chair="Given Chair", **kwargs)


def decided():
    return sorted(set(BoardDecision.objects.values_list("enrolment__student_reference", flat=True)))


def test_the_others_decide_on_whom_a_member_is_near_to(scene, board, seats):
    declare_interest(by=scene.helen, reference=OTHER)
    record(scene, board)
    assert decided() == [OTHER, OWN]


def test_where_the_others_are_no_quorum_the_person_is_left_to_a_later_board(scene, board, seats):
    set_quorum(3)
    declare_interest(by=scene.helen, reference=OTHER.lower())
    record(scene, board)
    assert decided() == [OWN]


def test_a_chair_chairs_no_decision_on_somebody_near(scene, board, seats):
    declare_interest(by=seats["chair"].person, reference=OTHER)
    record(scene, board)
    assert decided() == [OWN]


def test_an_interest_in_the_whole_cohort_does_not_count_for_the_quorum(scene, board, seats):
    set_quorum(3)
    declare_interest(by=scene.helen, cohort=scene.cohort)
    refused("ask for 3 members, and 2", record, scene, board)
    declare_interest(by=seats["chair"].person, cohort=scene.cohort)
    refused("and 1 can decide", record, scene, board)


def test_whoever_records_decides_on_nobody_they_are_near_to(scene, board, seats):
    clerk = seats["secretary"].person
    declare_interest(by=clerk, reference=OTHER)
    record(scene, board, by=clerk)
    assert decided() == [OWN]
    last = BoardDecision.objects.first()
    DeclaredInterest.objects.create(marker=scene.registrar, reference=OWN.casefold())
    refused(
        "declared an interest in this person",
        decide_by_chair,
        last.enrolment,
        last.module,
        "error",
        outcome="compensated",
        reason="R.",
        chair="C.",
        by=scene.registrar,
        kind=NotAllowed,
    )


def test_an_interest_in_the_cohort_keeps_a_registrar_from_recording(scene, board, seats):
    clerk = seats["secretary"].person
    declare_interest(by=clerk, cohort=scene.cohort)
    refused("declared an interest in this cohort", record, scene, board, by=clerk, kind=NotAllowed)
    client = sign_in(Client(), clerk)
    for address in ("", "check/", "members/"):
        assert client.get(f"/boards/{board.pk}/{address}").status_code == 403


def test_who_sits_on_no_board_and_does_not_teach_declares_nothing(scene, board):
    refused("Only a tutor", declare_interest, by=scene.registrar, reference=OWN, kind=NotAllowed)


def test_the_office_writes_down_what_a_member_tells(scene, board, seats):
    one = declare_for_member(seats["external"], by=scene.registrar, reference=OTHER)
    assert (one.marker, one.reference) == (scene.examiner, OTHER.casefold())
    before = all_there()
    assert declare_for_member(seats["external"], by=scene.registrar, reference=OTHER) == one
    assert all_there() == before
    clerk = seats["secretary"].person
    assert Notice.objects.filter(person=clerk, subject="Someone has declared an interest").exists()
    whole = declare_for_member(seats["internal"], by=scene.registrar)
    assert whole.cohort == scene.cohort
    refused(
        "Only a registrar",
        declare_for_member,
        seats["chair"],
        by=person("t", Role.TUTOR),
        reference=OWN,
        kind=NotAllowed,
    )
    remove_member(seats["chair"], by=scene.registrar)
    refused("no longer", declare_for_member, seats["chair"], by=scene.registrar, reference=OWN)


def test_a_page_from_before_somebody_declared_records_nothing(scene, board, seats):
    shown = fingerprint_of(standing_of(board, by=scene.registrar))
    declare_interest(by=scene.helen, reference=OTHER)
    refused("what they declared", record, scene, board, fingerprint=shown)
    members = members_of(board)
    interests = interests_before(members, scene.registrar)
    board = Board.objects.get(pk=board.pk)
    fresh = standing_of(board, by=scene.registrar, members=members, interests=interests)
    assert repr(fresh) == repr(standing_of(board, by=scene.registrar))


@pytest.mark.both_engines
def test_the_pages_say_who_is_left_out_and_members_learn_of_nobody(
    scene, board, seats, django_assert_max_num_queries
):
    set_quorum(3)
    client = sign_in(Client(), scene.helen)
    for reference in (OTHER, "REF-NOBODY"):
        answer = client.post("/marking/interests/", {"reference": reference}, follow=True)
        assert "It is declared" in answer.content.decode()
    own = client.get("/marking/interests/").content.decode()
    assert "Quuxington" not in own and OWN not in own
    office = sign_in(Client(), scene.registrar)
    for address in ("", "check/"):
        with django_assert_max_num_queries(15):
            page = office.get(f"/boards/{board.pk}/{address}").content.decode()
        assert "Held back: a declared interest" in page
    page = office.get(f"/boards/{board.pk}/members/").content.decode()
    assert f'Given Helen: <span class="number">{OTHER}' in page and "NOBODY" not in page.upper()
    external = sign_in(Client(), scene.examiner)
    assert external.post("/marking/interests/", {"reference": OWN}).status_code == 302
    sent = {"action": "declare", "near-member": seats["chair"].pk, "near-reference": OWN}
    assert office.post(f"/boards/{board.pk}/members/", sent).status_code == 302
    assert DeclaredInterest.objects.filter(marker=seats["chair"].person).count() == 1


def test_whoever_told_the_office_a_name_finds_neither_its_reference_nor_its_marks(
    scene, board, seats
):
    """Else “my nephew” would become a reference, and the reference his marks."""
    declare_for_member(seats["internal"], by=scene.registrar, reference=OTHER)
    made = DeclaredInterest.objects.get()
    assert made.written_by == scene.registrar
    told = Notice.objects.get(person=scene.helen, subject="An interest is recorded for you")
    assert OTHER not in told.body
    declare_for_member(seats["internal"], by=scene.registrar, reference=OTHER)
    assert Notice.objects.filter(subject="An interest is recorded for you").count() == 1
    record(scene, board)
    assert decided() == [OTHER, OWN]
    helen, chair = sign_in(Client(), scene.helen), sign_in(Client(), seats["chair"].person)
    own = helen.get("/marking/interests/").content.decode()
    assert OTHER not in own and "written down by the programme office" in own
    url = f"/boards/{board.pk}/minutes/"
    page = helen.get(url).content.decode()
    assert OTHER not in page and OWN in page and "is not shown to you" in page
    file = b"".join(pdf_text(helen.get(f"{url[:-1]}.pdf").content))
    assert OTHER.encode() not in file and OWN.encode() in file
    others = chair.get(url).content.decode()
    assert OTHER in others and "one person" in others, "the decision, and not whose relative it is"
    office = sign_in(Client(), scene.registrar).get(url).content.decode()
    assert f"{scene.helen.full_name}: {OTHER}" in office


def pdf_text(content):
    return [page.extract_text().encode() for page in PdfReader(io.BytesIO(content)).pages]


def test_a_chair_with_an_interest_does_not_decide_alone_afterwards(scene, board, seats):
    set_quorum(3)
    chair = seats["chair"].person
    declare_interest(by=chair, reference=OTHER)
    record(scene, board)
    place, module = scene.enrolment, scene.one
    BoardDecision.objects.filter(enrolment=place, module=module).get()
    declare_interest(by=chair, reference=OWN)
    refused(
        "another chair decides",
        decide_by_chair,
        place,
        module,
        "appeal",
        outcome="uncapped",
        reason="Upheld.",
        chair=chair.full_name,
        by=scene.registrar,
        due_at=in_days(40),
    )


@pytest.mark.both_engines
def test_who_moderated_marks_is_a_party_to_them_as_their_marker_is(scene, board):
    piece = keep_assessment(
        scene.one, {**ESSAY, "code": "T1-ONE", "scheme": "moderated", "weight": 0}, by=OP
    )
    (task,) = allocate(scene.hand_in(piece), scene.agnes, by=scene.registrar)
    seal(task, 65)
    helen = scene.helen
    for role in (Role.REGISTRAR, Role.EXTERNAL_EXAMINER):
        grant(helen, role, by=OP, starts_on=DAY)

    def asked():
        return [
            bool(may)
            for may in (
                may_ratify(helen, board),
                may_hold(helen, scene.enrolment),
                may_export_marks(helen, scene.cohort),
                may_sit(helen, "external", board),
                may_confirm(helen, board),
            )
        ]

    assert all(asked())
    appoint_moderator(Moderation.objects.get(), helen, by=scene.registrar)
    assert not any(asked())
    assert sign_in(Client(), helen).get(f"/boards/{board.pk}/").status_code == 403
    assert may_ratify(scene.registrar, board) and may_hold(scene.registrar, scene.enrolment)


def test_an_interest_in_all_of_it_closes_the_minutes_and_a_result_is_not_held_back_by_it(
    scene, board, seats
):
    record(scene, board)
    url = f"/boards/{board.pk}/minutes/"
    helen = sign_in(Client(), scene.helen)
    assert helen.get(url).status_code == 200
    declare_interest(by=scene.helen, cohort=scene.cohort)
    assert helen.get(url).status_code == 403
    other = person("second-office", Role.REGISTRAR, Role.TUTOR)
    declare_interest(by=other, reference=OWN)
    assert not may_hold(other, scene.enrolment) and not may_take_transcript(other, scene.enrolment)
    assert may_hold(scene.registrar, scene.enrolment)
