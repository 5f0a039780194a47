"""Issues transcripts; what was issued never changes."""

from django.db import transaction
from django.utils.translation import gettext as _

from cohorts.enrolment.models import Enrolment
from lms.kit import clock
from lms.kit.refusals import Refused, insist
from lms.people.roles import is_operator
from lms.record.actions import write

from ..models import Transcript
from ..queries.minutes import hash_of
from ..queries.transcripts import content_of_transcript, transcripts_of
from ..rules import may_take_transcript


@transaction.atomic
def issue_transcript(enrolment, *, by, is_named=True) -> Transcript:
    """1. a transcript of the results as they are, with the next number, 2. a record entry. Where the same was issued already: that one. Raises Refused where no
    board has decided on anything."""
    # A board locks these too before it records, and so does its chair.
    rows = Enrolment.objects.select_for_update(of=("self",), no_key=True)
    locked = rows.select_related("person", "cohort__programme").get(pk=enrolment.pk)
    insist(may_take_transcript(by, locked))
    content = content_of_transcript(locked, is_named=is_named)
    if content is None:
        raise Refused(_("No board has decided on any module yet, so there is nothing to issue."))
    sha256, issued = hash_of(content), transcripts_of(locked)
    if there := issued.filter(sha256=sha256).first():
        return there
    last = issued.first()
    transcript = Transcript.objects.create(
        enrolment=locked,
        number=last.number + 1 if last else 1,
        content=content,
        sha256=sha256,
        issued_at=clock.now(),
        issued_by=None if is_operator(by) else by,
    )
    write(
        "assessments.issue_transcript",
        transcript,
        by=by,
        after={"enrolment": locked.pk, "number": transcript.number, "sha256": sha256},
    )
    return transcript
