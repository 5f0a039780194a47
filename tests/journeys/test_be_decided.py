"""An examiner looks, a board decides, and what was provisional becomes final, with the award for those who passed."""

import pytest
from django.test import Client

from assessments.deciding.models import Award
from lms.kit import clock
from lms.record.checking import check

from ..assessments.scene import DAY, Scene, sign_in


@pytest.mark.django_db
def test_a_board_decides():
    with clock.at(DAY):
        scene = Scene()
        scripts = scene.everything_marked()
        half = scene.another(1)
        scene.mark(scene.hand_in(enrolment=half, seed="half"), 55, 57)
        scene.release(scene.essay), scene.release(scene.portfolio)
        registrar, examiner, trainee, other = (
            sign_in(Client(), p)
            for p in (scene.registrar, scene.examiner, scene.author, half.person)
        )
        assert "62, provisional" in trainee.get("/study/").content.decode()

        # The registrar calls the board; nothing can be decided before the examiner has looked.
        call = {"cohort": scene.cohort.pk, "title": "Autumn board", "meets_on": DAY.isoformat()}
        board = registrar.post("/boards/", call)["Location"]
        assert registrar.post("/boards/", call)["Location"] == board
        assert "The sample is not confirmed yet" in registrar.get(board).content.decode()
        check_page = f"{board}check/"
        assert "has not confirmed the sample" in registrar.get(check_page).content.decode()
        refusal = registrar.post(check_page, {"chair": "Prof. Chair"})
        assert refusal.status_code == 409 and "has not confirmed" in refusal.content.decode()
        assert "62, provisional" in trainee.get("/study/").content.decode()

        # The examiner reads chains by number, and confirms with a comment.
        sample = f"/examining/{board.split('/')[2]}/"
        page = examiner.get(sample).content.decode()
        assert (
            scripts[0].script in page
            and "The mean of 62 and 62." in page
            and "Quuxington" not in page
        )
        assert examiner.get(f"{sample}{scripts[0].script}/file/").status_code == 200
        assert examiner.post(sample, {"comment": ""}).status_code == 200
        assert examiner.post(check_page, {"chair": "Prof. Chair"}).status_code == 403
        assert (
            "The sample is confirmed"
            in examiner.post(
                sample, {"comment": "Sound.", "opinion": "sound"}, follow=True
            ).content.decode()
        )

        # The board decides what is whole and leaves the rest.
        page = registrar.get(board).content.decode()
        assert (
            "2 module results of 1 person are provisional" in page
            and "1 person receives the award" in page
        )
        assert "T1-QUIZ has not been handed in" in page and "Quuxington" not in page
        shown = registrar.get(check_page)
        page = shown.content.decode()
        assert "73.4: Passed" in page and "T1-QUIZ has not been handed in" in page
        assert "Quuxington" not in page and "Record the board’s decisions" in page
        record = {"chair": "Prof. Chair", "fingerprint": shown.context["fingerprint"]}
        page = registrar.post(check_page, record, follow=True).content.decode()
        assert "decisions are recorded" in page and "73.4, passed" in page
        assert registrar.post(check_page, record).status_code == 302

        home = trainee.get("/study/").content.decode()
        assert (
            "73.4 of 100" in home
            and "Decided by the board on Friday 20 November 2026." in home
            and "provisional" not in home.split("<main")[1]
        )
        assert "You have completed the programme" in home
        assert "56, provisional" in other.get("/study/").content.decode()
        assert Award.objects.get().enrolment_id == scene.enrolment.pk
        assert check()["whole"]
