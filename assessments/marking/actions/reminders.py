"""Tells markers that a day comes near or has passed, and registrars once a day what is overdue; it tells nobody the same twice."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lms.kit import clock
from lms.people.actions import tell
from lms.people.models import Role, User
from lms.people.roles import holders_of
from lms.record.actions import write, write_many

from ...setting.calendar import is_working_day
from ..queries import open_tasks, overdue_discussions
from ..reminders import (
    MarkingReminder,
    OverdueList,
    discussions_to_remind,
    due_when,
    tasks_to_remind,
)

NEAR, OVERDUE = MarkingReminder.NEAR, MarkingReminder.OVERDUE
NUMBERS = 10  # scripts that a message names


def remind_markers(*, by) -> int:
    """The worker: tell every marker once that work is due in IMSA_MARKING_REMINDER_WORKING_DAYS, and once that its day is over.

    For each marker and kind in one transaction: 1. a line for each task and discussion, 2. the record is written, 3. one message with all of them, by
    script number. How many messages. A run that was killed goes on with those who were not told; another due day is told again.
    """
    tutors, count = {one.pk for one in holders_of(Role.TUTOR)}, 0
    for kind in (NEAR, OVERDUE):
        when = due_when(kind, clock.today())
        if when is None:
            continue
        waiting = set(_keys(tasks_to_remind(kind, when, tutors)))
        waiting |= set(_keys(discussions_to_remind(kind, when, tutors)))
        for key in sorted(waiting):
            count += _remind(key, kind, when, by=by)
    return count


def _keys(rows):
    return rows.order_by().values_list("marker_id", flat=True).distinct()


@transaction.atomic
def _remind(key, kind, when, *, by) -> int:
    marker = User.objects.select_for_update(no_key=True).get(pk=key)  # two at once say it once
    tasks = tasks_to_remind(kind, when, [key]).select_related("submission")
    tasks = list(tasks.order_by("due_on", "submission__script"))
    talks = discussions_to_remind(kind, when, [key]).select_related("submission")
    talks = list(talks.order_by("talk_due_on", "submission__script"))
    if not tasks and not talks:
        return 0
    lines = [MarkingReminder(marker=marker, task=t, kind=kind, due_on=t.due_on) for t in tasks]
    lines += [
        MarkingReminder(marker=marker, discussion_id=t.talk, kind=kind, due_on=t.talk_due_on)
        for t in talks
    ]
    MarkingReminder.objects.bulk_create(lines, batch_size=500)
    facts = [(t, t.due_on) for t in tasks] + [(t, t.talk_due_on) for t in talks]
    write_many(
        [
            {
                "action": "assessments.remind_marker",
                "thing": task,
                "after": {"kind": kind, "due_on": day.isoformat()},
            }
            for task, day in facts
        ],
        by=by,
    )
    tell(marker, *_words(kind, tasks, talks))
    return 1


def _words(kind, tasks, talks):
    count = len(tasks) + len(talks)
    if kind == NEAR:
        subject = ngettext("%(count)s script is due soon", "%(count)s scripts are due soon", count)
        last = _("If you need more time, tell the programme office before the day.")
    else:
        subject = ngettext("%(count)s script is overdue", "%(count)s scripts are overdue", count)
        last = _(
            "If you cannot mark a script, give it back from its page. If you need more time, tell the programme office."
        )
    parts = [
        _("To mark: %(scripts)s.") % {"scripts": _listed([(t, t.due_on) for t in tasks])}
        if tasks
        else "",
        _("To agree on a mark: %(scripts)s.")
        % {"scripts": _listed([(t, t.talk_due_on) for t in talks])}
        if talks
        else "",
        last,
    ]
    return subject % {"count": count}, " ".join(filter(None, parts)), "/marking/"


def _listed(rows):
    named = [
        _("%(script)s by %(due_on)s")
        % {"script": task.submission.script, "due_on": f"{day:%A %-d %B %Y}"}
        for task, day in rows[:NUMBERS]
    ]
    more = len(rows) - len(named)
    if more:
        named.append(ngettext("%(more)s more", "%(more)s more", more) % {"more": more})
    return ", ".join(named)


def list_overdue(*, by) -> int:
    """The worker: on each day from Monday to Friday, give every registrar one list of what is overdue, of scripts that they neither wrote nor were given.

    For each registrar in one transaction: 1. a line with how many, 2. a record entry, 3. a message that leads to the list. How many messages; twice on
    a day is once, and where nothing is overdue there is none.
    """
    today = clock.today()
    if not is_working_day(today, ()):
        return 0
    there = set(OverdueList.objects.filter(day=today).values_list("registrar_id", flat=True))
    return sum(
        _list_for(one, today, by=by) for one in holders_of(Role.REGISTRAR) if one.pk not in there
    )


@transaction.atomic
def _list_for(registrar, today, *, by) -> int:
    tasks = open_tasks(registrar, overdue=True).count()
    talks = overdue_discussions(registrar).count()
    if not tasks and not talks:
        return 0
    made, is_new = OverdueList.objects.get_or_create(
        registrar=registrar, day=today, defaults={"tasks": tasks, "discussions": talks}
    )
    if not is_new:
        return 0
    write("assessments.list_overdue", made, by=by, after={"tasks": tasks, "discussions": talks})
    parts = [
        ngettext(
            "%(count)s script should be marked by now.",
            "%(count)s scripts should be marked by now.",
            tasks,
        )
        % {"count": tasks}
        if tasks
        else "",
        ngettext(
            "%(count)s discussion of two markers should have ended.",
            "%(count)s discussions of two markers should have ended.",
            talks,
        )
        % {"count": talks}
        if talks
        else "",
    ]
    url = "/registry/scripts/?show=late" if tasks else "/registry/discussions/"
    tell(registrar, _("Overdue marking today"), " ".join(filter(None, parts)), url)
    return 1
