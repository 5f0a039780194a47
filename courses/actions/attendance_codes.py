"""A trainee records that they are there, by the code on the tutor's screen. The record holds keys only, and no code."""

import math
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lms.kit import clock
from lms.kit.refusals import May, Refused, insist
from lms.people.models import Role
from lms.people.roles import may_act_as
from lms.record.actions import write

from ..models import AttendanceCodeTries, Session, SessionMode
from ..queries import plans_of
from ..queries.attendance_codes import is_code_of, is_taking_codes, plain_digits
from ..queries.timetables import own_sessions
from .attendance import MODES, attended, keep_marks, variants_by_person
from .sessions import lock

ONLY_MODE: dict[str, str] = {SessionMode.CAMPUS: "in_room", SessionMode.ONLINE: "online"}


class WrongCode(Refused):
    """No session of theirs that runs has this code."""


class TooManyCodes(Refused):
    """They entered too many wrong codes; for how long no more is accepted stands in the sentence."""


class ModeNeeded(Refused):
    """The code is right, and they have not answered whether they are in the room or online."""


def may_attend_by_code(by) -> May:
    return may_act_as(by, Role.LEARNER)


def running_sessions(person) -> list[Session]:
    """Sessions of the person's open plans that take codes now."""
    now = clock.now()
    rows = own_sessions(person, plans_of(person))
    return [one.session for one in rows if is_taking_codes(one.session, now)]


def attend_by_code(*, by, code, mode="") -> tuple[Session, str]:
    """Record the person themselves as there: the session, and how they are recorded.

    1. a wrong code counts against the person, in a transaction of its own that stays, and raises WrongCode; after too many
    TooManyCodes, without a look at the code; 2. a mark in each variant of the unit on their plan, 3. one record entry. The same person again
    is the same; what a tutor recorded already stays. `mode` is asked only where the session is both on campus and online (ModeNeeded).
    """
    insist(may_attend_by_code(by))
    session = session_by_code(by, plain_digits(code))
    if session is None:
        raise WrongCode(
            _(
                "This is not the code of a session of yours that is running. Enter the code on the screen now."
            )
        )
    mode = ONLY_MODE.get(session.mode, mode)
    with transaction.atomic():
        session = lock(session)
        if already := attended(session).get(by.pk):
            return session, already
        if mode not in MODES:
            raise ModeNeeded(_("Select whether you are in the room or online."))
        variants = variants_by_person(session)
        if by.pk not in variants or not is_taking_codes(session, clock.now()):
            raise Refused(_("This session is not on your study plan, or it is over."))
        keep_marks(session, {by.pk: mode}, variants, "code", by)
        write("courses.attend_by_code", session, by=by, after={str(by.pk): mode})
    return session, mode


@transaction.atomic
def session_by_code(person, digits) -> Session | None:
    """Whose code it is, of the person's running sessions; a wrong one is counted. Raises TooManyCodes."""
    now = clock.now()
    AttendanceCodeTries.objects.get_or_create(person_id=person.pk, defaults={"counts_from": now})
    tries = AttendanceCodeTries.objects.select_for_update(of=("self",), no_key=True).get(
        person_id=person.pk
    )
    ends = tries.counts_from + timedelta(minutes=settings.IMSA_ATTENDANCE_CODE_TRIES_MINUTES)
    if now >= ends or now < tries.counts_from:
        tries.counts_from, tries.count = now, 0
    elif tries.count >= settings.IMSA_ATTENDANCE_CODE_TRIES:
        minutes = math.ceil((ends - now).total_seconds() / 60)
        raise TooManyCodes(
            ngettext(
                "Too many wrong codes. Try again in %(minutes)s minute, or ask your tutor to record you.",
                "Too many wrong codes. Try again in %(minutes)s minutes, or ask your tutor to record you.",
                minutes,
            )
            % {"minutes": minutes}
        )
    rows = running_sessions(person)
    found = next((one for one in rows if digits and is_code_of(one, digits, now)), None)
    if found is None:
        tries.count += 1
        tries.save(update_fields=["counts_from", "count"])
    return found
