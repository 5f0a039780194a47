"""What happens in the invented pilot's study: the law moves on, and two trainees leave their marks."""
from datetime import timedelta

from courses import actions
from courses.drawing import draw
from courses.models import LawChange, Provision, TopUp, TopUpDue, UnitPage, UnitVersion
from courses.queries import path
from lms.kit import clock

from . import read

QUESTION = {
    "text": "Which of these roles is named under section 16 since 2 February 2026?",
    "options": [
        {"text": "Independent stalking advocate", "right": True, "why": "It joined the two roles named from 9 May 2025."},
        {"text": "Independent Modern Slavery Advocate", "right": False, "why": "IMSA is not a named role: say so when you are asked."},
        {"text": "Independent domestic violence adviser", "right": False, "why": "It was named already, from 9 May 2025."},
    ],
    "why": "",
}


def the_law_moves_on(*, by, day):
    """A review finds that a provision changed: it is recorded, its units are published again, the top-up goes out.

    `by`: a course author. Nothing is done a second time.
    """
    for entry in read("provisions.toml")["provision"]:
        change = entry.get("change")
        provision = Provision.objects.get(key=entry["key"])
        if not change or LawChange.objects.filter(provision=provision).exists():
            continue
        with clock.at(change["found_on"]):
            made = actions.record_change(
                provision, by=by, words=change["words"], effective_on=change["effective_on"],
                now={name: entry[name] for name in change["before"]} | {"as_at": change["found_on"]},
            )
            for page in UnitPage.objects.filter(variant__versions__citations__provision=provision, live=True).distinct():
                page = UnitPage.objects.get(pk=page.pk)
                actions.publish_version(page.variant, draw(page, page.core), by=by, revision=page.live_revision_id)
        with clock.at(change["found_on"] + timedelta(2)):
            top_up = actions.draft_top_up(made, by=by)
            top_up.title = f"{entry['act']}, {entry['section']}: a third role is named"
            top_up.body = [*((b.block_type, b.value) for b in top_up.body), ("choice_check", QUESTION)]
            top_up.save()
            actions.send_top_up(TopUp.objects.get(pk=top_up.pk), by=by, counts_from=day + timedelta(28))


def some_have_read_it(people):
    for due in TopUpDue.objects.filter(person__in=people, done_at=None).select_related("top_up", "person"):
        for part in due.top_up.parts:
            if part["kind"] == "check":
                actions.answer_top_up(due, part["id"], 0, by=due.person)
        actions.finish_top_up(due, by=due.person)


def marks_of(person, *, day):
    """Somebody half way through their next unit: two answers, a place, an activity; and what they had answered before."""
    found = path(person)
    following = next((s for entry in found for s in entry.units if s.is_next), None)
    studied = [s for entry in found for s in entry.units if s.is_studied]
    for step, most in [*((s, 9) for s in studied), *([(following, 2)] if following else [])]:
        version = UnitVersion.objects.select_related("variant__unit__module").get(pk=step.version.id)
        checks = [p for p in version.segments if p["kind"] == "check" and p["style"] == "choice"]
        with clock.at(step.studied_at.date() if step.studied_at else day - timedelta(1)):
            for part in checks[:most]:
                right = next(n for n, option in enumerate(part["options"]) if option["right"])
                actions.answer_check(person, version, part["id"], right, by=person)
            if step is following and checks:
                actions.keep_place(person, version.variant, checks[0]["id"], by=person)


def votes(people):
    """Enough people answer each poll for the answers to be shown."""
    for person in people:
        for step in [s for entry in path(person) for s in entry.units if s.is_studied]:
            version = UnitVersion.objects.select_related("variant__unit__module").get(pk=step.version.id)
            for part in (p for p in version.segments if p["kind"] == "poll"):
                actions.vote(person, version, part["id"], person.pk % len(part["options"]), by=person)
