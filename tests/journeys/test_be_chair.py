"""A chair reads the board they chair, signs its minutes, and signs and corrects what is recorded in their name afterwards; nobody does it for them."""

import pytest
from django.test import Client

from assessments.deciding.models import BoardDecision, ChairsAction, MinutesLine
from assessments.deciding.queries.minutes import is_whole, lines_of, minutes_of
from assessments.setting.scale import in_figures
from lms.kit import clock
from lms.people.models import Notice
from lms.record.checking import check

from ..assessments.scene import DAY, Scene, sign_in
from ..assessments.test_board_members import attend, seat


@pytest.mark.django_db
def test_a_chair_signs_and_what_follows_the_board_supersedes(settings):
    settings.IMSA_RESIT_ALLOWED = False
    with clock.at(DAY):
        scene = Scene()
        scene.take_quiz(right=0)
        scene.mark(scene.hand_in(), 44, 44)
        scene.mark(scene.hand_in(scene.portfolio, seed="two"), 62, 62)
        board = scene.board()
        seats = seat(scene, board)
        chair, office, tutor, trainee = (
            sign_in(Client(), one)
            for one in (seats["chair"].person, scene.registrar, scene.helen, scene.author)
        )
        minutes = f"/boards/{board.pk}/minutes/"
        assert "Autumn board" in chair.get("/boards/mine/").content.decode()
        attend(scene, board, *[seats[role] for role in ("chair", "internal", "external")])
        page = office.get(f"/boards/{board.pk}/check/")
        sent = {"chair": "Given Chair", "fingerprint": page.context["fingerprint"]}
        assert office.post(f"/boards/{board.pk}/check/", sent).status_code == 302
        failed = BoardDecision.objects.get(module=scene.one)
        assert failed.outcome == "fail"

        # The chair reads and signs; nobody else can.
        page = chair.get(minutes).content.decode()
        assert "Sign the minutes" in page and "REF-ZQ-998877" in page and "Quuxington" not in page
        drawn = minutes_of(board.__class__.objects.get(pk=board.pk))
        signs = {"action": "sign", "sha256": drawn.sha256}
        for other in (tutor, office):
            assert other.post(minutes, signs).status_code == 403
        assert chair.post(minutes, signs)["Location"] == minutes

        # After the board the office records what the chair decided: the chair is told, reads it, and signs it in person.
        Notice.objects.all().delete()
        prefix = f"m{scene.one.pk}"
        record = {
            "module": scene.one.pk,
            "seen": failed.pk,
            f"{prefix}-kind": "appeal",
            f"{prefix}-outcome": "compensated",
            f"{prefix}-reason": "Words about an illness.",
            f"{prefix}-chair": "Given Chair",
        }
        url = f"/boards/{board.pk}/chair/{scene.enrolment.pk}/"
        assert chair.post(url, record).status_code == 403, "the office records it"
        assert office.post(url, record).status_code == 302
        action = ChairsAction.objects.get()
        assert action.decision.is_pass and action.decision.number == 2, "it supersedes"
        told = Notice.objects.get(person=seats["chair"].person)
        assert told.url == minutes and "illness" not in told.body and "REF-ZQ" not in told.body
        page = chair.get(told.url).content.decode()
        assert "Sign this decision" in page and "Words about an illness." in page
        assert "Appeal upheld" in page and f"{in_figures(failed.mark)} of 100" in page, (
            "they sign what they read"
        )
        for reader in (tutor, office):
            page = reader.get(minutes).content.decode()
            assert "illness" not in page and "Sign this decision" not in page
        signs = {"action": "sign_action", "number": action.pk}
        before = list(MinutesLine.objects.values())
        for other in (tutor, office):
            assert other.post(minutes, signs).status_code == 403
        assert chair.post(minutes, {**signs, "number": 999}).status_code == 404
        assert list(MinutesLine.objects.values()) == before
        for _ in range(2):
            assert chair.post(minutes, signs)["Location"] == minutes
        assert MinutesLine.objects.filter(kind="action", name="Given Chair").count() == 1
        assert f"signed, decision {action.pk}" in office.get(minutes).content.decode()

        # What the minutes should have said is a line of the chair's; the board's own decision stays as it was.
        words = {"action": "correct", "correct-text": "Dr Late came at ten.", "seen": "2"}
        assert chair.post(minutes, words)["Location"] == minutes
        page = chair.get(minutes).content.decode()
        assert "Dr Late came at ten." in page and "Decision after the board signed by" in page
        assert chair.get(f"/boards/{board.pk}/minutes.pdf").content.startswith(b"%PDF")
        drawn = minutes_of(board.__class__.objects.get(pk=board.pk))
        assert is_whole(drawn, lines_of(drawn))
        failed.refresh_from_db()
        assert failed.outcome == "fail" and failed.number == 1
        assert (
            "by compensation"
            in Notice.objects.get(person=scene.author, subject__contains="after the board").body
        )
        assert "You have completed the programme" in trainee.get("/study/").content.decode()
        assert check()["whole"]
