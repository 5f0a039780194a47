"""Takes answers in from a recovery file, as those that waited on a device: by the site's own clock, each once, and none after the quiz is handed in."""

from django.db import transaction

from lms.kit.refusals import NotAllowed, Refused
from lms.record.actions import write

from ..models import Response
from .responses import answer_question


@transaction.atomic
def recover_answers(quiz, answers, *, by) -> tuple[int, list[str]]:
    """Keep the answers of a file (`recovery_files.DeviceAnswer`, all of one quiz) in their order. How many are new at the site, and why others were not taken.

    1. Each is taken by `answer_question` with `is_late`; one that it refuses takes no other with it, also where its quiz is not theirs to answer now, 2. where any came, one record entry with how many. What is
    here already changes nothing, so the same file again goes on.
    """
    keys = [one.client_key for one in answers]
    here = set(Response.objects.filter(client_key__in=keys).values_list("client_key", flat=True))
    count, refusals = 0, []
    for one in answers:
        if one.client_key in here:
            continue
        try:
            done = answer_question(
                one.item,
                list(one.values),
                by=by,
                page=one.page,
                key=one.key,
                seen=one.seen,
                is_late=True,
            )
            count += 1
            if done.fault:
                refusals.append(done.fault)
        except (Refused, NotAllowed) as refusal:
            refusals.append(str(refusal))
    if count:
        write("assessments.recover_answers", quiz, by=by, after={"count": count})
    return count, list(dict.fromkeys(refusals))
