"""Criteria show learning outcomes of the module, in words that stay with an approved version; the paper says which outcomes none shows."""

from decimal import Decimal

import pytest
from django.test import Client

from assessments.marking.blind import script_for
from assessments.setting.actions.loading import keep_assessment
from assessments.setting.actions.reviews import answer, send
from assessments.setting.actions.versions import Incomplete, approve, edit_version, start_version
from assessments.setting.models import Criterion, Level
from assessments.setting.outcomes import name_of
from assessments.setting.queries import rubric_of
from lms.kit.refusals import Refused

from .scene import CRITERIA, ESSAY, OP, sign_in
from .test_setting_pages import rows
from .test_versions import everything, newest

DATE, LIMIT, OTHER = "Date a source of law.", "Say where an advocate stops.", "Work with others."


def outcomes_in(version):
    return {one.key: one.outcomes for one in rubric_of(version)}


def text(someone, url):
    return sign_in(Client(), someone).get(url).content.decode()


@pytest.fixture
def draft(scene):
    scene.one.outcomes = [DATE, LIMIT, OTHER]
    scene.one.save()
    return start_version(newest(scene.essay), by=scene.registrar)


def test_outcomes_are_ticked_on_the_page_and_read_by_everyone_who_uses_the_criteria(scene, draft):
    client, url = sign_in(Client(), scene.registrar), "/registry/assessments/T1-ESSAY/2/"
    typed = rows(("law", "Law", "60", "Dated.", False), ("role", "Role", "40", "", False))
    sent = {"action": "save", "seen": "0", "weight": "70", "words": "3000", "brief": "B", **typed}
    shown = {"outcomes-1-shown": "1", "outcomes-2-shown": "1"}
    before = everything()
    wrong = client.post(url, {**sent, **shown, "outcomes-1": "0123456789abcdef"})
    assert wrong.status_code == 422 and "have changed since" in wrong.content.decode()
    assert everything() == before
    ticked = {"outcomes-1": [name_of(LIMIT), name_of(DATE)], "outcomes-2": name_of(LIMIT)}
    assert client.post(url, {**sent, **shown, **ticked}).status_code == 302
    assert outcomes_in(draft) == {"law": [DATE, LIMIT], "role": [LIMIT]}
    page = client.get(url).content.decode()
    assert page.count("checked") >= 3 and "No criterion here assesses" in page
    assert "A marking guide" in page and "Whole marks" in page
    # A page from before they were there leaves them; one that shows them takes them away.
    assert client.post(url, {**sent, "seen": "1", "brief": "C"}).status_code == 302
    assert outcomes_in(draft) == {"law": [DATE, LIMIT], "role": [LIMIT]}
    sent["seen"] = "2"
    assert client.post(url, {**sent, **shown, "outcomes-1": name_of(DATE)}).status_code == 302
    assert outcomes_in(draft) == {"law": [DATE], "role": []}

    draft.refresh_from_db()
    sent_draft = send(draft, by=scene.registrar)
    paper = text(scene.examiner, "/examining/papers/T1-ESSAY/2/")
    unmapped = paper[paper.index("No criterion here assesses") :]
    assert DATE in paper and LIMIT in unmapped and OTHER in unmapped and DATE not in unmapped
    answer(sent_draft, "approved", "", by=scene.examiner)
    brief = text(scene.author, "/my-work/T1-ESSAY/")
    assert DATE in brief and "No criterion here assesses" not in brief
    submission = scene.mark(scene.hand_in(), 60, 60)
    assert script_for(scene.agnes, submission.script).criteria[0].outcomes == (DATE,)
    assert "What they looked for" not in text(scene.author, "/my-work/T1-ESSAY/")
    scene.release()
    feedback = text(scene.author, "/my-work/T1-ESSAY/")
    assert "What they looked for" in feedback and DATE in feedback


def test_a_new_version_keeps_them_and_what_the_module_has_no_more_is_said(scene, draft, settings):
    settings.IMSA_EXAMINER_APPROVES = False
    first = [{**CRITERIA[0], "outcomes": [DATE, OTHER]}, CRITERIA[1]]
    before = everything()
    with pytest.raises(Refused, match="no learning outcome"):
        edit_version(draft, by=scene.registrar, criteria=[{**first[0], "outcomes": ["Fly."]}])
    assert everything() == before
    edit_version(draft, by=scene.registrar, criteria=first)
    approved = approve(draft, by=scene.registrar)
    desk = scene.allocate(scene.hand_in())[0]
    assert DATE in text(scene.agnes, f"/marking/{desk.submission.script}/")
    later = start_version(approved, by=scene.registrar)
    assert outcomes_in(later) == {"law": [DATE, OTHER], "role": []}

    scene.one.outcomes = [DATE, LIMIT]
    scene.one.save()
    assert outcomes_in(approved)["law"] == [DATE, OTHER], "what was approved says the same"
    with pytest.raises(Incomplete, match="not a learning outcome of this module any more"):
        approve(later, by=scene.registrar)
    page = text(scene.registrar, "/registry/assessments/T1-ESSAY/3/")
    assert "Work with others. (not an outcome of this module any more)" in page
    edit_version(later, by=scene.registrar, criteria=[{**first[0], "outcomes": [LIMIT]}, first[1]])
    approve(later, by=scene.registrar)
    facts = {**ESSAY, "criterion": [{**CRITERIA[0], "outcomes": [LIMIT]}, CRITERIA[1]]}
    for _again in range(2):  # a file that says what is there writes no version
        keep_assessment(scene.one, {**facts, "criterion": facts["criterion"]}, by=OP)
    assert outcomes_in(newest(scene.essay)) == {"law": [LIMIT], "role": []}


def test_what_was_used_for_marking_never_changes_whether_rubric_or_guide(scene, draft, settings):
    settings.IMSA_EXAMINER_APPROVES = False
    levels = [
        {"mark_from": Decimal(low), "mark_to": Decimal(high), "descriptor": words}
        for low, high, words in (("50", "100", "Sound."), ("0", "49.5", "Not yet."))
    ]
    rubric = [{"key": "law", "title": "Law", "weight": 100, "levels": levels}]
    edit_version(draft, by=scene.registrar, step=Decimal("0.5"), criteria=rubric)
    approved = approve(draft, by=scene.registrar)
    page = text(scene.registrar, "/registry/assessments/T1-ESSAY/2/")
    assert "A rubric (what each mark means)" in page and "Whole and half marks" in page
    scene.allocate(scene.hand_in())

    def all_of_it():
        return (
            everything(),
            list(Criterion.objects.values_list()),
            list(Level.objects.values_list()),
        )

    before = all_of_it()
    for change in (
        {"criteria": [{"key": "law", "title": "Law", "weight": 100, "description": "Guide."}]},
        {"criteria": [{**rubric[0], "outcomes": [DATE]}]},
        {"step": Decimal("1.0")},
        {"names_author": True},
        {"brief": "Another."},
    ):
        with pytest.raises(Refused, match="cannot be changed"):
            edit_version(approved, by=scene.registrar, **change)
        assert all_of_it() == before
