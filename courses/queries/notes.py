"""Reading questions about readers' own words; each asks for one person's rows, or for those shared with one tutor."""

from itertools import groupby

from django.utils.translation import gettext as _

from lms.kit.templatetags.kit import moment
from lms.people.models import Role
from lms.people.roles import holders_of

from ..models import (
    AnswerChallenge,
    OfflineSync,
    Progress,
    ReaderNote,
    ReminderChoice,
    Study,
    StudyPlan,
    StudyReminder,
    Suggestion,
    TopUpDue,
    UnitVersion,
)
from ..states import Mark, NoteKind


def notes_of(person, unit="") -> list[ReaderNote]:
    """Everything a person wrote, by module and unit, in the order it was made. `unit`: a unit's code."""
    rows = ReaderNote.objects.visible_to(person).select_related(
        "variant__unit__module", "shared_with"
    )
    if unit:
        rows = rows.filter(variant__unit__code=unit)
    return sorted(rows, key=lambda w: (*place(w), w.made_at, w.pk))


def place(note):
    unit = note.variant.unit
    return (unit.module.order, unit.module.code, unit.order, unit.code)


def by_unit(notes) -> list:
    """(module, [(unit, its notes)]), in the order of the programme."""
    found = []
    for module, rows in groupby(notes, key=lambda w: w.variant.unit.module):
        found.append(
            (module, [(unit, list(of)) for unit, of in groupby(rows, key=lambda w: w.variant.unit)])
        )
    return found


def units_written_in(person) -> list:
    """(code, title) of each unit somebody wrote in."""
    rows = ReaderNote.objects.visible_to(person).order_by(
        "variant__unit__module__order", "variant__unit__order"
    )
    return list(dict.fromkeys(rows.values_list("variant__unit__code", "variant__unit__title")))


def shared_with(tutor):
    """The reflections a tutor was given to read, the newest first."""
    rows = ReaderNote.objects.shared_with(tutor).filter(kind=NoteKind.REFLECTION)
    return rows.select_related("person", "variant__unit__module").order_by("-shared_at", "-pk")


def tutors_for(person) -> list:
    """With whom somebody can share a reflection today."""
    return [tutor for tutor in holders_of(Role.TUTOR) if tutor.pk != person.pk]


# ---- to take away ----


def as_data(note) -> dict:
    """One note as plain data, everything in it."""
    return {
        "kind": note.kind,
        "module": note.variant.unit.module.code,
        "unit": note.variant.unit.code,
        "unit_title": note.variant.unit.title,
        "variant": note.variant.key,
        "quote": note.quote,
        "prompt": note.prompt,
        "text": note.text,
        "made_at": note.made_at.isoformat(),
        "changed_at": note.changed_at.isoformat(),
        "shared_with": note.shared_with.full_name if note.shared_with else None,
        "shared_at": note.shared_at and note.shared_at.isoformat(),
        "reply": note.reply,
        "replied_at": note.replied_at and note.replied_at.isoformat(),
    }


def as_text(notes) -> str:
    """All of them to read in any editor."""
    lines = [_("My notes and reflections"), ""]
    for module, units in by_unit(notes):
        lines += ["=" * 60, str(module), ""]
        for unit, rows in units:
            lines += [unit.title, "-" * len(unit.title), ""]
            for w in rows:
                kind = (
                    _("Highlight")
                    if w.kind == NoteKind.NOTE and not w.text
                    else w.get_kind_display()
                )
                lines.append(f"{kind}, {moment(w.made_at)}")
                lines += (
                    [_("Question: %(prompt)s") % {"prompt": w.prompt}] * bool(w.prompt)
                    + [f"“{w.quote}”"] * bool(w.quote)
                    + [w.text] * bool(w.text)
                )
                lines += (
                    [
                        _("Shared with %(full_name)s, %(moment)s")
                        % {"full_name": w.shared_with.full_name, "moment": moment(w.shared_at)}
                    ]
                    if w.shared_with
                    else []
                )
                lines += [
                    _("Reply, %(moment)s: %(reply)s")
                    % {"moment": moment(w.replied_at), "reply": w.reply}
                ] * bool(w.reply)
                lines.append("")
    return "\n".join(lines if notes else [*lines, _("Nothing yet.")]) + "\n"


# ---- everything held about one's study ----


def study_data_of(person) -> dict:
    """Rows for a page: plans, studies, marks (with the question where one was answered), words, top-ups, suggestions."""
    marks = list(
        Progress.objects.visible_to(person)
        .select_related("variant__unit")
        .order_by("variant__unit__module__order", "variant__unit__order", "at")
    )
    asked = questions_of(marks)
    for mark in marks:
        mark.question = asked.get((mark.data.get("version"), mark.key), {}).get("text", "")
    return {
        "plans": StudyPlan.objects.filter(person=person)
        .select_related("programme", "timetable")
        .order_by("opened_on", "pk"),
        "studies": Study.objects.filter(person=person)
        .select_related("version__variant__unit")
        .order_by("studied_at", "pk"),
        "marks": marks,
        "notes": notes_of(person),
        "top_ups": TopUpDue.objects.visible_to(person)
        .select_related("top_up__change__provision")
        .order_by("sent_at", "pk"),
        "suggestions": Suggestion.objects.filter(person=person)
        .select_related("version")
        .order_by("offered_at", "pk"),
        "challenges": AnswerChallenge.objects.filter(person=person)
        .select_related("version")
        .order_by("made_at", "pk"),
        "offline_items": OfflineSync.objects.filter(person=person).order_by("came_at", "pk"),
    }


def questions_of(marks) -> dict:
    """(version's key, part's id) to the question that was asked, in one question to the database."""
    versions = {m.data.get("version") for m in marks if m.kind == Mark.CHECK} - {None}
    found = {}
    for pk, parts in UnitVersion.objects.filter(pk__in=versions).values_list("pk", "parts"):
        found |= {(pk, part["id"]): part for part in parts if part["kind"] == "check"}
    return found


def as_file(person) -> dict:
    """All of it as plain data, with the answers as they were given."""
    study = study_data_of(person)
    return {
        "plans": [
            {
                "programme": p.programme.code,
                "nations": p.nations,
                "timetable": p.timetable and p.timetable.code,
                "opened_on": p.opened_on,
                "closed_on": p.closed_on,
            }
            for p in study["plans"]
        ],
        "studied": [
            {
                "unit": s.version.variant.unit.code,
                "variant": s.version.variant.key,
                "title": s.version.title,
                "version": s.version.number,
                "text_hash": s.version.hash,
                "studied_at": s.studied_at,
            }
            for s in study["studies"]
        ],
        "marks": [
            {
                "unit": m.variant.unit.code,
                "variant": m.variant.key,
                "kind": m.kind,
                "part": m.key,
                "question": m.question,
                "done": m.is_done,
                "at": m.at,
                # Who recorded an attendance is a key of another person's.
                "data": {key: value for key, value in m.data.items() if key != "by"},
            }
            for m in study["marks"]
        ],
        "notes_and_reflections": [as_data(w) for w in study["notes"]],
        "top_ups": [
            {
                "title": d.top_up.title,
                "provision": str(d.top_up.change.provision),
                "sent_at": d.sent_at,
                "done_at": d.done_at,
                "because_of_versions": d.versions,
                "answers": d.data,
            }
            for d in study["top_ups"]
        ],
        "suggestions": [
            {
                "unit": s.version.title,
                "version": s.version.number,
                "text": s.text,
                "offered_at": s.offered_at,
                "state": s.state,
                "answer": s.answer,
                "answered_at": s.answered_at,
            }
            for s in study["suggestions"]
        ],
        "answers_sent_to_authors": [
            {
                "unit": c.version.title,
                "version": c.version.number,
                "question": c.question,
                "answer": c.answer,
                "sent_at": c.made_at,
                "state": c.state,
                "reply": c.reply,
                "answered_at": c.answered_at,
            }
            for c in study["challenges"]
        ],
        "sent_from_devices": [
            {"kind": a.kind, "came_at": a.came_at, "outcome": a.outcome}
            for a in study["offline_items"]
        ],
        "reminders_turned_off": list(
            ReminderChoice.objects.filter(person=person, is_off=True)
            .order_by("kind")
            .values_list("kind", flat=True)
        ),
        "reminders": [
            {"day": r.day, "of": r.keys}
            for r in StudyReminder.objects.filter(person=person).order_by("day")
        ],
    }
