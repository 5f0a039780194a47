"""What a session is besides its unit and its time: checked in one place for one session and for many."""

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time, timedelta
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.kit.refusals import Refused
from lms.kit.templatetags.kit import hours

from ..models import Session, SessionMode

SHORTEST, LONGEST = 15, 720  # minutes
NO_LINK = gettext_lazy("Put the link into “Joining link”. “Where” is sent by email.")


@dataclass(frozen=True)
class Details:
    """Mode (SessionMode or empty), length in minutes or None, and the address to join at, or empty."""

    mode: str = ""
    minutes: int | None = None
    link: str = ""

    @classmethod
    def of(cls, session: Session) -> "Details":
        return cls(session.mode, session.minutes, session.link)

    def insist(self):
        """Raises Refused where one of them cannot be."""
        if self.mode and self.mode not in SessionMode.values:
            raise Refused(_("Select on campus, online, or both."))
        if self.minutes is not None and not SHORTEST <= self.minutes <= LONGEST:
            raise Refused(
                _("A session lasts from %(shortest)s to %(longest)s minutes.")
                % {"shortest": SHORTEST, "longest": LONGEST}
            )
        if self.link:
            if urlsplit(self.link).scheme != "https" or len(self.link) > 500:
                raise Refused(_("The joining link must begin with https://."))
            try:
                URLValidator(schemes=["https"])(self.link)
            except ValidationError:
                raise Refused(_("The joining link must begin with https://.")) from None

    def set_on(self, session: Session):
        session.mode, session.minutes, session.link = self.mode, self.minutes, self.link

    def with_changes(self, before: "Details", after: "Details") -> "Details":
        """These, and what differs between two others as it is in the second."""
        old, new = asdict(before), asdict(after)
        return replace(self, **{key: new[key] for key in new if new[key] != old[key]})


def changes_in_words(before: Details, after: Details) -> list[str]:
    """A sentence for each thing that is another one now; never the link itself."""
    found = []
    if after.mode and after.mode != before.mode:
        found.append(_("How: %(mode)s.") % {"mode": str(SessionMode(after.mode).label).lower()})
    if after.minutes and after.minutes != before.minutes:
        found.append(_("It lasts %(length)s.") % {"length": hours(after.minutes)})
    if after.link != before.link:
        if not after.link:
            found.append(_("There is no joining link any more."))
        elif before.link:
            found.append(_("The joining link is another one."))
        else:
            found.append(_("There is a joining link now."))
    return found


def holds_link(where: str) -> bool:
    return "://" in where


def london(day: date, at: time) -> datetime:
    """That time of that day on London's clocks. Raises Refused in the hour that is missing or comes twice when they change."""
    there = timezone.get_default_timezone()
    naive = datetime.combine(day, at)
    moments = {naive.replace(tzinfo=there, fold=fold).utcoffset() for fold in (0, 1)}
    if len(moments) > 1:
        raise Refused(
            _(
                "The clocks change on %(day)s, so %(at)s is missing or comes twice. Choose another time."
            )
            % {"day": f"{day:%d/%m/%Y}", "at": f"{at:%H:%M}"}
        )
    return naive.replace(tzinfo=there)


def later_by(moment: datetime, shift: timedelta) -> datetime:
    """Later by so much on London's clocks: 18:00 in winter plus a week stays 18:00 in summer."""
    there = moment.astimezone(timezone.get_default_timezone()).replace(tzinfo=None) + shift
    return london(there.date(), there.time())


def wall_shift(before: datetime, after: datetime) -> timedelta:
    """How much later one moment is than another on London's clocks."""
    there = timezone.get_default_timezone()
    naive = [one.astimezone(there).replace(tzinfo=None) for one in (before, after)]
    return naive[1] - naive[0]
