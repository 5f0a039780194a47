"""A trainee's own pages: what is next, what they hold, answers in words, and whose page it is on paper."""

import re
from datetime import date, timedelta

from django.test import Client

from assessments.deciding.actions.boards import call_board, ratify
from courses.models import LawChange, Provision, TopUp, TopUpDue
from lms.kit import clock

from .scene import DAY, answers, in_days, person, sign_in


def main(client, url):
    return client.get(url).content.decode().split("<main")[1].split("</main")[0]


def test_work_before_it_is_marked_is_not_called_results(scene):
    page = main(sign_in(Client(), scene.author), "/study/")
    assert "Your assessed work" in page and "Your results" not in page


def test_the_award_and_the_standing_stand_right_after_what_is_next(scene):
    scene.everything_marked()
    trainee = sign_in(Client(), scene.author)
    assert "Your award" not in main(trainee, "/study/")
    ratify(scene.board(), by=scene.registrar, chair="Prof. Chair")
    page = main(trainee, "/study/")
    card = page[page.index("Your award and your accreditation") : page.index("Your modules")]
    assert (
        page.index("card--next")
        < page.index("Your award and your accreditation")
        < page.index("Your modules")
    )
    assert "You were awarded the Certificate of Testing on Friday 20 November 2026" in card
    assert (
        "Awaiting award or certificate" in card
        and "you are not accredited" in card
        and 'href="/certificates/mine/"' in card
    )
    assert page.count("You were awarded") == 1


def top_up(scene, nations, title, counts_from):
    """As courses.send_top_up leaves it; its own tests say that it does."""
    law = Provision.objects.create(
        key=title.lower(),
        act="An Act",
        section="s.1",
        jurisdictions=nations,
        title=title,
        summary="It says so.",
        commencement="in_force",
        source="https://law.example/",
        as_at=DAY,
        review_by=date(2027, 6, 1),
    )
    change = LawChange.objects.create(
        provision=law,
        words="It changed.",
        was={},
        now={},
        effective_on=DAY,
        recorded_by=scene.registrar,
    )
    sent = TopUp.objects.create(
        change=change, title=title, nations=nations, counts_from=counts_from, sent_at=clock.now()
    )
    return TopUpDue.objects.create(top_up=sent, person=scene.author)


def test_only_a_top_up_that_holds_something_back_is_called_due(scene):
    top_up(scene, ["scotland"], "Holds back", date(2027, 1, 31))
    top_up(scene, ["wales"], "Good to know", date(2027, 1, 31))
    page = main(sign_in(Client(), scene.author), "/study/")
    listed = re.findall(
        r"<li>.*?</li>", page[page.index("Law that changed") : page.index("Your modules")], re.S
    )
    due, other = sorted(listed, key=lambda line: "Good to know" in line)
    assert "Top-up due" in due and "Effective from" in due and "To read" not in due
    assert (
        "To read" in other
        and "Your endorsement does not wait for it." in other
        and "due" not in other.casefold()
    )


def test_a_top_up_on_the_next_card_is_not_listed_again_below_it(scene):
    due = top_up(scene, ["scotland"], "Counts soon", DAY + timedelta(days=5))
    page = main(sign_in(Client(), scene.author), "/study/")
    assert (
        "Top-up due by Wednesday 25 November 2026" in page
        and page.count(f"/study/top-ups/{due.top_up_id}/") == 1
    )
    assert "Law that changed after you studied it" not in page
    top_up(scene, ["wales"], "Another", date(2027, 1, 31))
    page = main(sign_in(Client(), scene.author), "/study/")
    assert (
        "Law that changed after you studied it" in page
        and page.count("Counts soon") == 1
        and page.count("Another") == 1
    )


# ---- the quiz, answered ----


def test_each_answer_carries_a_word_and_every_option_can_be_read(scene):
    scene.due(scene.quiz)
    scene.take_quiz(right=3)
    with clock.at(in_days(1)):
        page = main(sign_in(Client(), scene.author), "/my-work/T1-QUIZ/")
    assert page.count(">Right</span>") == 3 and page.count(">Not right</span>") == 1
    assert page.count("The answer") == 4 and page.count("You chose this") == 4
    assert all(f"{word} {n}" in page for n in (1, 2, 3, 5) for word in ("Right", "Wrong", "Odd"))
    assert "<input" not in page, (
        "a greyed-out button is hard to read, and there is nothing to choose"
    )


# ---- on paper ----


PRINTED = 'Zebedee Quuxington, student reference <span class="number">REF-ZQ-998877</span>. Printed on Monday 30 November 2026.'


def test_a_persons_own_pages_say_on_paper_whose_they_are(scene):
    submission, attempt = scene.hand_in(), scene.take_quiz()
    trainee = sign_in(Client(), scene.author)
    with clock.at(DAY.replace(day=30)):
        for url in (
            "/study/",
            "/my-work/",
            "/my-work/T1-ESSAY/",
            "/my-work/T1-QUIZ/",
            f"/my-work/receipts/{submission.receipt}/",
            f"/my-work/receipts/{attempt.receipt}/",
        ):
            found = re.findall(
                r'<p class="print-only">(.*?)</p>', trainee.get(url).content.decode()
            )
            assert found == [PRINTED], url


def test_nobody_elses_page_says_whose_it_is(scene):
    submission = scene.hand_in()
    scene.allocate(submission)
    board = scene.board(confirmed=False)
    pages = {
        scene.agnes: ["/marking/", f"/marking/{submission.script}/"],
        scene.examiner: ["/examining/", f"/examining/{board.pk}/"],
        scene.registrar: [
            "/boards/",
            f"/boards/{board.pk}/",
            f"/boards/{board.pk}/scripts/",
            "/registry/allocation/",
        ],  # a receipt that a registrar looks up is another matter: test_notes
    }
    for someone, urls in pages.items():
        for url in urls:
            page = sign_in(Client(), someone).get(url).content.decode()
            assert "print-only" not in page and "Quuxington" not in page, url


# ---- boards, a line a script ----


def test_a_board_folds_what_is_decided_and_shows_titles(scene):
    old = scene.everything_marked()
    ratify(scene.board(), by=scene.registrar, chair="Prof. Chair")
    other = scene.another(1)
    new = scene.mark(scene.hand_in(enrolment=other, seed="new"), 55, 57)
    waits = scene.hand_in(scene.portfolio, other, seed="waits")
    board = call_board(scene.cohort, "Spring board", DAY, by=scene.registrar)
    page = main(sign_in(Client(), scene.registrar), f"/boards/{board.pk}/")
    people, _ = page.split("Scripts by number")
    scripts = main(sign_in(Client(), scene.registrar), f"/boards/{board.pk}/scripts/")
    open_ones, folded = scripts.split('<details class="fold">')
    assert new.script in open_ones and waits.script in open_ones and "Being marked" in open_ones
    assert (
        all(s.script in folded and s.script not in open_ones for s in old)
        and "2 scripts are decided by a board" in folded
    )
    assert (
        "An essay on one year" in open_ones and "A portfolio" in folded and "Law in tests" in people
    )
    waiting, decided = people.split('<details class="fold">')
    assert (
        "REF-0001" in waiting
        and "T1-QUIZ has not been handed in" in waiting
        and "REF-ZQ-998877" in decided
    )
    assert "1 student has every module decided" in decided


def test_the_board_page_says_who_recorded_it(scene):
    scene.everything_marked()
    board = ratify(scene.board(), by=scene.registrar, chair="Prof. Chair")
    client = sign_in(Client(), person("other", "registrar"))
    assert "Recorded by Given Registrar on Friday 20 November 2026, 12:00 GMT." in main(
        client, f"/boards/{board.pk}/"
    )
    answer = client.post(
        f"/boards/{board.pk}/check/",
        {"chair": "Dr Elsewhere"},
        headers={"Referer": f"http://testserver/boards/{board.pk}/"},
    )
    said = answer.content.decode()
    assert (
        answer.status_code == 409
        and "Already recorded by Given Registrar, chaired by Prof. Chair, on Friday 20 November 2026"
        in said
    )
    assert f'href="/boards/{board.pk}/">Look again</a>' in said


def test_no_answer_is_lost_when_a_trainee_goes_back_to_change_it(scene):
    trainee = sign_in(Client(), scene.author)
    chosen = {
        f"answer-{key}": value for key, value in answers(scene.quiz, scene.enrolment, 4).items()
    }
    trainee.post("/my-work/T1-QUIZ/", {**chosen, "action": "check"})
    assert main(trainee, "/my-work/T1-QUIZ/").count(" checked") == 4
