"""An employer's answers about its posts, and the Hub's asking for them; silence never ends a post."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lms.kit import clock
from lms.kit.refusals import Refused, insist
from lms.kit.templatetags.kit import short_day
from lms.people.actions import tell
from lms.record.actions import write

from ..employment.actions import follow_line, last_line_of, tell_of_end
from ..employment.models import EmploymentLine
from ..organisations.actions import tell_organisation
from ..organisations.models import Organisation
from ..organisations.queries import approvals_of, approved_on
from .models import LastHeard, PostReport, PostsRequest
from .queries import (
    due_lines,
    organisations_to_ask,
    requests_answered,
    requests_to_remind,
    requests_too_old,
)
from .rules import may_answer_about, may_follow_up_on
from .states import ReportKind, Way

MOST_AT_ONCE = 200  # organisations in one turn of the worker
ADDRESS = "/employer/posts/"


@transaction.atomic
def confirm_by_employer(employment, number, *, by) -> EmploymentLine:
    """A contact says that the post is as the register says. `number`: of the line that the contact read.

    1. a line with today's day and who said so, 2. a record entry, 3. the organisation was heard from, 4. its open request is closed when nothing is
    due any more. Raises Refused where the register says something else by now.
    """
    last = _line_to_answer(employment, number, by=by)
    if last.confirmed_on and last.confirmed_on >= clock.today():
        return last
    line = follow_line(
        employment,
        last,
        by=by,
        action="cohorts.confirm_post",
        confirmed_on=clock.today(),
        confirmed_by=by.record_label,
    )
    note_answer(last.organisation)
    return line


@transaction.atomic
def report_leaver(employment, number, left_on: date, *, by) -> EmploymentLine | PostReport:
    """A contact says that the person has left, or leaves, on a day.

    1. a line with that last day, 2. a record entry, 3. the person and the organisation's contacts are told, 4. the organisation was heard from.
    Where the register has another last day, or the employer confirmed the post after that day, nothing ends: the Hub has a task instead.
    Reported again: the line or the task that is there.
    """
    last = _line_to_answer(employment, number, by=by, may_have_ended_on=left_on)
    if last.ends_on == left_on:
        return last
    if left_on < last.starts_on:
        raise Refused(
            _("The post began on %(day)s; its last day cannot be earlier.")
            % {"day": short_day(last.starts_on)}
        )
    if needs_the_hub(last, left_on):
        return report_in(employment, last, ReportKind.LEFT, by=by, left_on=left_on)
    line = follow_line(employment, last, by=by, action="cohorts.end_post", ends_on=left_on)
    tell_of_end(employment, line)
    note_answer(last.organisation)
    return line


def needs_the_hub(line, left_on) -> bool:
    """Does the day contradict what the register or the employer said before? Then an officer decides."""
    return bool(line.ends_on or (line.confirmed_on and left_on < line.confirmed_on))


@transaction.atomic
def report_difference(employment, number, text, *, by) -> PostReport:
    """A contact says that something of a post is different.

    1. a task for the Hub with the words, 2. a record entry without them, 3. the organisation was heard from. The register stays as it is until an
    officer changes it. The same words again are the task there is.
    """
    last = _line_to_answer(employment, number, by=by)
    text = text.strip()[:1000]
    if not text:
        raise Refused(_("Enter what is different."))
    return report_in(employment, last, ReportKind.DIFFERENT, by=by, text=text)


@transaction.atomic
def close_report(report, note, *, by) -> PostReport:
    """An officer has dealt with a report. 1. who, when and what was done, 2. a record entry without the words, 3. whoever reported it is told. Twice is once."""
    locked = (
        PostReport.objects.select_for_update(of=("self",), no_key=True)
        .select_related("employment__person", "organisation", "reported_by")
        .get(pk=report.pk)
    )
    insist(may_follow_up_on(by, locked.employment.person))
    if locked.closed_at:
        return locked
    note = " ".join(note.split())[:300]
    if not note:
        raise Refused(_("Enter what you did about it."))
    locked.closed_by, locked.closed_at, locked.note = by, clock.now(), note
    locked.save(update_fields=["closed_by", "closed_at", "note"])
    write("cohorts.close_post_report", locked, by=by)
    if locked.reported_by:
        _tell_reporter(locked, note)
    return locked


def _tell_reporter(locked, note):
    tell(
        locked.reported_by,
        _("The Hub has dealt with what you reported"),
        _("About a post at %(organisation)s. The Hub’s answer: %(note)s")
        % {"organisation": locked.organisation.name, "note": note},
        ADDRESS,
    )


def _line_to_answer(employment, number, *, by, may_have_ended_on=None):
    """The newest line, locked. Raises Refused where it is not the one that was read: somebody changed it meanwhile."""
    last = last_line_of(employment)
    insist(may_answer_about(by, employment, last.organisation))
    if last.number == number:
        return last
    before = employment.lines.get(number=last.number - 1) if last.number > 1 else None
    is_own = last.source == by.record_label and before and before.number == number
    if is_own and (last.confirmed_on == clock.today() or last.ends_on == may_have_ended_on):
        return last  # the same press twice
    raise Refused(
        _(
            "The register has changed since you opened this page. Read the post again, and then answer."
        )
    )


def report_in(employment, last, kind, *, by, way=Way.PAGE, **facts) -> PostReport:
    """Inside an action's transaction, with the entry locked: the Hub's task, or the one that is open with the same words. From a system, which says the same
    each night, also the one that was closed while the register said what it says now."""
    alike = PostReport.objects.filter(
        employment=employment, kind=kind, organisation=last.organisation, **facts
    )
    found = alike.filter(closed_at=None).first()
    if not found and way != Way.PAGE:
        found = alike.filter(reported_by=None, closed_at__gte=last.recorded_at).last()
    if found:
        return found
    made = PostReport.objects.create(
        employment=employment,
        kind=kind,
        organisation=last.organisation,
        reported_by=by if by.pk else None,
        **facts,
    )
    write("cohorts.report_post", made, by=by, after={"kind": str(kind), "entry": employment.pk})
    note_answer(last.organisation, way)
    return made


def note_answer(organisation, way=Way.PAGE):
    """Inside an action's transaction: the organisation was heard from; its open request is closed where nothing is due any more."""
    LastHeard.objects.update_or_create(
        organisation=organisation, way=way, defaults={"at": clock.now()}
    )
    today = clock.today()
    if not due_lines(today).filter(organisation=organisation).exists():
        PostsRequest.objects.filter(organisation=organisation, closed_on=None).update(
            closed_on=today
        )


# ---- asking ----


def ask_organisations(*, by) -> int:
    """Ask each approved organisation with posts to confirm, remind who was asked and has not answered, and close what is answered, or was asked
    `IMSA_POSTS_ASKED_DAYS` ago and is asked anew. Each organisation is
    a transaction of its own; killed at any moment the next turn goes on. How many were asked or reminded."""
    today = clock.today()
    requests_answered(today).update(closed_on=today)
    requests_too_old(today).update(closed_on=today)
    count = 0
    for organisation in organisations_to_ask(today)[:MOST_AT_ONCE]:
        count += _ask(organisation, by=by)
    for request in requests_to_remind(today)[:MOST_AT_ONCE]:
        count += _remind(request, by=by)
    return count


@transaction.atomic
def _ask(organisation, *, by) -> bool:
    locked = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    today = clock.today()
    count = due_lines(today).filter(organisation=locked).count()
    if not count or PostsRequest.objects.filter(organisation=locked, closed_on=None).exists():
        return False
    made = PostsRequest.objects.create(organisation=locked, asked_on=today)
    write("cohorts.ask_posts", made, by=by, after={"posts": count})
    tell_organisation(locked, _("Are your posts still right?"), _to_confirm(locked, count), ADDRESS)
    return True


@transaction.atomic
def _remind(request, *, by) -> bool:
    locked = (
        PostsRequest.objects.select_for_update(of=("self",), no_key=True)
        .select_related("organisation")
        .get(pk=request.pk)
    )
    today, organisation = clock.today(), locked.organisation
    if locked.reminded_on or locked.closed_on:
        return False
    locked.reminded_on = today
    locked.save(update_fields=["reminded_on"])
    if not approved_on(approvals_of([organisation.pk])[organisation.pk], today):
        return False  # it is told nothing of its people
    count = due_lines(today).filter(organisation=organisation).count()
    write("cohorts.remind_posts", locked, by=by, after={"posts": count})
    tell_organisation(
        organisation,
        _("Reminder: are your posts still right?"),
        _to_confirm(organisation, count),
        ADDRESS,
    )
    return True


def _to_confirm(organisation, count):
    return ngettext(
        "%(organisation)s has %(count)s post on the employment register to confirm. Say on your page whether it is still true, or who has left.",
        "%(organisation)s has %(count)s posts on the employment register to confirm. Say on your page whether each is still true, or who has left.",
        count,
    ) % {"organisation": organisation.name, "count": count}
