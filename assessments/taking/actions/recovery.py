"""Takes answers in from a recovery file, as those that waited on a device: by the site's own clock, each once, and none after the quiz is handed in."""

from lms.kit.refusals import Refused
from lms.record.actions import write

from ..models import Response
from .responses import answer_question


def recover_answers(quiz, answers, *, by) -> tuple[int, list[str]]:
    """Keep the answers of a file (`recovery_files.DeviceAnswer`, all of one quiz) in their order. How many are new at the site, and why others were not taken.

    Each is `answer_question` with `is_late`, in a transaction of its own: a line that is cut leaves those before it, and the same file again goes on. Then one
    record entry with how many, where any came. An answer that is here already changes nothing.
    """
    keys = [one.client_key for one in answers]
    here = set(Response.objects.filter(client_key__in=keys).values_list("client_key", flat=True))
    count, refusals = 0, []
    for one in answers:
        if one.client_key in here:
            continue
        try:
            answer_question(
                one.item,
                list(one.values),
                by=by,
                page=one.page,
                key=one.key,
                seen=one.seen,
                is_late=True,
            )
            count += 1
        except Refused as refusal:
            refusals.append(str(refusal))
    if count:
        write("assessments.recover_answers", quiz, by=by, after={"count": count})
    return count, list(dict.fromkeys(refusals))
