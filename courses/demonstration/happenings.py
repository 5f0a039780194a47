"""What happens in the invented pilot's study: the law moves on, authors and consultants work, and trainees leave their marks."""

from datetime import date, timedelta

from courses import actions
from courses.models import (
    CorePage,
    LawChange,
    Provision,
    Suggestion,
    Timetable,
    TopUpDue,
    UnitPage,
    UnitVersion,
    Variant,
    Work,
)
from courses.queries import effect_of, path
from lms.kit import clock
from lms.people.models import Role
from lms.people.roles import holders_of

from . import Ledger, body_of, read, read_law, units_of
from .teaching import invent_dates

QUESTION = {
    "text": "Which of these roles is named under section 16 since 2 February 2026?",
    "options": [
        {
            "text": "Independent stalking advocate",
            "right": True,
            "why": "It joined the two roles named from 9 May 2025.",
        },
        {
            "text": "Independent Modern Slavery Advocate",
            "right": False,
            "why": "IMSA is not a named role: say so when you are asked.",
        },
        {
            "text": "Independent domestic violence adviser",
            "right": False,
            "why": "It was named already, from 9 May 2025.",
        },
    ],
    "why": "",
}
# Unit, what was suggested; what was answered, and whether it was taken up; what the public page says of it.
SUGGESTED = (
    (
        "702-1",
        "Say that the survivor may choose the room, and who else is in it.",
        "take_up",
        "We have added the room and the company to the list of first questions.",
        "Let us choose the room, and who else is in it.",
        "The unit on the first meeting begins with place, time, company and language, and each of them is a choice.",
    ),
    (
        "702-1",
        "The example uses “client”. Please say “survivor” or the person’s name.",
        "set_aside",
        "The word stands in a quotation from a form. We now say so in the text beside it.",
        "",
        "",
    ),
    (
        "702-4",
        "One form for three services is what most of us were given. Show what it costs the person who signs.",
        "take_up",
        "There is now a story of such a form, and of the one that took its place.",
        "One form for three services is what most of us were given. Show what it costs.",
        "The unit on consent tells of such a form, what it did to the man who signed it, and the page for each door that came after.",
    ),
)
STILL_OPEN = ("703-1", "Name what a survivor can do when an agency does not answer for a month.")
# When these are to be read again, in days from the demonstration's day; every other provision has longer.
TO_READ_AGAIN = {"uksi2018-893-reg9": -2, "ni-adult-bill": 12, "htesa2015-s38": 33}
NOT_LOOKED_AT = "northern-ireland"  # the overlay that nobody has put beside its unit's new core yet


def the_law_moves_on(*, by, day):
    """What the authors' desk has seen by `day`, each by the action a person would use; nothing is done a second time.

    1. a provision changed: a second person confirms it, its units are corrected and the top-up goes out, 2. a core says more and one nation waits to be
    looked at, 3. some law is to be read again, 4. consultants' suggestions are answered, 5. the timetable has its dates.
    `by`: a course author.
    """
    tutor, consultant, registrar = (
        holders_of(role)[0] for role in (Role.TUTOR, Role.SURVIVOR_CONSULTANT, Role.REGISTRAR)
    )
    changes_are_found(by=by, day=day)
    a_core_says_more(by=by, reviewers=(tutor, consultant))
    law_falls_due(by=by, day=day)
    consultants_are_heard(by=by, day=day, tutor=tutor, consultant=consultant)
    for timetable in Timetable.objects.filter(releases__opens_on__gt=day).distinct():
        invent_dates(timetable, by=registrar, day=day)


def changes_are_found(*, by, day):
    """A review finds that a provision changed: one proposes and another confirms it, its units are corrected at once, the top-up goes out."""
    for entry in read_law()["provision"]:
        change = entry.get("change")
        if not change or LawChange.objects.filter(provision__key=entry["key"]).exists():
            continue
        provision = Provision.objects.get(key=entry["key"])
        with clock.at(change["found_on"]):
            proposal = actions.propose_change(
                provision,
                by=by,
                words=change["words"],
                effective_on=change["effective_on"],
                now={name: entry[name] for name in change["before"]}
                | {"as_at": change["found_on"]},
            )
            seen = effect_of(provision, proposal.now["reading"], proposal.now["jurisdictions"]).seen
            made = actions.confirm_change(proposal, by=holders_of(Role.TUTOR)[0], seen=seen)
            for key in set(
                UnitPage.objects.filter(
                    variant__versions__citations__provision=provision, live=True
                ).values_list("pk", flat=True)
            ):
                page = UnitPage.objects.get(pk=key)
                page.save_revision(user=by)
                actions.publish_urgently(page, by=by, why=change["why_at_once"])
        with clock.at(change["found_on"] + timedelta(2)):
            top_up = actions.draft_top_up(made, by=by)
            top_up.title = f"{entry['act']}, {entry['section']}: a third role is named"
            top_up.body = [
                *((b.block_type, b.value) for b in top_up.body),
                ("choice_check", QUESTION),
            ]
            top_up.save()
            actions.propose_top_up(top_up, by=by, counts_from=day + timedelta(28))
            actions.send_top_up(top_up, by=holders_of(Role.TUTOR)[0])


def a_core_says_more(*, by, reviewers):
    """A core with a new block is written, reviewed by both and published; every nation but one is looked at beside it."""
    ledger = Ledger(
        {law.key: law for law in Provision.objects.all()},
        works={work.key: work for work in Work.objects.all()},
    )
    for module in read("programme.toml")["module"]:
        for entry in units_of(module["code"]):
            if not any("since" in block for block in entry.get("core", {}).get("block", [])):
                continue
            core = CorePage.objects.get(unit__code=entry["code"])
            body = body_of(entry["core"], ledger, within=entry["code"])
            if {block.id for block in core.body} == {
                block.id for block in CorePage(body=body).body
            }:
                continue
            core.body = body
            core.save_revision(user=by)
            core.get_workflow().start(core, by)
            for person in reviewers:
                CorePage.objects.get(pk=core.pk).current_workflow_state.current_task_state.approve(
                    user=person
                )
            core = CorePage.objects.get(pk=core.pk)
            for variant in Variant.objects.filter(unit=core.unit_id).exclude(key=NOT_LOOKED_AT):
                actions.look_again(variant, by=by, core_revision=core.live_revision_id)


def law_falls_due(*, by, day):
    """One provision should have been read again by now, and two are soon to be."""
    for key, days in TO_READ_AGAIN.items():
        law, review_by = Provision.objects.get(key=key), day + timedelta(days)
        if review_by > law.as_at and law.as_at <= clock.today():
            actions.read_again(law, by=by, as_at=law.as_at, review_by=review_by, basis=law.basis)


def consultants_are_heard(*, by, day, tutor, consultant):
    """Three suggestions are answered, two of them are on the public page, and one waits for its answer."""
    if Suggestion.objects.exists():
        return
    for code, text, action, answer, you_said, we_did in SUGGESTED:
        with clock.at(date(2026, 9, 30)):
            made = actions.suggest(newest(code), by=consultant, text=text)
        with clock.at(date(2026, 10, 12)):
            actions.answer_to(made, action, by=tutor, answer=answer)
        if you_said:
            with clock.at(date(2026, 10, 20)):
                actions.tell_all(made, by=by, you_said=you_said, we_did=we_did)
    with clock.at(day - timedelta(4)):
        actions.suggest(newest(STILL_OPEN[0]), by=consultant, text=STILL_OPEN[1])


def newest(code) -> UnitVersion:
    return UnitVersion.objects.filter(variant__unit__code=code, variant__key="all").latest("number")


def some_have_read_it(people):
    for due in TopUpDue.objects.filter(person__in=people, done_at=None).select_related(
        "top_up", "person"
    ):
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
        version = UnitVersion.objects.select_related("variant__unit__module").get(
            pk=step.version.id
        )
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
            version = UnitVersion.objects.select_related("variant__unit__module").get(
                pk=step.version.id
            )
            for part in (p for p in version.segments if p["kind"] == "poll"):
                actions.vote(
                    person, version, part["id"], person.pk % len(part["options"]), by=person
                )
