"""Lets trainees see agreed marks and comments: a named action of the programme office, before which nobody sees any."""

import hashlib
import time
from collections.abc import Collection

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cohorts.enrolment.models import Cohort
from lms.kit import clock
from lms.kit.batches import Batch, Moved, rest
from lms.kit.refusals import NotNow, Refused, insist
from lms.people.notices import bring, tell_after

from ...attempts.models import Attempt
from ...marking.actions.allocation import SCRIPTS_AT_ONCE, TOLD_AT_ONCE, TRIES
from ...setting.judging import BY_ITSELF
from ...setting.models import Assessment
from ...taking.models import Submission
from ...taking.states import SubmissionState
from ..queries.release import (
    awaiting_release,
    marking_of,
    not_yet,
    release_counts,
    state_of,
)
from ..rules import may_release_in, may_release_some


def release_marks(
    assessment, cohort, *, by, seen: str | None = None, enrolments: Collection[int] | None = None
) -> int:
    """Release the agreed marks of one piece of work of a cohort, or those of some `enrolments` (keys) alone. How many.

    Of each script that waits for it (`awaiting_release`), but of `by`'s own: 1. its attempt says since when the trainee sees the mark and
    the markers' comments, and by which rule, 2. the record is written, 3. the trainee is told. Some scripts a transaction; killed between two of them, the
    same again releases the rest. Raises Refused, and releases nothing, before the release rule of the piece lets anybody, where others wait than those of `seen` (`fingerprint_of`), and where
    one of the `enrolments` has no mark that waits.
    """
    _insist_by_rule(assessment, cohort, by=by)
    waiting = awaiting_release(by).filter(assessment=assessment, enrolment__cohort=cohort)
    if enrolments is not None:
        insist(may_release_some(by, cohort))
        waiting = waiting.filter(enrolment__in=_waiting_of(assessment, waiting, enrolments))
    keys = list(waiting.order_by("pk").values_list("pk", flat=True))
    if seen is not None and seen != fingerprint_of(keys):
        raise Refused(
            ngettext(
                "%(count)s mark waits to be released now. Look at the page again, and release it from there.",
                "%(count)s marks wait to be released now. Look at the page again, and release them from there.",
                len(keys),
            )
            % {"count": len(keys)}
        )
    done = 0
    for start in range(0, len(keys), SCRIPTS_AT_ONCE):
        begun = time.monotonic()
        done += _release_some(assessment, cohort, keys[start : start + SCRIPTS_AT_ONCE], by=by)
        if start + SCRIPTS_AT_ONCE < len(keys):
            rest(time.monotonic() - begun)
    return done


def _waiting_of(assessment, waiting, enrolments) -> set[int]:
    """Those of the enrolments whose mark waits. Of the others it was released already: twice is once."""
    chosen = set(enrolments)
    if not chosen:
        raise Refused(_("Choose at least one student whose mark you release."))
    found = set(waiting.filter(enrolment__in=chosen).values_list("enrolment", flat=True))
    released = Attempt.objects.filter(assessment=assessment, is_current=True)
    released = released.filter(enrolment__in=chosen - found).exclude(released_at=None)
    if chosen - found - set(released.values_list("enrolment", flat=True)):
        raise Refused(
            _("A mark that you chose does not wait any more. Look at the list again, and choose.")
        )
    return found


def _insist_by_rule(assessment, cohort, *, by):
    """Raises NotAllowed for who may not release this piece, and Refused while its rule lets nobody."""
    state = state_of(assessment, cohort)
    insist(may_release_in(by, assessment.module, state.rule))
    if why := not_yet(state, marking_of(assessment, cohort)):
        raise Refused(why)
    return state


def release_by_rule(*, by) -> int:
    """The worker: release the marks of every piece of work whose rule says that the site does it by itself, once it can. How many. A run that was killed goes on."""
    found = [
        row for row in release_counts(by) if row["rule"].by == BY_ITSELF and not row["not_yet"]
    ]
    pieces = Assessment.objects.select_related("module").in_bulk({r["assessment"] for r in found})
    cohorts = Cohort.objects.in_bulk({row["enrolment__cohort"] for row in found})
    done = 0
    for row in found:
        try:
            done += release_marks(
                pieces[row["assessment"]], cohorts[row["enrolment__cohort"]], by=by
            )
        except NotNow:
            raise
        except Refused:
            continue  # a script came in, or somebody releases it: its turn comes again, and the others have theirs
    return done


def _release_some(assessment, cohort, keys, *, by) -> int:
    for _unused in range(TRIES):
        scripts = awaiting_release(by).filter(pk__in=keys).select_related("enrolment__person")
        batch, now = Batch(by=by), clock.now()
        rule = state_of(assessment, cohort).in_record
        for script in (found := list(scripts)):
            batch.change(
                script.attempt, was={"released_at": None}, released_at=now, release_rule=rule
            )
            batch.record(
                "assessments.release_mark",
                script.attempt,
                after={"script": script.script, "rule": rule},
            )
            batch.tell(
                script.enrolment.person,
                _("Your work is marked"),
                _words(script.assessment) % {"assessment": script.assessment.title},
                f"/my-work/{script.assessment.code}/",
            )
        try:
            with transaction.atomic():
                if _insist_by_rule(assessment, cohort, by=by).in_record != rule:
                    raise Moved
                _insist_agreed(found)
                batch.write()
                notices = tell_after(batch.messages, by=by)
        except (Moved, IntegrityError):
            continue  # somebody was quicker: look again
        if notices:
            bring(notices, most=TOLD_AT_ONCE)
        return len(found)
    raise Refused(
        _("Someone else is releasing the same marks at this moment. Load the page again.")
    )


def _words(assessment) -> str:
    if assessment.is_quiz:  # its comments come when nobody sits it any more
        return _(
            "“%(assessment)s” has a provisional mark. Its markers’ comments follow when no one can still take this quiz. "
            "The board decides whether the mark stands."
        )
    return _(
        "“%(assessment)s” has a provisional mark and its markers’ comments. "
        "The board decides whether it stands."
    )


def fingerprint_of(keys) -> str:
    """A short text for a form: which scripts the button releases."""
    return hashlib.sha256(",".join(map(str, sorted(keys))).encode()).hexdigest()[:24]


def _insist_agreed(scripts):
    """A correction may have called a third marker meanwhile: it locks the script too. Raises Moved."""
    rows = Submission.objects.select_for_update(no_key=True).order_by("pk")
    states = rows.filter(pk__in=[script.pk for script in scripts]).values_list("state", flat=True)
    if set(states) - {SubmissionState.AGREED}:
        raise Moved
