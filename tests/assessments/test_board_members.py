"""A board decides with the members who are there, where they are enough by the rules; afterwards nobody changes who was."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from assessments.deciding.actions.board_calendar import cancel_board, move_board
from assessments.deciding.actions.boards import ratify
from assessments.deciding.actions.members import appoint_member, record_attendance, remove_member
from assessments.deciding.models import Board, BoardDecision, BoardMember
from assessments.deciding.queries.members import quorum_fault
from assessments.deciding.queries.standing import fingerprint_of, standing_of
from assessments.setting.judging import PRESETS, Rules
from assessments.setting.rule_sets import RuleSet
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.actions import end_grants, grant
from lms.people.models import Notice, Role, RoleGrant

from .scene import DAY, OP, Scene, person, sign_in
from .test_boards import standing
from .test_desk_races import pressed


def all_there():
    return [*standing(), list(BoardMember.objects.values())]


def refused(match, action, *args, kind=Refused, **kwargs):
    before = all_there()
    with pytest.raises(kind, match=match):
        action(*args, **kwargs)
    assert all_there() == before


def set_quorum(quorum, external="without"):
    """Rules that were in force before the cohort began."""
    from assessments.setting.judging import as_values

    return RuleSet.objects.create(
        number=7,
        in_force_from=DAY - timedelta(days=900),
        values=as_values(Rules(quorum=quorum, quorum_external=external)),
        reason="Regulation.",
        by="test",
    )


@pytest.fixture
def board(scene):
    scene.everything_marked()
    return scene.board()


def seat(scene, board):
    """A whole board: chair, internal and external member, secretary."""
    people = {
        "chair": person("chair", Role.TUTOR),
        "internal": scene.helen,
        "external": scene.examiner,
        "secretary": person("clerk", Role.REGISTRAR),
    }
    return {
        role: appoint_member(board, who, role, by=scene.registrar) for role, who in people.items()
    }


def attend(scene, board, *members):
    return record_attendance(board, [one.pk for one in members], by=scene.registrar)


def test_members_are_appointed_once_and_told(scene, board):
    one = appoint_member(board, scene.agnes, "internal", by=scene.registrar)
    before = all_there()
    assert appoint_member(board, scene.agnes, "internal", by=scene.registrar) == one
    assert all_there() == before
    told = Notice.objects.filter(person=scene.agnes, subject="You are a member of a board").get()
    assert told.url == "/boards/mine/" and "Internal member" in told.body
    assert (one.appointed_by, one.removed_at) == (scene.registrar, None)
    refused("already: Internal", appoint_member, board, scene.agnes, "chair", by=scene.registrar)
    appoint_member(board, scene.helen, "chair", by=scene.registrar)
    other = person("other", Role.TUTOR)
    refused("Chair is", appoint_member, board, other, "chair", by=scene.registrar)
    refused("Choose their role", appoint_member, board, other, "guest", by=scene.registrar)
    refused("Only", appoint_member, board, other, "internal", by=scene.helen, kind=NotAllowed)


def test_who_may_not_sit_is_refused(scene, board):
    grant(scene.author, Role.TUTOR, by=OP, starts_on=DAY)
    grant(scene.agnes, Role.EXTERNAL_EXAMINER, by=OP, starts_on=DAY)
    grant(scene.examiner, Role.TUTOR, by=OP, starts_on=DAY)
    for who, role, why in (
        (scene.author, "internal", "Their own results"),
        (scene.agnes, "external", "marked a script"),
        (scene.examiner, "chair", "as its examiner"),
        (scene.helen, "external", "Only an external examiner"),
        (scene.helen, "secretary", "Only a registrar"),
    ):
        refused(why, appoint_member, board, who, role, by=scene.registrar)


def test_a_member_is_removed_with_a_dated_line(scene, board):
    one = appoint_member(board, scene.helen, "chair", by=scene.registrar)
    remove_member(one, by=scene.registrar)
    before = all_there()
    remove_member(one, by=scene.registrar)
    assert all_there() == before
    one.refresh_from_db()
    assert one.removed_at == clock.now() and one.removed_by == scene.registrar
    assert Notice.objects.filter(person=scene.helen, subject__contains="no longer").count() == 1
    anew = appoint_member(board, scene.helen, "internal", by=scene.registrar)
    assert anew.pk != one.pk


def test_the_database_has_one_chair_and_one_seat(scene, board):
    appoint_member(board, scene.helen, "chair", by=scene.registrar)
    for who, role in ((scene.helen, "internal"), (scene.agnes, "chair")):
        with pytest.raises(IntegrityError), transaction.atomic():
            BoardMember.objects.create(board=board, person=who, role=role)


def test_attendance_is_recorded_when_the_board_meets_and_not_from_an_old_page(scene):
    scene.everything_marked()
    board = scene.board(meets_on=DAY + timedelta(days=1))
    seats = seat(scene, board)
    refused("can be recorded from that day", attend, scene, board, seats["chair"])
    with clock.at(DAY + timedelta(days=1)):
        keys = {one.pk for one in seats.values()}
        late = appoint_member(board, scene.agnes, "internal", by=scene.registrar)
        refused("have changed", record_attendance, board, [], by=scene.registrar, seen=keys)
        remove_member(late, by=scene.registrar)
        refused("have changed", attend, scene, board, late)
        attend(scene, board, seats["chair"], seats["external"])
        before = all_there()
        attend(scene, board, seats["chair"], seats["external"])
        assert all_there() == before
    there = BoardMember.objects.filter(is_present=True).values_list("role", flat=True)
    assert sorted(there) == ["chair", "external"]


def test_without_quorum_nothing_is_decided(scene, board):
    set_quorum(3, "with")
    board = Board.objects.get(pk=board.pk)

    def record(chair="Given Chair"):
        return ratify(Board.objects.get(pk=board.pk), by=scene.registrar, chair=chair)

    refused("ask for 3 members, and 0", record)
    seats = seat(scene, board)
    refused("not known of: Given Chair; Given Helen", record)
    attend(scene, board, seats["chair"], seats["external"], seats["secretary"])
    refused("ask for 3 members, and 2", record)  # the secretary decides nothing
    other = appoint_member(board, scene.agnes, "internal", by=scene.registrar)
    refused("not known of: Given Agnes", record)
    attend(scene, board, seats["chair"], seats["internal"], other)
    refused("ask for an external member", record)
    attend(scene, board, seats["internal"], other, seats["external"])
    refused("no chair is there who can", record)
    attend(scene, board, seats["chair"], seats["internal"], seats["external"])
    refused("The chair who is there is Given Chair", record, "Prof. Elsewhere")
    assert record().state == "ratified" and BoardDecision.objects.count() == 2
    before = all_there()
    record()
    assert all_there() == before


def test_a_board_without_members_decides_as_before_where_no_quorum_is_asked(scene, board):
    assert ratify(board, by=scene.registrar, chair="Prof. Chair").state == "ratified"


def test_nothing_changes_once_the_board_has_decided_or_is_cancelled(scene, board):
    seats = seat(scene, board)
    attend(scene, board, *seats.values())
    ratify(board, by=scene.registrar, chair="Given Chair")
    refused("has decided", appoint_member, board, scene.agnes, "internal", by=scene.registrar)
    refused("has decided", remove_member, seats["internal"], by=scene.registrar)
    refused("has decided", attend, scene, board, seats["chair"])
    before = all_there()
    attend(scene, board, *seats.values())
    assert all_there() == before
    other = Board.objects.create(cohort=scene.cohort, title="B", meets_on=DAY)
    cancel_board(other, "Twice.", by=scene.registrar)
    refused("Cancelled by", appoint_member, other, scene.helen, "chair", by=scene.registrar)


def test_a_check_page_from_before_a_member_came_or_went_records_nothing(scene, board):
    seats = seat(scene, board)
    attend(scene, board, *seats.values())
    shown = fingerprint_of(standing_of(board))
    attend(scene, board, seats["chair"], seats["external"])
    refused(
        "the members of the board, who is there",
        ratify,
        board,
        by=scene.registrar,
        chair="Given Chair",
        fingerprint=shown,
    )


def test_a_board_that_moves_tells_its_members_and_records_anew_who_is_there(scene, board):
    seats = seat(scene, board)
    attend(scene, board, *seats.values())
    move_board(board, DAY + timedelta(days=7), "The room is gone.", by=scene.registrar)
    assert not BoardMember.objects.exclude(is_present=None).exists()
    for who in (scene.helen, scene.examiner, seats["secretary"].person):
        told = Notice.objects.filter(person=who, subject="A board meets on another day")
        assert told.count() == 1
    cancel_board(board, "No room.", by=scene.registrar)
    told = Notice.objects.get(person=scene.helen, subject="A board was cancelled")
    assert told.url == "/boards/mine/"


def test_who_may_not_sit_any_more_is_not_there(scene, board):
    seats = seat(scene, board)
    end_grants(scene.helen, Role.TUTOR, by=scene.registrar, on=DAY - timedelta(days=1))
    refused("Given Helen: Only a tutor", attend, scene, board, *seats.values())
    attend(scene, board, seats["chair"], seats["external"])


def test_the_rule_of_each_quorum():
    keele = next(one for one in PRESETS if one.key == "keele").on(Rules())
    assert (keele.quorum, keele.quorum_external) == (4, "with") and not keele.confirmed
    assert quorum_fault([], Rules()) == ""
    assert "asks" not in quorum_fault([], keele) and "4 members" in quorum_fault([], keele)


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_two_who_appoint_a_chair_at_once_appoint_one():
    with clock.at(DAY):
        scene = Scene()
        board = scene.board(confirmed=False)
    refusals = pressed(
        *(
            (who.email, lambda who=who: appoint_member(board, who, "chair", by=scene.registrar))
            for who in (scene.agnes, scene.helen)
        )
    )
    assert BoardMember.objects.filter(role="chair", removed_at=None).count() == 1
    assert len(refusals) == 1


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_a_member_who_comes_while_the_board_is_recorded_is_there_or_comes_too_late():
    with clock.at(DAY):
        scene = Scene()
        scene.everything_marked()
        board = scene.board()
        seats = seat(scene, board)
        attend(scene, board, *seats.values())
    one, two = (Board.objects.select_related("cohort__programme").get(pk=board.pk) for _ in "12")
    refusals = pressed(
        ("ratify", lambda: ratify(one, by=scene.registrar, chair="Given Chair")),
        ("member", lambda: appoint_member(two, scene.agnes, "internal", by=scene.registrar)),
    )
    assert len(refusals) == 1
    board.refresh_from_db()
    assert (board.state == "ratified") == (refusals == ["member"])
    assert BoardMember.objects.filter(person=scene.agnes).exists() == (refusals == ["ratify"])


@pytest.mark.both_engines
def test_the_pages(scene, board, django_assert_max_num_queries):
    client = sign_in(Client(), scene.registrar)
    at = f"/boards/{board.pk}/members/"
    assert client.post(at, {"action": "add"}).status_code == 422
    sent = {"action": "add", "add-member": scene.helen.pk, "add-role": "chair"}
    assert client.post(at, sent).status_code == 302
    assert client.post(at, {**sent, "add-member": scene.agnes.pk}).status_code == 422  # one chair
    member = BoardMember.objects.get()
    with django_assert_max_num_queries(15):
        page = client.get(at).content.decode()
    assert "Given Helen" in page and "Quorum" in page
    there = {
        "action": "attendance",
        "there-members": str(member.pk),
        "there-present": [member.pk],
    }
    assert client.post(at, {**there, "there-members": "1 2"}).status_code == 422
    assert client.post(at, there).status_code == 302
    for address in (f"/boards/{board.pk}/", f"/boards/{board.pk}/check/"):
        with django_assert_max_num_queries(15):
            page = client.get(address).content.decode()
        assert "Given Helen, Chair" in page
    assert 'name="chair"' not in page
    fingerprint = page.split('name="fingerprint" value="')[1].split('"')[0]
    answer = client.post(f"/boards/{board.pk}/check/", {"fingerprint": fingerprint})
    assert answer.status_code == 302
    board.refresh_from_db()
    assert (board.state, board.chair) == ("ratified", "Given Helen")
    own = sign_in(Client(), scene.helen).get("/boards/mine/").content.decode()
    assert board.title in own and "Quuxington" not in own and "REF-ZQ" not in own
    assert sign_in(Client(), scene.helen).get(at).status_code == 403


def test_who_may_not_sit_any_more_is_asked_again_when_decisions_are_recorded(scene, board):
    seats = seat(scene, board)
    attend(scene, board, *seats.values())
    RoleGrant.objects.filter(person=seats["external"].person).delete()
    found = Board.objects.get(pk=board.pk)
    refused("Only", ratify, found, by=scene.registrar, chair="Given Chair")


def test_another_account_of_a_student_sits_on_no_board_of_theirs(scene, board):
    twin = person("twin", Role.TUTOR, first=scene.author.first_name, last=scene.author.last_name)
    refused("same name", appoint_member, board, twin, "internal", by=scene.registrar)
