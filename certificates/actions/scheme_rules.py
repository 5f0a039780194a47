"""The rules of accreditation from a day on, and leave to act before a certificate."""

from dataclasses import asdict
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from lms.kit import clock, nations
from lms.kit.effective_dates import in_force
from lms.kit.refusals import Refused, insist
from lms.people.actions import tell
from lms.people.models import User
from lms.record.actions import actor_label, write

from ..accreditation.facts import months_after
from ..accreditation.rule_book import Rules
from ..accreditation.sentences import in_words
from ..models import Certificate, RuleLine, Temporary
from ..queries import load_facts, the_book
from ..queries.facts import standing_rules
from ..rules import may_rule, may_sanction
from .announcing import announce

LIMITS = {
    "years": (1, 10),
    "window_months": (1, 24),
    "progress_months": (0, 12),
    "grace_months": (1, 60),
    "cpd_hours": (0, 500),
    "peer_talks": (0, 20),
    "audit_percent": (0, 100),
    "temporary_months": (1, 24),
}


@transaction.atomic
def add_rules(rules: Rules, from_day: date, reason, *, by) -> RuleLine:
    """New rules from a day, today or later. What was decided before keeps to the rules of its day.

    1. one more dated line; it replaces those that were to begin after its day, 2. a record entry with the rules. The rules in
    force already on that day make no line.
    """
    insist(may_rule(by))
    for name, (least, most) in LIMITS.items():
        value = getattr(rules, name)
        if not isinstance(value, int) or not least <= value <= most:
            raise Refused(
                _("%(name)s: choose a whole number from %(least)s to %(most)s.")
                % {"name": name.replace("_", " ").capitalize(), "least": least, "most": most}
            )
    if from_day < clock.today():
        raise Refused(
            _(
                "Rules count from today or a later day. What was decided before keeps to the rules of its day."
            )
        )
    if not reason.strip():
        raise Refused(_("Write down why, so that those who come after you know."))
    lines = [
        (line.from_day, line)
        for line in RuleLine.objects.select_for_update(no_key=True).order_by("pk")
    ]
    last = in_force(lines, from_day)
    if (Rules(**last[1].rules) if last else standing_rules()) == rules and not any(
        day > from_day for day, _unused in lines
    ):
        if last:
            return last[1]
        raise Refused(_("These are the rules already."))
    try:
        with transaction.atomic():
            line = RuleLine.objects.create(
                number=len(lines) + 1,
                rules=asdict(rules),
                from_day=from_day,
                reason=reason.strip(),
                decided_by=actor_label(by),
            )
    except IntegrityError:
        quicker = RuleLine.objects.order_by("pk").last()
        if quicker and (quicker.rules, quicker.from_day) == (asdict(rules), from_day):
            return quicker
        raise Refused(
            _(
                "Another officer recorded rules at this moment. Look at them, then record yours if they are still needed."
            )
        ) from None
    write("certificates.add_rules", line, by=by, after={"from": from_day.isoformat(), **line.rules})
    return line


@transaction.atomic
def give_temporary_accreditation(enrolment, where, from_day, until_day, reason, *, by) -> Temporary:
    """Let somebody act before their certificate, in some nations and for some days.

    1. the leave, 2. a record entry without the reason, 3. the person and their employers are told. It answers only while a post that counts is
    in one of its nations. The same twice is one.
    """
    insist(may_sanction(by, enrolment.person))
    User.objects.select_for_update(no_key=True).get(pk=enrolment.person_id)
    where, longest = (
        [code for code in nations.ALL if code in set(where)],
        the_book().on(from_day).temporary_months,
    )
    if not where:
        raise Refused(_("Choose at least one nation."))
    if from_day < clock.today():
        raise Refused(_("It begins today or on a later day."))
    if until_day < from_day:
        raise Refused(_("The last day comes before the first. Choose a later last day."))
    if until_day >= months_after(from_day, longest):
        raise Refused(
            _("A temporary accreditation runs %(longest)s months at most: to %(day)s.")
            % {
                "longest": longest,
                "day": in_words(months_after(from_day, longest) - timedelta(days=1)),
            }
        )
    if not reason.strip():
        raise Refused(_("Write down why. Only the Hub reads it."))
    if Certificate.objects.filter(enrolment__person=enrolment.person_id).exists():
        raise Refused(
            _("This person holds a certificate, so they need no temporary accreditation.")
        )
    held = Temporary.objects.filter(
        enrolment=enrolment, is_called_off=False, until_day__gte=from_day, from_day__lte=until_day
    ).first()
    if held:
        if (held.from_day, held.until_day, held.nations) == (from_day, until_day, where):
            return held
        raise Refused(
            _("A temporary accreditation runs to %(day)s already. End it first, or begin after it.")
            % {"day": in_words(held.until_day)}
        )
    before = load_facts([enrolment.person_id])
    made = Temporary.objects.create(
        enrolment=enrolment,
        nations=where,
        from_day=from_day,
        until_day=until_day,
        reason=reason.strip(),
        decided_by=actor_label(by),
    )
    write(
        "certificates.give_leave",
        made,
        by=by,
        after={"from": from_day.isoformat(), "until": until_day.isoformat(), "nations": where},
    )
    tell(
        enrolment.person,
        _("You are temporarily accredited"),
        _(
            "From %(from_day)s to %(until_day)s you may act as an IMSA in %(nations)s, while you are in a post "
            "at an approved organisation there."
        )
        % {
            "from_day": in_words(from_day),
            "until_day": in_words(until_day),
            "nations": in_words(tuple(where)),
        },
        reverse("certificates:my_certificates"),
    )
    announce(before, [enrolment.person_id], from_day, tells_person=False)
    return made


@transaction.atomic
def end_temporary_accreditation(temporary, *, by) -> Temporary:
    """End a temporary accreditation. 1. yesterday was its last day (today, where it began today); one that has not begun is
    called off, 2. a record entry, 3. the person and their employers are told. Twice is once."""
    locked = (
        Temporary.objects.select_for_update(of=("self",), no_key=True)
        .select_related("enrolment__person")
        .get(pk=temporary.pk)
    )
    insist(may_sanction(by, locked.enrolment.person))
    today = clock.today()
    if locked.ended_at or locked.until_day < today:
        return locked
    before = load_facts([locked.enrolment.person_id])
    locked.ended_at, locked.is_called_off = clock.now(), locked.from_day > today
    if not locked.is_called_off:
        locked.until_day = max(today - timedelta(days=1), locked.from_day)
    locked.save(update_fields=["ended_at", "until_day", "is_called_off"])
    write("certificates.end_leave", locked, by=by, after={"until": locked.until_day.isoformat()})
    since = (
        _("It was called off before it began.")
        if locked.is_called_off
        else _("Today is its last day.")
        if locked.until_day == today
        else _("It ended yesterday.")
    )
    tell(
        locked.enrolment.person,
        _("Your temporary accreditation ends"),
        _("%(since)s Without a certificate you may not act as an IMSA after it.")
        % {"since": since},
        reverse("certificates:my_certificates"),
    )
    announce(
        before,
        [locked.enrolment.person_id],
        max(locked.until_day + timedelta(days=1), today)
        if not locked.is_called_off
        else locked.from_day,
        tells_person=False,
    )
    return locked
