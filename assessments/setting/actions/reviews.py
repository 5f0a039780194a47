"""Versions go to the external examiner and come back with an answer; it refuses an answer to another text than the one that was read."""

from django.db import transaction
from django.utils.translation import gettext as _

from lms.kit.refusals import Refused, insist
from lms.kit.transitions import make_transition
from lms.people.actions import tell_many
from lms.people.models import Role
from lms.people.roles import holders_of
from lms.record.actions import write

from ..models import AssessmentVersion, Review
from ..queries import setters_of
from ..rules import may_review_in, may_set
from ..states import VersionState
from .versions import Incomplete, Outdated, approve_in, faults, lock_version

LONGEST = 4000


@transaction.atomic
def send(version, *, by, seen=None) -> AssessmentVersion:
    """A draft goes to the external examiners. 1. the state, with a record entry, 2. they are told. Twice is once. Raises Incomplete, Outdated."""
    locked = lock_version(version)
    insist(may_set(by, locked.assessment.module))
    if locked.state == VersionState.EXAMINING:
        return locked
    if seen is not None and seen != locked.revision:
        raise Outdated(_("This draft was saved from another page after you opened this one."))
    if found := faults(locked):
        raise Incomplete(found)
    make_transition(locked, "send", by=by)
    module = locked.assessment.module
    _tell(
        [one for one in holders_of(Role.EXTERNAL_EXAMINER) if may_review_in(one, module)],
        _("An assessment to approve: %(title)s") % {"title": locked.assessment.title},
        _(
            "Its brief and criteria or questions wait for your answer. You can approve them or ask for changes."
        ),
        f"/examining/papers/{locked.assessment.code}/{locked.number}/",
    )
    return locked


@transaction.atomic
def take_back(version, *, by) -> AssessmentVersion:
    """Before the examiner has answered, it becomes a draft again. 1. the state, with a record entry. Twice is once."""
    locked = lock_version(version)
    insist(may_set(by, locked.assessment.module))
    if locked.is_draft:
        return locked
    return make_transition(locked, "take_back", by=by)


@transaction.atomic
def answer(version, verdict, words, *, by, seen=None) -> Review:
    """The external examiner approves a version, or asks for changes in words.

    1. the answer, for good, 2. the version is approved or a draft again, 3. record entries, 4. registrars and leaders of the module are told. The same
    answer again changes nothing. Raises Outdated where the text is another than the one of `seen`, the revision they read.
    """
    locked = lock_version(version)
    insist(may_review_in(by, locked.assessment.module))
    words = words.strip()
    last = locked.reviews.last()
    if locked.state != VersionState.EXAMINING:
        if last and (last.person_id, last.answer, last.words) == (by.pk, verdict, words):
            return last
        raise Refused(
            _("Version %(number)s is “%(state)s”, so it waits for no answer now.")
            % {"number": locked.number, "state": locked.get_state_display()}
        )
    if seen is not None and seen != locked.revision:
        raise Outdated(_("This version has changed since you opened it. Read it again."))
    if verdict not in (Review.APPROVED, Review.CHANGES):
        raise Refused(_("Choose whether you approve it or ask for changes."))
    if verdict == Review.CHANGES and not words:
        raise Refused(_("Say what should change."))
    if len(words) > LONGEST:
        raise Refused(
            _("These words have %(count)s characters; there is room for %(longest)s.")
            % {"count": len(words), "longest": LONGEST}
        )
    made = Review.objects.create(version=locked, person=by, answer=verdict, words=words)
    write("assessments.review", locked, by=by, after={"answer": verdict, "review": made.pk})
    if verdict == Review.APPROVED:
        approve_in(locked, by=by)
        subject = _("Approved: %(title)s")
        body = _("The external examiner has approved this version. Cohorts can sit it.")
    else:
        make_transition(locked, "ask_changes", by=by)
        subject = _("Changes asked for: %(title)s")
        body = _("The external examiner asks for changes. Their words stand beside the draft.")
    _tell(
        setters_of(locked.assessment.module),
        subject % {"title": locked.assessment.title},
        body,
        f"/registry/assessments/{locked.assessment.code}/{locked.number}/",
    )
    return made


def _tell(people, subject, body, url):
    tell_many([(person, subject[:200], body, url) for person in people])
