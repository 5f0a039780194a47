"""Adds lines to the employment register; it refuses to rewrite what an earlier line said."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.kit import nations as four_nations
from lms.kit.batches import Batch
from lms.kit.refusals import Refused, insist
from lms.kit.templatetags.kit import day, short_day
from lms.people.actions import tell
from lms.record.actions import actor_label, thing_label

from ..organisations.actions import tell_organisation
from .models import Employment, EmploymentLine, Remark
from .rules import may_have_days, may_keep_post_of, may_keep_register, may_write_post_of

# What an entry may say besides; a file that has no column for it keeps what is stored.
DETAILS = {
    "confirmed_by": "",
    "kind": "",
    "hours": None,
    "evidence_kind": "",
    "evidence_on": None,
    "evidence_seen_by": "",
    "leave_from": None,
    "leave_until": None,
    "is_void": False,
}
DAYS = ("starts_on", "ends_on", "leave_from", "leave_until", "evidence_on")
FACTS = (
    "organisation_id",
    "post",
    "nations",
    "starts_on",
    "ends_on",
    "line_manager",
    "confirmed_on",
    *DETAILS,
)


@transaction.atomic
def record_post(
    reference,
    person,
    organisation,
    post,
    nations,
    starts_on,
    ends_on,
    line_manager,
    confirmed_on,
    *,
    by,
    source,
    **details,
) -> EmploymentLine:
    """Record what the register says of one post. `details` are any of `DETAILS`; those left out stay as they are.

    1. the entry, if its reference is new, 2. one more line, if anything differs from the last,
    3. a record entry, 4. where a post now ends on another day, those are told whom `end_post` tells. Nothing differs: the last line is returned and nothing is written.
    """
    insist(may_keep_register(by))
    reference = reference.strip()
    employment = (
        Employment.objects.select_for_update(no_key=True).filter(reference=reference).first()
    )
    last = employment and employment.lines.select_related("organisation").order_by("number").last()
    batch = Batch(by=by)
    line = record_post_in(
        batch,
        reference,
        employment,
        last,
        person,
        organisation,
        source=source,
        post=post,
        nations=nations,
        starts_on=starts_on,
        ends_on=ends_on,
        line_manager=line_manager,
        confirmed_on=confirmed_on,
        **details,
    )
    try:
        with transaction.atomic():
            batch.write()
    except IntegrityError:
        if employment or not Employment.objects.filter(reference=reference).exists():
            raise
        # Somebody else made the entry at the same moment, and it is committed now.
        return record_post(
            reference,
            person,
            organisation,
            post,
            nations,
            starts_on,
            ends_on,
            line_manager,
            confirmed_on,
            by=by,
            source=source,
            **details,
        )
    if last and line is not last and is_ended(last, line):
        tell_of_end(employment, line)
    return line


def record_post_in(
    batch, reference, employment, last, person, organisation, *, source, **values
) -> EmploymentLine:
    """`record_post` as part of a batch. `employment` and `last`: the entry and its newest line, if they are there. Who is told where a
    post now ends is the caller's."""
    if last and last.is_void:
        raise Refused(
            _(
                "The entry %(reference)s was voided as entered by mistake. Give the post its own entry."
            )
            % {"reference": employment.reference}
        )
    if employment and employment.person_id != person.pk:
        raise Refused(
            _("The entry %(reference)s is another person's post. Give this post its own entry.")
            % {"reference": employment.reference}
        )
    if last and last.organisation_id != organisation.pk:
        raise Refused(
            _(
                "The entry %(reference)s is a post at %(before)s. End it, and give the post at "
                "%(now)s its own entry."
            )
            % {
                "reference": employment.reference,
                "before": last.organisation.name,
                "now": organisation.name,
            }
        )
    facts = {
        "organisation_id": organisation.pk,
        "post": " ".join(values["post"].split()),
        "nations": [code for code in four_nations.ALL if code in set(values["nations"])],
        "starts_on": values["starts_on"],
        "ends_on": values["ends_on"],
        "line_manager": values["line_manager"].strip().lower(),
        "confirmed_on": values["confirmed_on"],
    }
    for field, default in DETAILS.items():
        facts[field] = values.get(field, getattr(last, field) if last else default)
    if last and facts["confirmed_on"] != last.confirmed_on and "confirmed_by" not in values:
        facts["confirmed_by"] = ""  # the file says the day, and not who
    employment = employment or batch.add(Employment(reference=reference, person=person))
    line = _add_line_in(batch, employment, last, facts, source=source, action="cohorts.record_post")
    if line is not last:
        insist(may_write_post_of(batch.by, person))
    line.organisation = organisation
    return line


def is_ended(last, line) -> bool:
    """Does the new line say a last day that the one before did not say?"""
    return bool(line.ends_on and line.ends_on != last.ends_on)


@transaction.atomic
def end_post(employment, ends_on, *, by, reason) -> EmploymentLine:
    """1. a line with the post's last day; earlier days stay as they were, 2. a record entry,
    3. a remark with the reason, 4. the person and the organisation's contacts are told."""
    insist(may_keep_post_of(by, employment.person))
    last = last_line_of(employment)
    if last.ends_on == ends_on:
        return last
    if not reason.strip():
        raise Refused(_("Say why the post ends, in a few words."))
    if ends_on < last.starts_on:
        raise Refused(
            _("The post began on %(day)s; its last day cannot be earlier.")
            % {"day": short_day(last.starts_on)}
        )
    line = follow_line(employment, last, by=by, action="cohorts.end_post", ends_on=ends_on)
    remark(employment, "cohorts.end_post", reason, by=by)
    tell_of_end(employment, line)
    return line


def tell_of_end(employment, line):
    to_person, to_organisation = words_of_end(employment.person, line)
    tell(employment.person, *to_person)
    tell_organisation(line.organisation, *to_organisation, but_not=[employment.person_id])


def words_of_end(person, line):
    """(subject, body, url) for the person, and (subject, body) for the organisation, of a post that now ends on another day."""
    when = day(line.ends_on)
    return (
        _("Your post at %(organisation)s ends") % {"organisation": line.organisation.name},
        _(
            "The register says that %(when)s is the last day of your post. Without a post at an approved organisation "
            "you may not act as an IMSA. If this is not right, tell the Hub."
        )
        % {"when": when},
        "/me/messages/",
    ), (
        _("A post has been ended"),
        _("%(full_name)s, %(post)s: the last day is %(when)s.")
        % {"full_name": person.full_name, "post": line.post, "when": when},
    )


@transaction.atomic
def reopen_post(employment, *, by, reason) -> EmploymentLine:
    """The post did not end after all.

    1. a line without a last day, 2. a record entry, 3. a remark with the reason, 4. the person is told, 5. so is the organisation.
    """
    insist(may_keep_post_of(by, employment.person))
    last = last_line_of(employment)
    if last.ends_on is None:
        return last
    if not reason.strip():
        raise Refused(_("Say why the last day is taken away, in a few words."))
    line = follow_line(employment, last, by=by, action="cohorts.reopen_post", ends_on=None)
    remark(employment, "cohorts.reopen_post", reason, by=by)
    tell(
        employment.person,
        _("Your post at %(organisation)s goes on") % {"organisation": last.organisation.name},
        _("The register no longer gives it a last day."),
        "/me/messages/",
    )
    tell_organisation(
        last.organisation,
        _("A post goes on"),
        _("%(full_name)s, %(post)s: the register no longer gives it a last day.")
        % {"full_name": employment.person.full_name, "post": last.post},
        but_not=[employment.person_id],
    )
    return line


@transaction.atomic
def confirm_post(employment, *, by, on=None) -> EmploymentLine:
    """Somebody asked the employer, and the post is as the register says. 1. a line with that day, 2. a record entry."""
    insist(may_keep_post_of(by, employment.person))
    on = on or clock.today()
    if on > clock.today():
        raise Refused(_("A post cannot be confirmed on a day that has not come."))
    last = last_line_of(employment)
    if last.confirmed_on and last.confirmed_on >= on:
        return last
    return follow_line(
        employment,
        last,
        by=by,
        action="cohorts.confirm_post",
        confirmed_on=on,
        confirmed_by=by.record_label,
    )


def last_line_of(employment, *, may_be_void=False):
    """The newest line, with its entry locked until the action is over. Raises Refused where the post was entered by mistake."""
    Employment.objects.select_for_update(no_key=True).get(pk=employment.pk)
    last = employment.lines.select_related("organisation").order_by("number").last()
    if last.is_void and not may_be_void:
        raise Refused(
            _(
                "The entry %(reference)s was voided as entered by mistake. Nothing more is done with it."
            )
            % {"reference": employment.reference}
        )
    return last


def follow_line(employment, last, *, by, action, **changes):
    facts = {field: getattr(last, field) for field in FACTS} | changes
    return _add_line(employment, last, facts, by=by, source=by.record_label, action=action)


def _add_line(employment, last, facts, *, by, source, action):
    batch = Batch(by=by)
    line = _add_line_in(batch, employment, last, facts, source=source, action=action)
    batch.write()
    return line


def _add_line_in(batch, employment, last, facts, *, source, action):
    may = may_have_days(
        *(facts[name] for name in DAYS if not last or facts[name] != getattr(last, name))
    )
    if not may:
        raise Refused(may.reason)
    if facts["ends_on"] and facts["ends_on"] < facts["starts_on"]:
        raise Refused(_("A post ends on or after the day it starts."))
    if not facts["nations"]:
        raise Refused(_("A post needs at least one nation."))
    if facts["leave_from"] and facts["leave_from"] < facts["starts_on"]:
        raise Refused(
            _(
                "The leave recorded from %(day)s would be before the post. Give a first day no later than that."
            )
            % {"day": short_day(facts["leave_from"])}
        )
    if last and all(getattr(last, field) == value for field, value in facts.items()):
        return last
    line = batch.add(
        EmploymentLine(
            employment=employment,
            number=last.number + 1 if last else 1,
            source=source,
            recorded_at=clock.now(),
            **facts,
        )
    )
    after = {"line": line.number, "ends_on": line.ends_on and line.ends_on.isoformat()}
    batch.record(action, employment, before=last and {"line": last.number}, after=after)
    return line


def remark(thing, action, text, *, by) -> Remark | None:
    """Called by an action inside its own transaction, once it is sure to be done. No words, no remark."""
    text = " ".join(text.split())
    if not text:
        return None
    return Remark.objects.create(
        about=thing_label(thing),
        action=action,
        text=text,
        written_by=actor_label(by),
        written_at=clock.now(),
    )
