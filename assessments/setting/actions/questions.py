"""Writes the questions of a draft; it refuses to change one that another version asks, and writes another in its place."""

import re
from random import SystemRandom

from django.db import transaction
from django.utils.translation import gettext as _

from courses.models import Provision
from lms.kit import codes
from lms.kit.refusals import Refused
from lms.record.actions import write

from .. import kinds
from ..bank import QuestionTag, Scenario
from ..essays import sound_essay
from ..models import Choice, Question, VersionQuestion
from ..scenarios import groups_of, scenario_in
from ..sections import sections_by_question
from ..together import units_of
from .section_places import begin_again, cross_section
from .versions import drop_place, lock_draft, save_draft

MOST_LETTERS = 60  # of a tag
NEXT = re.compile(r"\.v(\d+)$")  # the end of the key of a question that replaces another


def root_of(key: str) -> str:
    """The key of the question that stood first in the line of those that replace each other."""
    return NEXT.sub("", key)


def key_after(key: str) -> str:
    """The key of a question that stands in the place of one with this key."""
    found = NEXT.search(key)
    number = int(found[1]) + 1 if found else 2
    while Question.objects.filter(key=f"{root_of(key)}.v{number}").exists():
        number += 1
    return f"{root_of(key)}.v{number}"


@transaction.atomic
def write_question(version, facts, *, by, question=None, seen=None) -> Question:
    """A new question at the end of a draft, or another text of one that stands in it.

    `facts`: kind (one right answer where there is none), text, nation, why, choices (dicts of text, is_right and pair, as the kind has them), solution (as
    `kinds` has it), scenario (the key of one, of a new question), tags (pairs of facet and name; those it has where they are not named), provision (a key of the ledger of law, or empty). The kind of a question that stands in the draft stays. 1. the question: the row
    itself where no other version asks it, else a new one that replaces it, 2. its choices, 3. a record entry. Nothing new to say: nothing is written.
    """
    draft = lock_draft(version, by=by, seen=seen)
    if question is None:
        made = add_question(draft, facts)
    else:
        made = _rewrite(draft, question, facts)
        if made is None:
            return question
    save_draft(draft, "assessments.write_question", by=by, after={"key": made.key})
    return made


def _values_of(facts, kind):
    """The columns of a question, its choices and the law it rests on."""
    law = law_of(facts.get("provision", ""))
    choices, solution = sound_solution(kind, facts)
    values = {
        "kind": kind,
        "solution": solution,
        "text": facts["text"].strip(),
        "nation": facts.get("nation", ""),
        "why": facts.get("why", "").strip(),
    }
    return values, choices, law


def add_question(draft, facts, order=None) -> Question:
    """In the caller's transaction, which holds the draft: a new question at its end, or with the others of its scenario; or at that place (`order`), and then
    the caller keeps scenarios together."""
    values, choices, law = _values_of(facts, facts.get("kind", kinds.SINGLE))
    scenario = _scenario_of(draft, facts.get("scenario", ""))
    made = Question.objects.create(
        assessment=draft.assessment,
        scenario=scenario,
        key=facts.get("key") or codes.new("Q"),
        provision=law,
        reading=law.reading if law else 1,
        **values,
    )
    VersionQuestion.objects.create(version=draft, question=made, order=order or next_place(draft))
    _make_choices(made, choices)
    _add_tags(made, _sound_tags(facts.get("tags", ())))
    if scenario and order is None:
        keep_together(draft)
    return made


def _scenario_of(draft, key):
    found = scenario_in(draft, key) if key else None
    if key and found is None:
        raise Refused(_("This scenario is no longer in the draft. Load the page again."))
    return found


def keep_together(draft):
    """In the caller's transaction, which holds the draft: the questions of a scenario follow each other, from where its first one stands."""
    places = {place.question.key: place for place in draft.places.select_related("question")}
    units = units_of(list(places), groups_of(place.question for place in places.values()))
    keys = [key for unit in units for key in unit]
    if keys != list(places):
        _write_order(places, keys)


def _write_order(places, keys):
    for number, key in enumerate(keys, start=1):
        places[key].order = number
    VersionQuestion.objects.bulk_update(places.values(), ["order"])


def next_place(draft) -> int:
    """The place after the last question."""
    last = draft.places.order_by("-order").values_list("order", flat=True).first()
    return (last or 0) + 1


def _rewrite(draft, question, facts):
    values, choices, law = _values_of(facts, question.kind)
    tags = _sound_tags(facts["tags"]) if "tags" in facts else tags_of(question)
    if tags == tags_of(question) and _says(question, values, choices, law):
        _insist_in(draft, question)
        return None
    made = _rewritten(draft, question, values, law)
    made.choices.all().delete()
    _make_choices(made, choices)
    _tag(made, tags)
    return made


def _make_choices(question, choices):
    """Their keys stand in the page of a quiz, so they come in no order: in the author's, the n-th key would be the n-th pair's answer."""
    made = [
        Choice(question=question, text=text, is_right=right, pair=pair, order=n)
        for n, (text, right, pair) in enumerate(choices, start=1)
    ]
    SystemRandom().shuffle(made)
    Choice.objects.bulk_create(made)


def _says(question, values, choices, law):
    return (
        choice_rows(question) == choices
        and question.provision == law
        and all(getattr(question, name) == value for name, value in values.items())
    )


def _insist_in(draft, question):
    place = draft.places.filter(question=question).first()
    if place is None:
        raise Refused(_("This question is no longer in the draft. Load the page again."))
    return place


def _rewritten(draft, question, values, law):
    """The row to write on, in the same place: itself, or one that replaces it."""
    place = _insist_in(draft, question)
    if question.places.exclude(pk=place.pk).exists():
        values |= {"key": key_after(question.key), "replaces": question}
        question = Question(assessment=draft.assessment, scenario=question.scenario)
    for name, value in values.items():
        setattr(question, name, value)
    question.provision, question.reading = law, law.reading if law else 1
    question.save()
    if place.question_id != question.pk:
        place.question = question
        place.save(update_fields=["question"])
    return question


def replace_question(draft, question, *, scenario) -> Question:
    """In the caller's transaction, which holds the draft: the same question about another scenario, or none. The row itself where no other version asks it,
    else one that replaces it."""
    if not question.places.exclude(version=draft).exists():
        question.scenario = scenario
        question.save(update_fields=["scenario"])
        return question
    reading, choices, tags = question.reading, choice_rows(question), tags_of(question)
    names = ("kind", "solution", "text", "nation", "why")
    values = {name: getattr(question, name) for name in names}
    made = _rewritten(draft, question, values | {"scenario": scenario}, question.provision)
    made.reading = reading  # nobody has read the law again
    made.save(update_fields=["reading"])
    _make_choices(made, choices)
    _tag(made, tags)
    return made


def scenario_for(draft, text) -> Scenario | None:
    """In the caller's transaction, which holds the draft: its scenario with these words, or a new one; None for no words."""
    if not text:
        return None
    same = draft.assessment.scenarios.filter(text=text)
    there = same.filter(questions__places__version=draft).first()
    there = there or same.filter(questions=None).first()
    return there or Scenario.objects.create(
        assessment=draft.assessment, key=codes.new("S"), text=text
    )


def tags_of(question) -> list[tuple[str, str]]:
    """Its tags, each its facet and its name."""
    return sorted((tag.facet, tag.name) for tag in question.tags.all())


def _tag(question, tags):
    question.tags.all().delete()
    _add_tags(question, tags)


def _add_tags(question, tags):
    QuestionTag.objects.bulk_create(
        QuestionTag(question=question, facet=facet, name=name) for facet, name in tags
    )


def _sound_tags(tags) -> list[tuple[str, str]]:
    """Each once, whatever its capitals and spaces."""
    found = {}
    for facet, name in tags:
        name = " ".join(name.split())
        if facet not in dict(QuestionTag.FACETS) or len(name) > MOST_LETTERS:
            raise Refused(_("A tag has %(most)s letters at most.") % {"most": MOST_LETTERS})
        if facet == QuestionTag.DIFFICULTY and name not in dict(QuestionTag.DIFFICULTIES):
            raise Refused(_("Choose how difficult the question is."))
        if name:
            found.setdefault((facet, name.casefold()), (facet, name))
    return sorted(found.values())


def choice_rows(question) -> list[tuple[str, bool, str]]:
    """Its choices, as `kinds.faults` takes them."""
    return [(c.text, c.is_right, c.pair) for c in question.choices.all()]


def sound_solution(kind, facts):
    """The choices and the solution of a question as they are kept. Raises Refused, in words, where it could not be asked."""
    rows = [
        (one["text"].strip(), bool(one.get("is_right")), one.get("pair", "").strip())
        for one in facts.get("choices", [])
    ]
    choices, solution = [], {}
    if kind in kinds.TYPED:
        solution = _sound_words(kind, facts.get("solution", {}))
    elif kind == kinds.CLOZE:
        solution = sound_gaps(facts.get("solution", {}))
    elif kind == kinds.ESSAY:
        solution = sound_essay(facts.get("solution", {}))
    elif kind == kinds.MATCH:
        choices = [(text, False, pair) for text, _right, pair in rows if text or pair]
    elif kind == kinds.ORDER:
        choices = [(text, False, "") for text, _right, _pair in rows if text]
    else:
        choices = [(text, right, "") for text, right, _pair in rows if text]
    if kind not in kinds.KINDS:
        raise Refused(_("We do not know this kind of question."))
    if faults := kinds.faults(kind, choices, solution, facts["text"]):
        raise Refused(faults[0])
    return choices, solution


def sound_gaps(solution) -> dict:
    """The gaps of a text as they are kept."""
    return {"gaps": [_sound_gap(one) for one in solution.get("gaps", [])]}


def _sound_gap(gap):
    if gap["kind"] == kinds.SINGLE:
        words = sorted(one.strip() for one in gap.get("others", []))  # their order says nothing
        found = {"right": gap.get("right", "").strip(), "others": [one for one in words if one]}
    else:
        found = _sound_words(gap["kind"], gap)
        found.pop("unit", None)  # it stands in the text
    return {"kind": gap["kind"], **found}


def _sound_words(kind, solution):
    """What is typed, without what only its writer needed: spaces, commas in figures, an answer twice."""
    if kind == kinds.SHORT:
        words = [one.strip() for one in solution.get("accept", [])]
        return {"accept": list(dict.fromkeys(one for one in words if one))}
    found = {"unit": solution.get("unit", "").strip()}
    for name in ("value", "tolerance"):
        typed = str(solution.get(name, "")).strip() or ("0" if name == "tolerance" else "")
        number = kinds.read_number(typed)
        found[name] = typed if number is None else f"{number.normalize():f}"
    return found


def law_of(key) -> Provision | None:
    """The entry of the ledger of law. Raises Refused where there is none of that key."""
    if not key.strip():
        return None
    law = Provision.objects.filter(key=key.strip()).first()
    if law is None:
        raise Refused(_("The ledger of law has no entry “%(key)s”.") % {"key": key.strip()})
    return law


@transaction.atomic
def remove_question(version, question, *, by, seen=None):
    """A question leaves a draft; others that ask it keep it. 1. its place, and itself where no other version asks it, 2. a record entry.
    Twice is once."""
    draft = lock_draft(version, by=by, seen=seen)
    place = draft.places.filter(question=question).select_related("question").first()
    if place:
        key = place.question.key
        drop_place(place)
        save_draft(draft, "assessments.remove_question", by=by, after={"key": key})


@transaction.atomic
def order_questions(version, keys, *, by, seen=None):
    """The order in which a draft asks its questions; `keys` are all of theirs. 1. the places, 2. a record entry."""
    draft = lock_draft(version, by=by, seen=seen)
    places = {place.question.key: place for place in draft.places.select_related("question")}
    if sorted(keys) != sorted(places):
        raise Refused(_("The questions of this draft have changed. Load the page again."))
    if list(places) == list(keys):
        return
    units = units_of(keys, groups_of(place.question for place in places.values()))
    if [key for unit in units for key in unit] != list(keys):
        raise Refused(_("The questions of a scenario stay together."))
    _write_order(places, keys)
    save_draft(draft, "assessments.order_questions", by=by, after={"keys": list(keys)})


@transaction.atomic
def move_question(version, key, direction, *, by):
    """A question changes places with what is before it (`up`) or after it; a whole scenario does by its own key, and a question of one among its others.
    1. the places, or the section where it goes over to the one beside it, 2. a record entry. At the end of the list: nothing."""
    draft = lock_draft(version, by=by)
    questions = [place.question for place in draft.places.select_related("question__scenario")]
    units = units_of([question.key for question in questions], groups_of(questions))
    scenarios = {question.key: question.scenario for question in questions if question.scenario}
    whole = [unit for unit in units if unit[0] in scenarios and scenarios[unit[0]].key == key]
    unit = next((one for one in units if key in one), whole[0] if whole else None)
    if unit is None:
        raise Refused(_("This question is no longer in the draft. Load the page again."))
    row: list = unit if key in scenarios else units  # both are changed in their place
    here = unit.index(key) if key in scenarios else units.index(unit)
    there = here + (-1 if direction == "up" else 1)
    if row is units and cross_section(draft, unit, direction):
        save_draft(draft, "assessments.move_question", by=by, after={"key": key, "to": direction})
    elif 0 <= there < len(row):
        row[here], row[there] = row[there], row[here]
        sections = sections_by_question(draft)
        order_questions(draft, [key for unit in units for key in unit], by=by)
        begin_again(draft, sections)


def name_law(assessment, wanted, *, by) -> bool:
    """In the caller's transaction: tie questions to the law their answers rest on, in the reading of today, where they were tied to none. `wanted`: ledger's key by
    question's. It changes no question, so it may come after approval. Was any tied? Then the record has an entry."""
    tied = False
    for question in assessment.questions.select_related("provision") if wanted else ():
        key = wanted.get(root_of(question.key), "")
        if key and (question.provision is None or question.provision.key != key):
            law = law_of(key)
            question.provision, question.reading = law, law.reading if law else 1
            question.save(update_fields=["provision", "reading"])
            tied = True
    if tied:
        write("assessments.name_law", assessment, by=by, after={"code": assessment.code})
    return tied
