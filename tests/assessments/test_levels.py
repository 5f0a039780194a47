"""What a mark means: levels hold every mark once, and go with their version; a desk takes no value that is not a mark, and says what to type."""

import re
from decimal import Decimal

import pytest
from django.test import Client

from assessments.marking.actions.marks import save_marks
from assessments.marking.actions.marks import seal as seal_marks
from assessments.marking.blind import script_for
from assessments.marking.models import Allocation
from assessments.setting.actions.loading import keep_assessment
from assessments.setting.actions.versions import approve, edit_version, start_version
from assessments.setting.models import Level
from assessments.setting.queries import rubric_of
from assessments.setting.rubric import HALF, WHOLE, level_faults, middle_of, read_mark
from lms.kit.refusals import Refused

from .scene import CRITERIA, ESSAY, OP, sign_in
from .test_setting_pages import rows
from .test_versions import everything, newest

LEVELS = [
    {"from": 70, "to": 100, "text": "Law that is moving is handled with command."},
    {"from": 40, "to": 69, "text": "Right in the main."},
    {"from": 0, "to": 39, "text": "Not known."},
]
WITH_LEVELS = {**ESSAY, "criterion": [{**CRITERIA[0], "level": LEVELS}, CRITERIA[1]]}
HALVES = {**WITH_LEVELS, "step": 0.5, "criterion": CRITERIA}


def levels_of(version, key="law"):
    found = next(one for one in rubric_of(version) if one.key == key)
    return [(level.mark_from, level.mark_to, level.descriptor) for level in found.levels.all()]


def typed_levels(number, *lines):
    sent = {f"levels-{number}": str(len(lines))}
    for n, line in enumerate(lines, start=1):
        parts = zip(("from", "to", "text"), line, strict=True)
        sent |= {f"level-{part}-{number}-{n}": value for part, value in parts}
    return sent


# ---- a mark ----
@pytest.mark.parametrize(
    ("typed", "step", "mark"),
    [
        ("65", WHOLE, 65),
        (" 65.0 ", WHOLE, 65),
        ("0", WHOLE, 0),
        ("100", HALF, 100),
        ("69.5", HALF, 69.5),
        ("69.50", HALF, 69.5),
        (69.5, HALF, 69.5),
    ],
)
def test_a_mark_is_read_as_it_is_meant(typed, step, mark):
    assert read_mark(typed, step) == mark and type(read_mark(typed, step)) is type(mark)


@pytest.mark.parametrize(
    "typed", ["seventy", "69.999", "69,5", "105", "-1", "", "٦٥", "1e1", "6 5"]
)
@pytest.mark.parametrize("step", [WHOLE, HALF])
def test_what_is_no_mark_is_never_made_one(typed, step):
    with pytest.raises(ValueError):
        read_mark(typed, step)


def test_half_a_mark_is_one_only_where_the_version_says_so():
    with pytest.raises(ValueError):
        read_mark("69.5", WHOLE)
    with pytest.raises(ValueError):
        read_mark("69.25", HALF)


# ---- levels ----
@pytest.mark.parametrize(
    ("bounds", "step", "words"),
    [
        (
            [(0, 39), (40, 69), (71, 100)],
            WHOLE,
            "No level holds the mark 70. Begin this one at 70.",
        ),
        ([(0, 39), (50, 100)], WHOLE, "No level holds the marks from 40 to 49."),
        ([(0, 40), (40, 100)], WHOLE, "The mark 40 stands in two levels."),
        ([(0, 100), (40, 50)], WHOLE, "stands in two levels"),
        ([(10, 100)], WHOLE, "begins at 10"),
        ([(0, 90)], WHOLE, "ends at 90"),
        ([(0, 50), (100, 51)], WHOLE, "Type the lower mark first"),
        ([(0, "39.5"), (40, 100)], WHOLE, "whole number"),
        ([(0, 39), (40, 100)], HALF, "No level holds the mark 39.5."),
    ],
)
def test_gaps_and_overlaps_are_said_in_words(bounds, step, words):
    found = level_faults([(Decimal(low), Decimal(high)) for low, high in bounds], step)
    assert words in " ".join(fault for _place, fault in found)


def test_levels_that_hold_every_mark_once_are_right():
    assert level_faults([], WHOLE) == []
    sound = [(Decimal(40), Decimal(100)), (Decimal(0), Decimal("39.5"))]
    assert level_faults(sound, HALF) == []


@pytest.mark.both_engines
def test_levels_go_with_their_version(scene):
    keep_assessment(scene.one, WITH_LEVELS, by=OP)
    first = newest(scene.essay)
    assert [row[:2] for row in levels_of(first)] == [(70, 100), (40, 69), (0, 39)]
    before = everything()
    keep_assessment(scene.one, WITH_LEVELS, by=OP)
    assert everything() == before, "nothing new to say"
    draft = start_version(first, by=scene.registrar)
    assert levels_of(draft) == levels_of(first) and draft.step == first.step
    edit_version(draft, by=scene.registrar, criteria=[{"key": "law", "title": "L", "weight": 100}])
    assert levels_of(draft) == levels_of(first), "what is not named stays"
    only = {"key": "law", "title": "L", "weight": 100, "levels": []}
    edit_version(draft, by=scene.registrar, criteria=[only])
    assert not levels_of(draft) and len(levels_of(first)) == 3


def test_levels_with_a_gap_are_refused_and_nothing_changes(scene):
    draft = start_version(newest(scene.essay), by=scene.registrar)
    low = {"mark_from": Decimal(0), "mark_to": Decimal(39), "descriptor": "Low."}
    high = {"mark_from": Decimal(41), "mark_to": Decimal(100), "descriptor": "High."}
    law = {"key": "law", "title": "Law", "weight": 100, "levels": [low, high]}
    before = everything(), Level.objects.count()
    with pytest.raises(Refused, match="No level holds the mark 40"):
        edit_version(draft, by=scene.registrar, brief="X", criteria=[law])
    high["mark_from"] = Decimal(40)
    assert (everything(), Level.objects.count()) == before
    edit_version(draft, by=scene.registrar, criteria=[law])
    before = everything()
    with pytest.raises(Refused, match=r"39\.5"):
        edit_version(draft, by=scene.registrar, step=HALF)
    with pytest.raises(Refused, match="whole and half"):
        edit_version(draft, by=scene.registrar, step=Decimal("0.3"))
    assert everything() == before


@pytest.mark.both_engines
def test_levels_are_written_on_the_page_of_the_draft(scene, settings):
    settings.IMSA_EXAMINER_APPROVES = False
    registrar = sign_in(Client(), scene.registrar)
    registrar.post("/registry/assessments/T1-ESSAY/", {"action": "start", "from": "1"})
    url = "/registry/assessments/T1-ESSAY/2/"
    typed = {"action": "save", "seen": "0", "weight": "70", "words": "3000", "brief": "B"}
    typed |= {"step": "0.5", **rows(("law", "Law", "100", "Dated.", False))}
    before = everything()
    gap = typed_levels(1, ("0", "39.5", "Low."), ("45", "100", "High."), ("", "", ""))
    answer = registrar.post(url, {**typed, **gap})
    page = answer.content.decode()
    assert answer.status_code == 422 and "No level holds the marks from 40 to 44.5." in page
    assert 'value="39.5"' in page and everything() == before
    for wrong in ("seventy", "105", "45,5", "NaN", "1e2"):
        answer = registrar.post(url, {**typed, **gap, "level-from-1-2": wrong})
        assert answer.status_code == 422 and "Give a mark from 0 to 100." in answer.content.decode()
    answer = registrar.post(url, {**typed, **gap, "level-text-1-2": ""})
    assert "Say what such work is like" in answer.content.decode() and everything() == before
    sound = typed_levels(1, ("0", "39.5", "Low."), ("40", "100", "High."), ("", "", ""))
    assert registrar.post(url, {**typed, **sound}).status_code == 302
    draft = newest(scene.essay)
    assert levels_of(draft) == [(40, 100, "High."), (0, Decimal("39.5"), "Low.")]
    # An emptied row is a level taken away; here another takes its marks.
    fewer = typed_levels(1, ("0", "100", "All."), ("", "", ""))
    assert registrar.post(url, {**typed, **fewer, "seen": "1"}).status_code == 302
    assert levels_of(draft) == [(0, 100, "All.")]
    assert "All." in registrar.get(f"{url}preview/").content.decode()


def test_examiner_and_trainee_read_what_each_mark_means(scene, settings):
    settings.IMSA_EXAMINER_APPROVES = True
    keep_assessment(scene.one, WITH_LEVELS, by=OP)
    page = sign_in(Client(), scene.author).get("/my-work/T1-ESSAY/").content.decode()
    assert "Law that is moving is handled with command." in page and "70 to 100" in page
    draft = start_version(newest(scene.essay), by=scene.registrar)
    registrar = sign_in(Client(), scene.registrar)
    registrar.post(f"/registry/assessments/T1-ESSAY/{draft.number}/", {"action": "send", "seen": 0})
    examiner = sign_in(Client(), scene.examiner)
    page = examiner.get(f"/examining/papers/T1-ESSAY/{draft.number}/").content.decode()
    assert "Law that is moving is handled with command." in page


# ---- at the desk ----
def marked(scene, facts):
    keep_assessment(scene.one, facts, by=OP)
    task = scene.allocate(scene.hand_in())[0]
    return task, sign_in(Client(), scene.agnes), f"/marking/{task.submission.script}/"


def send(client, url, action="save", **typed):
    page = client.get(url).content.decode()
    seen = re.search(r'name="seen" value="([^"]+)"', page)[1]
    return client.post(url, {"comment": "Words.", "seen": seen, "action": action, **typed})


def draft_of(task):
    return Allocation.objects.get(pk=task.pk).marks


def test_a_level_proposes_its_middle_and_a_mark_shows_its_level(scene):
    task, agnes, url = marked(scene, WITH_LEVELS)
    page = agnes.get(url).content.decode()
    assert 'name="level-law" value="1"' in page and 'data-middle="54"' in page
    assert (
        send(agnes, url, **{"level-law": "1", "mark-law": "", "mark-role": "50"}).status_code == 302
    )
    assert draft_of(task) == {"law": 54, "role": 50}
    page = agnes.get(url).content.decode()
    here = re.search(r'<tr class="is-current">.*?</tr>', page, re.S)[0]
    assert "Right in the main." in here
    # The saved mark still stands there and another level is chosen: the level is what was decided now.
    send(agnes, url, **{"level-law": "0", "mark-law": "54", "mark-role": "50"})
    assert draft_of(task)["law"] == 85
    # A mark inside the chosen level is the marker's own.
    send(agnes, url, **{"level-law": "0", "mark-law": "71", "mark-role": "50"})
    assert draft_of(task)["law"] == 71


def test_a_mark_and_another_level_are_never_guessed_between(scene):
    task, agnes, url = marked(scene, WITH_LEVELS)
    send(agnes, url, **{"mark-law": "60", "mark-role": "50"})
    answer = send(agnes, url, **{"level-law": "0", "mark-law": "45", "mark-role": "50"})
    page = answer.content.decode()
    assert "You chose the level from 70 to 100 for “Law”, and 45 is not in it." in page
    assert 'value="45"' in page and draft_of(task)["law"] == 60
    send(agnes, url, **{"level-law": "99", "mark-law": "45", "mark-role": "50"})
    assert draft_of(task)["law"] == 45, "a level that is none is left out of account"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("seventy", "Give a whole or half mark from 0 to 100 for “Law”, such as 69 or 69.5."),
        ("69.999", "Type 69.5 or 70."),
        ("69,5", "Type 69.5."),
        ("105", "Give a whole or half mark from 0 to 100 for “Law”"),
    ],
)
def test_what_is_no_mark_is_refused_where_it_stands(scene, typed, words):
    task, agnes, url = marked(scene, HALVES)
    answer = send(agnes, url, **{"mark-law": typed, "mark-role": "60.5"})
    page = answer.content.decode()
    assert words in page and f'value="{typed}"' in page and "Not everything is saved" in page
    assert draft_of(task) == {"role": 60.5}
    before = everything()
    for action in (save_marks, seal_marks):
        with pytest.raises(Refused, match="for “Law”"):
            action(task, marks={"law": typed, "role": 60.5}, comment="W.", by=scene.agnes)
    assert everything() == before


@pytest.mark.both_engines
def test_half_marks_are_weighed_and_shown_as_they_are(scene):
    task, agnes, url = marked(scene, HALVES)
    page = send(agnes, url, action="check", **{"mark-law": "69.5", "mark-role": "60"})
    page = agnes.get(page.headers["Location"]).content.decode()
    assert "69.5 of 100" in page and "65.7 of 100" in page and 'value="69.5"' in page
    seen = re.search(r'name="seen" value="([^"]+)"', page)[1]
    sent = {"mark-law": "69.5", "mark-role": "60", "comment": "Words.", "seen": seen}
    agnes.post(f"{url}seal/", sent)
    found = script_for(scene.agnes, task.submission.script)
    assert found.is_sealed and found.total == Decimal("65.70")
    assert "69.5 of 100" in agnes.get(url).content.decode()


def test_a_version_of_whole_marks_takes_no_half(scene):
    task, agnes, url = marked(scene, WITH_LEVELS)
    answer = send(agnes, url, **{"mark-law": "69.5", "mark-role": "60"})
    assert "Type 69 or 70." in answer.content.decode() and draft_of(task) == {"role": 60}


def test_an_approved_version_keeps_its_levels(scene, settings):
    settings.IMSA_EXAMINER_APPROVES = False
    keep_assessment(scene.one, WITH_LEVELS, by=OP)
    draft = start_version(newest(scene.essay), by=scene.registrar)
    approve(draft, by=scene.registrar)
    before = everything(), Level.objects.count()
    with pytest.raises(Refused):
        edit_version(draft, by=scene.registrar, criteria=[])
    assert (everything(), Level.objects.count()) == before
    assert middle_of(rubric_of(draft)[0].levels.all()[0]) == 85
