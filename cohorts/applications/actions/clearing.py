"""What is taken out of applications: a file or an answer by an officer, and, long after closing, everything that was answered."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from lms.kit import clock, files
from lms.kit.refusals import Refused, insist
from lms.people.models import Role
from lms.people.roles import may_act_as
from lms.record.actions import write

from ..definition import ALWAYS_ASKED
from ..models import Application
from ..rules import may_deal_with
from ..states import ApplicationState
from .applying import lock, mail_applicant


@transaction.atomic
def remove_from_application(application, what: str, why: str, *, by) -> Application:
    """Take out what should not be kept, such as a client's name. `what`: “file:” and a key, or “answer:” and the key of a question.

    1. the file's row or the answer goes, 2. a record entry with the reason and without what it held, 3. the applicant is mailed that something was removed, 4. after the commit the
    file goes. One that is gone is no fault. Raises Refused without a reason, and for name and number."""
    insist(may_deal_with(by, application))
    locked = lock(application)
    insist(may_deal_with(by, locked))
    why = why.strip()
    if not why:
        raise Refused(_("Enter why it is removed."))
    kind, _sep, key = what.partition(":")
    if kind == "file":
        file = locked.files.filter(pk=int(key)).first() if key.isdecimal() else None
        if file is None:
            return locked
        write("cohorts.remove_application_file", file, by=by, reason=why[:300])
        _drop_after(file.path)
        file.delete()
    else:
        if key in ALWAYS_ASKED:
            raise Refused(_("The name and the number of the organisation stay."))
        if not locked.answers.get(key):
            return locked
        locked.answers.pop(key)
        locked.save(update_fields=["answers"])
        after = {"question": key}
        write("cohorts.remove_application_answer", locked, by=by, after=after, reason=why[:300])
    mail_applicant(
        locked,
        _(
            "The IMSA Model Hub has removed a file or an answer from your application, because it should not be kept. You can see at the link below what is left."
        ),
    )
    return locked


def clear_closed_applications(*, by) -> int:
    """`IMSA_APPLICATION_CLOSED_DAYS` after an application was declined or withdrawn: 1. answers, signatory, files and the terms of approvals that were proposed go; name, reason and messages stay, 2. a record entry, 3. after
    the commit the files go. How many applications."""
    insist(may_act_as(by, Role.HUB_OFFICER))
    before = clock.now() - timedelta(days=settings.IMSA_APPLICATION_CLOSED_DAYS)
    closed = (ApplicationState.DECLINED, ApplicationState.WITHDRAWN)
    rows = Application.objects.filter(state__in=closed, closed_at__lt=before)
    return sum(_clear(pk, by) for pk in rows.exclude(signatory="").values_list("pk", flat=True))


@transaction.atomic
def _clear(pk, by) -> int:
    row = Application.objects.select_for_update(no_key=True).exclude(signatory="").filter(pk=pk)
    application = row.first()
    if application is None:
        return 0
    for file in application.files.all():
        _drop_after(file.path)
        file.delete()
    application.decisions.update(terms={})  # with the names of contact and signatory
    application.answers, application.signatory = {}, ""
    application.save(update_fields=["answers", "signatory"])
    after = {"reference": application.reference}
    write("cohorts.clear_application", application, by=by, after=after)
    return 1


def _drop_after(path):
    transaction.on_commit(lambda: files.drop(path), robust=True)
