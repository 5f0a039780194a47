"""Certificates issued together: begun once, carried on by the worker wherever it stopped, each certificate once."""

import logging

from django.db import InterfaceError, OperationalError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lms.kit import clock
from lms.kit.files.outages import SENTENCE, is_outage
from lms.kit.languages import ENGLISH, LANGUAGES
from lms.kit.refusals import NotAllowed, NotNow, Refused, insist
from lms.kit.transitions import make_transition
from lms.people.roles import Operator
from lms.record.actions import write

from ..models import IssueRun, IssueRunLine
from ..rules import may_issue
from ..states import LineState, RunState
from .certificates import issue

log = logging.getLogger("django.certificates")
WORKER = Operator("work")
FAULT = gettext_noop(
    "Something went wrong with this one. Issue it by itself; if that fails too, tell whoever runs this site."
)


@transaction.atomic
def begin_issue_run(enrolments, *, by, cohort=None, language=ENGLISH) -> IssueRun:
    """Note down whose certificates are to be issued, and in which language. 1. the run with a line for each, 2. a record
    entry. The worker issues them; while a run of the same people waits, that one is returned."""
    insist(may_issue(by))
    keys = list(dict.fromkeys(e.pk for e in enrolments))
    if language not in LANGUAGES:
        raise Refused(_("Choose the language of the certificates."))
    if not keys:
        raise Refused(_("No one is ready, so there is nothing to issue."))
    for run in (
        IssueRun.objects.filter(state=RunState.RUNNING)
        .order_by("pk")
        .select_for_update(no_key=True)
    ):
        if set(keys) <= set(
            run.lines.filter(state=LineState.WAITING).values_list("enrolment", flat=True)
        ):
            if run.language != language:
                raise Refused(
                    _(
                        "A run of the same people waits already, in %(language)s. Stop it first, then begin this one."
                    )
                    % {"language": LANGUAGES[run.language]}
                )
            return run
    run = IssueRun.objects.create(
        cohort=cohort, language=language, made_by=by if by.pk is not None else None
    )
    IssueRunLine.objects.bulk_create([IssueRunLine(run=run, enrolment_id=key) for key in keys])
    write("certificates.begin_run", run, by=by, after={"lines": len(keys)})
    return run


def carry_on(run, *, most=None) -> int:
    """Issue what waits in a run, one certificate in each transaction, on behalf of whoever began it. How many lines were done.

    Killed at any moment it has issued each certificate whole or not at all, and the next call goes on; two at once never take
    the same line. One that is refused says why and stops no other. When none waits the run is finished.
    """
    done, by = 0, run.made_by or WORKER
    while (most is None or done < most) and _next(run, by):
        done += 1
    _finish(run, by)
    return done


@transaction.atomic
def _next(run, by) -> bool:
    if IssueRun.objects.values_list("state", flat=True).get(pk=run.pk) != RunState.RUNNING:
        return False
    rows = IssueRunLine.objects.select_for_update(
        of=("self",), skip_locked=True, no_key=True
    ).select_related("enrolment__person")
    line = rows.filter(run=run, state=LineState.WAITING).order_by("pk").first()
    if line is None:
        return False
    try:
        with transaction.atomic():
            certificate = issue(line.enrolment, by=by, language=run.language)
    except (NotNow, OperationalError, InterfaceError):
        raise  # the line goes on waiting
    except (Refused, NotAllowed) as refused:
        make_transition(line, "refuse_line", by=by, why_not=str(refused))
    except OSError as fault:
        if not is_outage(fault):
            log.exception("A certificate of a run could not be issued.")
            make_transition(line, "refuse_line", by=by, why_not=_(FAULT))
            return True
        raise NotNow(_(SENTENCE)) from fault  # the line goes on waiting
    except Exception:
        log.exception("A certificate of a run could not be issued.")
        make_transition(line, "refuse_line", by=by, why_not=_(FAULT))
    else:
        make_transition(line, "issue_line", by=by, certificate=certificate)
    return True


@transaction.atomic
def _finish(run, by):
    locked = IssueRun.objects.select_for_update(no_key=True).get(pk=run.pk)
    if (
        locked.state == RunState.RUNNING
        and not locked.lines.filter(state=LineState.WAITING).exists()
    ):
        make_transition(locked, "finish_run", by=by, ended_at=clock.now())


@transaction.atomic
def stop_issue_run(run, *, by) -> IssueRun:
    """Issue no more of a run. 1. it is stopped; what was issued stays issued. Twice is once."""
    insist(may_issue(by))
    locked = IssueRun.objects.select_for_update(no_key=True).get(pk=run.pk)
    if locked.state != RunState.RUNNING:
        return locked
    return make_transition(locked, "stop_run", by=by, ended_at=clock.now())


def running() -> list[IssueRun]:
    return list(
        IssueRun.objects.filter(state=RunState.RUNNING).select_related("made_by").order_by("pk")
    )
