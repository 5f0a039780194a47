"""Each answer of a quiz is saved as it is given, also over a connection that comes and goes; a second page is told."""

import json

from playwright.sync_api import expect

from .visiting import follow, slow_script

KEPT = """
import json
from assessments.taking.models import Response
rows = Response.objects.filter(quiz__enrolment__person__email="mairi.nicdhomhnaill@imsa.example").order_by("pk")
print(json.dumps(list(rows.values_list("item__position", "number"))))
"""
ELSEWHERE = """
from assessments.taking.actions.responses import answer_question
from assessments.taking.models import PaperItem
item = PaperItem.objects.get(quiz__enrolment__person__email="mairi.nicdhomhnaill@imsa.example", position=7)
answer_question(item.pk, item.choices[1], by=item.quiz.enrolment.person, page="9" * 32, key="9" * 32)
"""
QUIZZES = """
import json
from assessments.taking.models import QuizAttempt
rows = QuizAttempt.objects.filter(assessment__code="701-QUIZ", enrolment__person__email="mairi.nicdhomhnaill@imsa.example")
print(json.dumps(list(rows.values_list("attempt__number", "state"))))
"""
SAVED, PATIENCE = "Saved", 60000


def counted(manage):
    """Their attempts at the quiz, each with its state."""
    return json.loads(manage("shell", "-v", "0", "-c", QUIZZES).strip().splitlines()[-1])


def box(page, n):
    return page.locator("[data-item]").nth(n)


def choose(page, n, choice):
    box(page, n).get_by_role("radio").nth(choice).check()


def line(page, n):
    return box(page, n).locator(".quiz-line")


def test_answers_are_saved_lost_and_sent_again_and_a_second_page_is_told(page, as_person, manage):
    def kept():
        return json.loads(manage("shell", "-v", "0", "-c", KEPT).strip().splitlines()[-1])

    as_person(page, "trainee")
    page.goto("/my-work/701-QUIZ/")
    # The press that begins it is lost: on the way there, then on the way back when the site has it. It begins once, and the answer is kept once.
    begun, cut = [], ["there", "back"]

    def lose_begin(route):
        if route.request.method != "POST" or not cut:
            return route.continue_()
        if cut.pop(0) == "back":
            begun.append(route.fetch().status)
        return route.abort()

    page.route("**/my-work/701-QUIZ/", lose_begin)
    choose(page, 0, 0)
    expect(line(page, 0)).to_contain_text("Not saved yet: no connection")
    page.evaluate("dispatchEvent(new Event('online'))")
    for _try in range(3):
        page.evaluate("dispatchEvent(new Event('online'))")
        page.wait_for_timeout(400)
    expect(line(page, 0)).to_have_text(SAVED, timeout=PATIENCE)
    assert begun == [200] and not cut and kept() == [[1, 1]]
    assert counted(manage) == [[1, "open"]]
    choose(page, 0, 1)
    expect(page.locator("[data-quiz-count]")).to_contain_text("1 of 12")
    page.wait_for_timeout(500)
    expect(line(page, 0)).to_have_text(SAVED)
    assert kept() == [[1, 1], [1, 2]]

    # The site has it, and its answer is lost on the way: it is sent again, and kept once.
    lost = []

    def lose_one(route):
        if not lost:
            lost.append(route.fetch().status)
            return route.abort()
        return route.continue_()

    page.route("**/my-work/answers/", lose_one)
    choose(page, 1, 0)
    expect(line(page, 1)).to_have_text(SAVED, timeout=PATIENCE)
    assert lost == [200] and kept() == [[1, 1], [1, 2], [2, 1]]

    # Without a connection the quiz goes on, and says so.
    page.context.set_offline(True)
    choose(page, 2, 0)
    expect(line(page, 2)).to_contain_text("Not saved yet: no connection")
    choose(page, 2, 1)
    choose(page, 3, 0)
    expect(line(page, 3)).to_contain_text("Not saved yet: no connection")
    assert len(kept()) == 3
    page.context.set_offline(False)
    expect(line(page, 3)).to_have_text(SAVED, timeout=PATIENCE)
    assert kept()[3:] == [[3, 1], [4, 1]], "the newest of each question"
    page.reload()
    expect(page.locator("[data-quiz-count]")).to_contain_text("4 of 12")
    for n, choice in enumerate((1, 0, 1, 0)):
        expect(box(page, n).get_by_role("radio").nth(choice)).to_be_checked()

    # A second page.
    second = page.context.new_page()
    second.goto(page.url)
    choose(second, 4, 0)
    expect(line(second, 4)).to_have_text(SAVED)
    choose(page, 5, 0)
    expect(page.locator("[data-quiz-other]")).to_contain_text("Another page or device")
    follow(page.get_by_role("link", name="Load the page again to see them"))
    expect(page.locator("[data-quiz-count]")).to_contain_text("6 of 12")

    # An answer that waited and was refused stays to be read. It is not chosen again, and holds no later answer up.
    page.context.set_offline(True)
    choose(page, 6, 0)
    expect(line(page, 6)).to_contain_text("Not saved yet: no connection")
    manage("shell", "-v", "0", "-c", ELSEWHERE)
    page.context.set_offline(False)
    expect(line(page, 6)).to_contain_text("That answer is kept", timeout=PATIENCE)
    page.reload()
    expect(line(page, 6)).to_contain_text("That answer is kept")
    expect(box(page, 6).get_by_role("radio").nth(1)).to_be_checked()
    choose(page, 7, 0)
    expect(line(page, 7)).to_have_text(SAVED)
    choose(page, 6, 0)
    expect(line(page, 6)).to_have_text(SAVED)
    page.reload()
    expect(box(page, 6).get_by_role("radio").nth(0)).to_be_checked()
    expect(line(page, 6)).to_have_count(0)


def test_what_is_answered_before_the_script_has_come_is_saved(page, as_person):
    as_person(page, "trainee")
    with slow_script(page, "quiz"):
        page.goto("/my-work/701-QUIZ/", wait_until="commit")
        choose(page, 9, 1)
    expect(line(page, 9)).to_have_text(SAVED)
    page.reload()
    expect(box(page, 9).get_by_role("radio").nth(1)).to_be_checked()


def test_handing_in_over_a_line_that_is_lost_is_done_once(page, as_person, manage):
    as_person(page, "trainee")
    page.goto("/my-work/701-QUIZ/")
    for n in range(page.locator("[data-item]").count()):
        if not box(page, n).get_by_role("radio").locator(":scope:checked").count():
            choose(page, n, 0)
            expect(line(page, n)).to_have_text(SAVED)
    page.goto("/my-work/701-QUIZ/check/")
    cut, came = ["there", "back"], []

    def lose(route):
        if route.request.method != "POST" or not cut:
            return route.continue_()
        if cut.pop(0) == "back":
            came.append(route.fetch(max_redirects=0).status)
        return route.abort()

    page.route("**/my-work/701-QUIZ/", lose)
    # Lost on the way there: nothing is handed in, and the answers stand.
    page.get_by_role("button", name="Hand in my answers").click()
    page.wait_for_url("chrome-error://**")
    assert counted(manage) == [[1, "open"]]
    page.goto("/my-work/701-QUIZ/check/")
    # The site has it, and its answer is lost: it is in, once, and a second press finds it there.
    page.get_by_role("button", name="Hand in my answers").click()
    page.wait_for_url("chrome-error://**")
    assert came == [302] and counted(manage) == [[1, "marked"]]
    page.goto("/my-work/701-QUIZ/")
    expect(page.locator("main")).to_contain_text("provisional")
    assert counted(manage) == [[1, "marked"]]
