"""Keeps the sections of a draft at their questions while these move, leave or are copied; inside the transaction of whoever holds the draft."""

from ..sections import QuizSection, sections_by_question


def copy_sections(version, draft):
    """The sections of a version for the draft that begins as its copy."""
    places = dict(draft.places.values_list("question_id", "pk"))
    QuizSection.objects.bulk_create(
        QuizSection(
            version=draft,
            first_id=one.first and places[one.first.question_id],
            title=one.title,
            text=one.text,
        )
        for one in version.sections.select_related("first")
    )


def leave_section(place):
    """Before a place goes: a section that begins there begins with the next question of its own, or is empty."""
    section = QuizSection.objects.filter(first=place).first()
    if section:
        _begin_after(section, [place.question_id])


def cross_section(draft, keys, direction) -> bool:
    """A unit at the edge of a section goes over to the one beside it, and no question changes its place. Was it at an edge?"""
    places = list(draft.places.select_related("question").order_by("order", "pk"))
    numbers = [n for n, place in enumerate(places) if place.question.key in keys]
    beside = numbers[0] - 1 if direction == "up" else numbers[-1] + 1
    if not 0 <= beside < len(places):
        return False
    found = sections_by_question(draft)
    here, there = (found.get(places[n].question_id) for n in (numbers[0], beside))
    if here == there:
        return False
    questions = [places[n].question_id for n in numbers]
    if here and here.first_id == places[numbers[0]].pk:
        _begin_after(here, questions)
    if direction == "down" and there:
        there.first = places[numbers[0]]
        there.save(update_fields=["first"])
    return True


def _begin_after(section, questions):
    """A section begins with its first question that is none of these."""
    found = sections_by_question(section.version)
    rows = section.version.places.order_by("order", "pk").exclude(question__in=questions)
    section.first = next((row for row in rows if found.get(row.question_id) == section), None)
    section.save(update_fields=["first"])


def begin_again(draft, before):
    """After questions changed places: each section begins with the first of those it had `before` (as `sections_by_question` has them)."""
    for section in set(before.values()):
        theirs = [question for question, one in before.items() if one == section]
        first = draft.places.filter(question__in=theirs).order_by("order", "pk").first()
        if first and first.pk != section.first_id:
            section.first = first
            section.save(update_fields=["first"])
