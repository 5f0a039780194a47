"""What Hub officers do with an application before they decide: assign it, ask the applicant, go through the checklist, read a file."""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from lms.kit.refusals import Refused, insist
from lms.kit.transitions import make_transition
from lms.people.actions import tell
from lms.people.models import Role
from lms.people.roles import holders_of
from lms.record.actions import write

from ..models import Application, ApplicationCheck, ApplicationFile, ApplicationMessage
from ..queries import newest_checks
from ..rules import may_deal_with, may_decide
from .applying import lock, mail_applicant


def insist_open(application):
    """Raises Refused once it is closed, or while it is the applicant's draft."""
    answer = may_decide(application)
    if not answer:
        raise Refused(answer.reason)


@transaction.atomic
def assign_application(application, officer, *, by) -> Application:
    """1. this officer reviews it (nobody: None), 2. a record entry, 3. they are told, unless they took it themselves. Twice is once. Raises
    Refused for one who is no officer or has an interest, and once it is closed."""
    insist(may_deal_with(by, application))
    locked = lock(application)
    insist(may_deal_with(by, locked))
    insist_open(locked)
    if officer is not None:
        if officer.pk not in {one.pk for one in holders_of(Role.HUB_OFFICER)}:
            raise Refused(_("Choose a Hub officer."))
        if not may_deal_with(officer, locked):
            raise Refused(
                _("%(full_name)s has an interest in this organisation. Choose another officer.")
                % {"full_name": officer.full_name}
            )
    if locked.assigned_to_id == (officer and officer.pk):
        return locked
    before, locked.assigned_to = locked.assigned_to_id, officer
    locked.save(update_fields=["assigned_to"])
    write("cohorts.assign_application", locked, by=by, before=before, after=officer and officer.pk)
    if officer is not None and officer.pk != by.pk:
        tell(
            officer,
            _("An application for you to review"),
            _("Application %(reference)s was assigned to you.") % {"reference": locked.reference},
            reverse("cohorts:review", args=[locked.pk]),
        )
    return locked


@transaction.atomic
def ask_applicant(application, text: str, *, by) -> ApplicationMessage:
    """1. the question is kept with its moment, 2. the application waits for the applicant, 3. they are mailed that there is a question, and a link to
    read it. The same question as the last, still unanswered, is that one."""
    insist(may_deal_with(by, application))
    locked = lock(application)
    insist(may_deal_with(by, locked))
    insist_open(locked)
    text = text.replace("\0", "").strip()
    if not text:
        raise Refused(_("Enter the question."))
    last = locked.messages.order_by("-pk").first()
    if last and last.author_id == by.pk and last.text == text:
        return last
    made = ApplicationMessage.objects.create(application=locked, author=by, text=text[:4000])
    make_transition(locked, "ask_applicant", by=by)
    mail_applicant(
        locked,
        _(
            "The IMSA Model Hub has a question about your application. Read it at the link below and answer it there."
        ),
    )
    return made


@transaction.atomic
def record_checks(
    application, results: dict[str, tuple[str, str]], *, by, seen: dict[str, int] | None = None
) -> int:
    """`results`: key of the checklist to (result, note); the result “” takes one back to “not looked at yet”. `seen`: key to the line that the officer read (0 for none), where they
    read a page. 1. a line for each that they changed, 2. a record entry. How many lines. Raises Refused where another line came since, naming it."""
    insist(may_deal_with(by, application))
    locked = lock(application)
    insist(may_deal_with(by, locked))
    insist_open(locked)
    checks = newest_checks(locked)
    was = {check.pk: check for check in locked.checks.all()} if seen is not None else {}
    new, overtaken = [], []
    for line in locked.form.checklist:
        key, newest = line["key"], checks.get(line["key"])
        result, note = results.get(key, (None, ""))
        note = note[:300]
        if result is None or result not in ("", *ApplicationCheck.Result.values):
            continue
        read = newest if seen is None else was.get(seen.get(key, 0))
        if (result, note) == ((read.result, read.note) if read else ("", "")):
            continue
        if (newest and newest.pk) != (read and read.pk):
            overtaken.append(line["label"])
        new.append(ApplicationCheck(application=locked, key=key, result=result, note=note, by=by))
    if overtaken:
        raise Refused(
            _(
                "Nothing was saved: someone filled in these lines while you had the page open: %(lines)s. Load the page again and look at them first."
            )
            % {"lines": "; ".join(overtaken)}
        )
    ApplicationCheck.objects.bulk_create(new)
    if new:
        write(
            "cohorts.record_application_checks",
            locked,
            by=by,
            after={check.key: check.result for check in new},
        )
    return len(new)


@transaction.atomic
def open_application_file(file: ApplicationFile, *, by) -> ApplicationFile:
    """An officer reads a file: a record entry, at each opening."""
    insist(may_deal_with(by, file.application))
    write("cohorts.open_application_file", file, by=by)
    return file
