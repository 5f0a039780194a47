"""The registrar's table: scripts that wait for markers, by number."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from lms.kit.lists import A_PAGE, address, page_of
from lms.kit.refusals import Refused, insist
from lms.people.models import Role
from lms.people.roles import holders_of, holders_of_each

from ...setting.models import AssessmentVersion
from ...setting.queries import with_scheme
from ..actions.allocation import allocate_many, allocate_third
from ..conflicts import conflicts
from ..meter import small_groups
from ..queries import (
    allocation_counts,
    awaiting_allocation,
    awaiting_third,
    open_tasks_by_marker,
    tasks_in_doubt,
)
from ..rules import is_sealed, may_allocate, stopped

LENGTHS = {
    "page": A_PAGE,
    "third": 10,
    "stopped": 10,
}  # a row holds a choice of every tutor: what is looked at seldom is kept short
# of a script: a page has fifty, and notes and file names are long
SHOWN = (
    "script",
    "submitted_at",
    "note_read_by_id",
    "attempt_id",
    "assessment__code",
    "assessment__title",
    "enrolment__person_id",
    "enrolment__cohort_id",
    "enrolment__student_reference",
)


@login_required
@require_http_methods(["GET", "POST"])
def allocation(request):
    insist(may_allocate(request.user))
    if request.method == "POST":
        _give_out(request)
        return redirect(request.get_full_path())
    counts = allocation_counts(request.user)
    scripts, thirds, tasks = (
        page_of(
            rows() if counts[name] else (),
            request.GET.get(name),
            length=LENGTHS[name],
            count=counts[name],
        )
        for name, rows in (
            ("page", lambda: with_scheme(awaiting_allocation(request.user.pk)).only(*SHOWN)),
            ("third", lambda: awaiting_third(request.user.pk).only(*SHOWN)),
            ("stopped", lambda: tasks_in_doubt(request.user)),
        )
    )
    holders, load = holders_of_each(Role.TUTOR, Role.REGISTRAR), open_tasks_by_marker()
    people = sorted(
        holders[Role.TUTOR],
        key=lambda person: (load.get(person.pk, 0), person.last_name, person.pk),
    )
    others = [
        person for person in people if person.pk != request.user.pk
    ]  # nobody allocates a script to themselves
    markers = {task.marker_id: task.marker for task in tasks} | {
        person.pk: person for person in others
    }
    away = conflicts([*scripts, *thirds, *(task.submission for task in tasks)], markers.values())
    why = stopped(tasks, holders, away)
    rest = {
        name: address(**{other: request.GET.get(other) for other in counts if other != name})
        for name in counts
    }
    registrars = {person.pk for person in holders[Role.REGISTRAR]}
    rows = _suggested(scripts, others, load, away)
    third_rows = _suggested_thirds(thirds, others, load, away, registrars)
    _add_options([*rows, *third_rows], people, load)
    return render(
        request,
        "assessments/allocation.html",
        {
            "rows": rows,
            "thirds": third_rows,
            "stopped": [(task, why[task.pk]) for task in tasks if task.pk in why],
            "pages": {"scripts": scripts, "thirds": thirds, "stopped": tasks},
            "rest": rest,
            "shown": len(scripts.object_list) + len(thirds.object_list),
            "count": counts["page"] + counts["third"],
            "enough": len(people) > 1,
            "small_groups": small_groups(request.user),
        },
    )


PLACES = ("first", "second", "third")


def _give_out(request):
    """One script, or all that the page showed, as shown; a refusal of one does not hold up the others."""
    which = request.POST.get("script", "")
    people = {str(person.pk): person for person in holders_of(Role.TUTOR)}
    named = {name.partition("-")[2] for name in request.POST if name.partition("-")[0] in PLACES}
    numbers = named if which == "all" else {which}
    done, refused, pairs = 0, [], []
    for script in [
        *with_scheme(awaiting_allocation(request.user.pk)).filter(script__in=numbers),
        *awaiting_third(request.user.pk).filter(script__in=numbers),
    ]:
        first, second = (
            people.get(request.POST.get(f"{place}-{script.script}", ""))
            for place in ("first", "second")
        )
        third = people.get(request.POST.get(f"third-{script.script}", ""))
        try:
            if third and script.state == "third":
                allocate_third(script, third, by=request.user)
            elif first and script.state == "submitted" and (second or _is_single(script)):
                pairs.append((script, first, None if _is_single(script) else second))
                continue
            else:
                if which != "all":
                    refused.append(
                        _("Choose the markers for %(script)s first.") % {"script": script.script}
                    )
                continue
            done += 1
        except Refused as refusal:
            refused.append(str(refusal))
    if pairs:
        given, why = allocate_many(pairs, by=request.user)
        done, refused = done + given, [*refused, *why]
    if done:
        messages.success(
            request,
            ngettext(
                "%(done)s script is with markers now.",
                "%(done)s scripts are with markers now.",
                done,
            )
            % {"done": done},
        )
    for sentence in refused:
        messages.error(request, sentence)
    if not done and not refused:
        messages.info(
            request, _("These scripts are with markers already. Here is how things stand now.")
        )


def _is_single(script):
    """Has it one marker, and moderation?"""
    return script.scheme == AssessmentVersion.MODERATED


def _add_options(rows, people, load):
    """Each row's choices of a marker, by place, as text: a page has fifty and more lists of the same tutors."""
    before, after = '<option value="{}">{}</option>', '<option value="{}" selected>{}</option>'
    labels = {p.pk: f"{p.full_name} ({load.get(p.pk, 0)})" for p in people}
    plain = {pk: format_html(before, pk, label) for pk, label in labels.items()}
    found = {None: mark_safe("".join(plain.values()))}
    for pk, label in labels.items():
        found[pk] = mark_safe("".join({**plain, pk: format_html(after, pk, label)}.values()))
    for row in rows:
        row["options"] = {place: found[row[place]] for place in PLACES if place in row}


def _suggested(scripts, people, load, away):
    """Each script with the two least loaded tutors who may mark it; each suggestion counts as load."""
    load = dict(load)
    rows = []
    for script in scripts:
        free = _free(script, people, away, load, without=())
        pair = free[:1] if _is_single(script) else free[:2]
        for person in pair:
            load[person.pk] = load.get(person.pk, 0) + 1
        rows.append(
            {
                "number": script.script,
                "assessment": script.assessment,
                "submitted_at": script.submitted_at,
                "is_late": bool(script.due_at and script.submitted_at > script.due_at),
                "first": pair[0].pk if pair else None,
                "second": pair[1].pk if len(pair) > 1 else None,
                "is_single": _is_single(script),
            }
        )
    return rows


def _suggested_thirds(scripts, people, load, away, registrars):
    load = dict(load)
    rows = []
    for script in scripts:
        free = _free(
            script,
            people,
            away,
            load,
            without={task.marker_id for task in script.allocations.all()} | registrars,
        )
        if free:
            load[free[0].pk] = load.get(free[0].pk, 0) + 1
        marks = {task.stage: task.total for task in script.allocations.all() if is_sealed(task)}
        rows.append(
            {
                "number": script.script,
                "assessment": script.assessment,
                "first_mark": marks.get("first"),
                "second_mark": marks.get("second"),
                "third": free[0].pk if free else None,
            }
        )
    return rows


def _free(script, people, conflicting, load, without):
    """Tutors who may mark the script, least loaded first. The action asks the rule again."""
    free = [p for p in people if p.pk not in without and (script.pk, p.pk) not in conflicting]
    return sorted(free, key=lambda p: (load.get(p.pk, 0), p.last_name, p.pk))
