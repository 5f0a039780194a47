"""An essay in a quiz from the trainee's typing to the marker's desk, in a real page: saved as it is typed, handed in without a mark, read by number, without a fault that axe finds."""

import json

from playwright.sync_api import expect

QUIZ = """
from assessments.setting.actions.questions import remove_question, write_question
from assessments.setting.actions.sections import remove_section
from assessments.setting.actions.versions import approve_in, lock_version, start_version
from assessments.setting.models import Assessment, Sitting
from assessments.setting.queries import questions_in
from lms.people.models import Role
from lms.people.roles import holders_of
by = holders_of(Role.REGISTRAR)[0]
quiz = Assessment.objects.get(code="701-QUIZ")
draft = start_version(quiz.versions.order_by("-number")[0], by=by)
for question in questions_in(draft):
    remove_question(draft, question, by=by)
for section in draft.sections.all():
    remove_section(draft, section, by=by)
write_question(draft, {"kind": "truth", "text": "She may leave.", "choices": [{"text": "True", "is_right": True}, {"text": "False"}]}, by=by)
write_question(draft, {"kind": "essay", "text": "What would you ask Ana first?\\nSay why.", "solution": {"marks": 8, "most": 12, "guidance": "Consent comes first.", "model": "Her consent."}}, by=by)
approve_in(lock_version(draft), by=by)
Sitting.objects.filter(assessment=quiz, cohort__enrolments__person__email="mairi.nicdhomhnaill@imsa.example").update(version=draft)
"""
GIVEN_OUT = """
import json
from assessments.marking.actions.allocation import allocate
from assessments.marking.conflicts import conflicts
from assessments.setting.queries import scheme_for
from assessments.taking.models import Submission
from lms.people.models import Role, User
from lms.people.roles import holders_of
script = Submission.objects.get(assessment__code="701-QUIZ", enrolment__person__email="mairi.nicdhomhnaill@imsa.example")
tutor = User.objects.get(email="agnes.okafor@imsa.example")
tied = conflicts([script], holders_of(Role.TUTOR))
others = [one for one in holders_of(Role.TUTOR) if one.pk != tutor.pk and (script.pk, one.pk) not in tied]
second = others[0] if scheme_for(script.assessment_id, script.enrolment.cohort_id) == "double" else None
by = [one for one in holders_of(Role.REGISTRAR) if one.pk != tutor.pk][0]
allocate(script, tutor, second, by=by)
print(json.dumps([script.script, script.enrolment.person.full_name, script.enrolment.student_reference]))
"""
WORDS = "I would ask whether she consents.\nNothing else comes before it, because it is her decision alone."
PATIENCE = 60000


def test_an_essay_from_its_typing_to_the_desk(new_page, as_person, manage, axe):
    manage("shell", "-v", "0", "-c", QUIZ)
    page = new_page(viewport={"width": 390, "height": 844})
    as_person(page, "trainee")
    page.goto("/my-work/701-QUIZ/")
    axe(page)
    box = page.locator("[data-item]").nth(1)
    page.locator("[data-item]").nth(0).get_by_label("True").check()
    expect(page.locator("[data-item]").nth(0).locator(".quiz-line")).to_have_text(
        "Saved", timeout=PATIENCE
    )
    page.context.set_offline(True)
    box.locator("textarea").fill("I would ask.")
    box.locator("textarea").blur()
    expect(box.locator(".quiz-line")).to_contain_text("Not saved yet", timeout=PATIENCE)
    box.locator("textarea").fill(WORDS)
    box.locator("textarea").blur()
    page.context.set_offline(False)
    expect(box.locator(".quiz-line")).to_have_text("Saved", timeout=PATIENCE)
    page.reload()
    page.wait_for_load_state()
    expect(box.locator("textarea")).to_have_value(WORDS)
    page.get_by_role("button", name="Check your answers").click()
    page.wait_for_url("**/check/")
    page.wait_for_load_state()
    expect(page.get_by_role("main")).to_contain_text("more than the 12 words")
    axe(page)
    page.get_by_role("button", name="Hand in my answers").click()
    page.wait_for_url("**/my-work/701-QUIZ/")
    page.wait_for_load_state()
    expect(page.get_by_role("main")).to_contain_text("has no mark yet")
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing is cut off"

    desk = new_page(viewport={"width": 1440, "height": 900})
    as_person(desk, "tutor")
    done = manage("shell", "-v", "0", "-c", GIVEN_OUT)
    number, *author = json.loads(done.strip().splitlines()[-1])
    desk.goto(f"/marking/{number}/")
    desk.wait_for_load_state()
    main = desk.get_by_role("main")
    expect(main).to_contain_text("Consent comes first.")
    expect(desk.frame_locator("iframe").locator("body")).to_contain_text("whether she consents")
    axe(desk)
    assert not [one for one in author if one in desk.content()]
    desk.locator("input[name^='mark-']").fill("64")
    expect(desk.locator("[data-saved]")).to_contain_text("Saved at", timeout=PATIENCE)
    desk.set_viewport_size({"width": 390, "height": 844})
    assert desk.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing is cut off"
