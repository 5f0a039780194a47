"""Writes the scenarios of a draft; it refuses to change a text that another version asks about, and writes another in its place."""

from django.db import transaction
from django.utils.translation import gettext as _

from lms.kit import codes
from lms.kit.refusals import Refused

from ..bank import Scenario
from ..models import VersionQuestion
from .questions import replace_question
from .versions import drop_place, lock_draft, save_draft


@transaction.atomic
def write_scenario(version, text, *, by, scenario=None, seen=None) -> Scenario:
    """A new scenario, which waits in the draft for its questions, or another text of one.

    1. the scenario: the row itself where no other version asks about it, else a new one, to which its questions in this draft go over (each that another
    version asks too is replaced), 2. a record entry. Nothing new to say: nothing is written. Raises Outdated when the draft was saved after `seen`.
    """
    draft = lock_draft(version, by=by, seen=seen)
    text = "\n".join(text.strip().splitlines())
    if not text:
        raise Refused(_("Write the scenario."))
    if scenario is not None:
        scenario = Scenario.objects.select_for_update(no_key=True).filter(pk=scenario.pk).first()
        if scenario is None or scenario.assessment_id != draft.assessment_id:
            raise Refused(_("This scenario is no longer in the draft. Load the page again."))
        if scenario.text == text:
            return scenario
    if scenario is None or _is_shared(scenario, draft):
        made = Scenario.objects.create(assessment=draft.assessment, key=codes.new("S"), text=text)
        for place in _places(draft, scenario) if scenario else ():
            replace_question(draft, place.question, scenario=made)
    else:
        made = scenario
        made.text = text
        made.save(update_fields=["text"])
    save_draft(draft, "assessments.write_scenario", by=by, after={"key": made.key})
    return made


@transaction.atomic
def remove_scenario(version, scenario, *, by, seen=None):
    """A scenario and its questions leave a draft; other versions keep theirs. 1. the places, and each question that no other version asks, 2. the scenario
    where no question is left, 3. a record entry. Twice is once."""
    draft = lock_draft(version, by=by, seen=seen)
    there = Scenario.objects.filter(pk=scenario.pk, assessment=draft.assessment).first()
    places = _places(draft, there) if there else []
    if there is None or (not places and there.questions.exists()):
        return
    keys = [place.question.key for place in places]
    for place in places:
        drop_place(place)
    key = there.key
    if not there.questions.exists():
        there.delete()
    after = {"key": key, "questions": keys}
    save_draft(draft, "assessments.remove_scenario", by=by, after=after)


def _places(draft, scenario):
    rows = VersionQuestion.objects.filter(version=draft, question__scenario=scenario)
    return list(rows.select_related("question__provision", "question__assessment"))


def _is_shared(scenario, draft):
    rows = VersionQuestion.objects.filter(question__scenario=scenario)
    return rows.exclude(version=draft).exists()
