"""Compares the rows of a register file with people, organisations and entries."""

from decimal import Decimal

from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from lms.kit import clock, nations
from lms.kit.templatetags.kit import short_day
from lms.people.models import User

from ..employment.models import Employment
from ..employment.queries import entries_called
from ..employment.register import last_lines, posts_in
from ..employment.rules import (
    may_be_at,
    may_write_post_of,
    nations_beyond,
    remarks_about_approval,
)
from ..employment.states import PostKind
from ..enrolment.models import Enrolment
from ..organisations.models import Organisation
from ..organisations.queries import approvals_of
from ..sheets.columns import reason
from .changes import A_YEAR, TEN_YEARS, as_text, compared, day_of


class RegisterComparison:
    """What a register file is compared with: people, organisations and entries."""

    def __init__(self, rows, by):
        self.by = by
        emails, codes = {v["email"] for v in rows}, {v["organisation"] for v in rows}
        self.people = {
            p.email.lower(): p
            for p in User.objects.annotate(e=Lower("email"))
            .filter(e__in=emails)
            .only("email", "first_name", "last_name")
        }
        self.organisations = {
            o.code: o for o in Organisation.objects.filter(code__in=codes)
        }  # stored in capitals
        self.entries = {e.reference.lower(): e for e in entries_called(v["entry"] for v in rows)}
        people = [person.pk for person in self.people.values()]
        # Two indexes one after the other: “of these people or of these entries” in one question reads the whole register.
        entries = {entry.pk for entry in self.entries.values()}
        entries |= {*Employment.objects.filter(person__in=people).values_list("pk", flat=True)}
        lines = last_lines().filter(employment__in=entries)
        self.posts = {post.reference: post for post in posts_in(lines)}
        self.posts_by_person = {}
        for post in self.posts.values():
            self.posts_by_person.setdefault(post.person_id, []).append(post)
        self.students = set(
            Enrolment.objects.filter(person__in=people).values_list("person_id", flat=True)
        )
        self.approvals = approvals_of([o.pk for o in self.organisations.values()])
        # Every post that is stored, or that this file brings under an entry of its own, by what makes it the same post.
        self.same = {}
        for post in self.posts.values():
            self.same.setdefault(
                (post.person_id, post.organisation_code.upper(), _plain(post.post), post.starts_on),
                [],
            ).append(post.reference)
        for row in rows:
            if (person := self.people.get(row["email"])) and row[
                "entry"
            ].lower() not in self.entries:
                where = (
                    person.pk,
                    row["organisation"],
                    _plain(row["post"]),
                    day_of(row["starts_on"]),
                )
                self.same.setdefault(where, []).append(row["entry"])

    def verdict(self, values):
        reasons = []
        person = self.people.get(values["email"])
        if not person:
            reasons.append(
                reason(
                    "email",
                    _("No one here has the address %(email)s. Import the cohort file first.")
                    % {"email": values["email"]},
                )
            )
        organisation = self.organisations.get(values["organisation"])
        if not organisation:
            why = _(
                "There is no organisation with the code or name %(organisation)s. The Hub adds it first."
            ) % {"organisation": values["organisation"]}
            reasons.append(reason("organisation", why))
        if values.get("confirmed_on", "") > clock.today().isoformat():
            reasons.append(
                reason(
                    "confirmed_on",
                    _("%(shown)s has not come yet.")
                    % {"shown": as_text(day_of(values["confirmed_on"]))},
                )
            )
        if reasons:
            return {"reasons": reasons}
        entry = self.entries.get(values["entry"].lower())
        own = may_write_post_of(self.by, person)
        if entry:
            found = self._facts_of(values, entry, person, organisation)
            if not own and found.get("verdict") == "changed":
                return {"reasons": [reason("email", own.reason)]}
            return found | {"notes": elsewhere(values, organisation)}
        if not own:
            return {"reasons": [reason("email", own.reason)]}
        same = self.same[
            person.pk, values["organisation"], _plain(values["post"]), day_of(values["starts_on"])
        ]
        if others := [one for one in same if one.lower() != values["entry"].lower()]:
            return {
                "reasons": [
                    reason(
                        "entry",
                        _(
                            "This post stands under the entry %(other)s already: the same person, organisation, role and first day. Use that entry, or "
                            "give the second post its own role or first day."
                        )
                        % {"other": others[0]},
                    )
                ]
            }
        summary = _("%(full_name)s: %(post)s at %(organisation)s, %(nations)s.") % {
            "full_name": person.full_name,
            "post": values["post"],
            "organisation": organisation.name,
            "nations": nations.sentence(values["nations"]),
        }
        return {
            "verdict": "new",
            "summary": summary,
            "notes": [
                *elsewhere(values, organisation),
                *self._of_the_post(values, person, organisation),
            ],
        }

    def _of_the_post(self, values, person, organisation):
        """What to look at before a new post is written: another post, a day that is far away, somebody who is on no programme."""
        starts, ends, today = day_of(values["starts_on"]), day_of(values["ends_on"]), clock.today()
        for post in self.posts_by_person.get(person.pk, ()):
            if post.organisation_id == organisation.pk and post.overlaps(starts, ends):
                yield (
                    "entry",
                    _(
                        "%(full_name)s has a post here already: %(post)s, from %(day)s (entry %(reference)s). Go on if "
                        "this is a second post; if it is the same, use that entry."
                    )
                    % {
                        "full_name": person.full_name,
                        "post": post.post,
                        "day": short_day(post.starts_on),
                        "reference": post.reference,
                    },
                )
        approvals = self.approvals[organisation.pk]
        may = may_be_at(organisation, approvals, starts, ends)
        if not may:
            yield "organisation", _("%(why)s It counts on no day.") % {"why": may.reason}
        else:
            for sentence in remarks_about_approval(organisation, approvals, starts, ends):
                yield "starts_on", sentence
        if starts > today + A_YEAR:
            yield (
                "starts_on",
                _("%(day)s is more than a year away. Check the year.") % {"day": short_day(starts)},
            )
        if ends and ends > today + TEN_YEARS:
            yield (
                "ends_on",
                _(
                    "%(day)s is more than ten years away. Leave the cell empty if the post has no last day."
                )
                % {"day": short_day(ends)},
            )
        if person.pk not in self.students:
            yield (
                "email",
                _(
                    "%(full_name)s is in no cohort. Check the address, or import the cohort file first if they train here."
                )
                % {"full_name": person.full_name},
            )

    def _facts_of(self, values, entry, person, organisation):
        post = self.posts.get(entry.reference)
        if post is None:
            why = _(
                "The entry %(reference)s was voided as entered by mistake. Give this post its own entry."
            ) % {"reference": entry.reference}
            return {"reasons": [reason("entry", why)]}
        if entry.person_id != person.pk:
            why = _(
                "The entry %(reference)s is another person's post. Give this post its own entry."
            ) % {"reference": entry.reference}
            return {"reasons": [reason("email", why)]}
        if post.organisation_id != organisation.pk:
            why = _(
                "The entry %(reference)s is a post at %(organisation_name)s. End it, and give this post its own entry."
            ) % {"reference": entry.reference, "organisation_name": post.organisation_name}
            return {"reasons": [reason("organisation", why)]}
        facts = facts_of(values, post)
        if post.ends_on and not facts["ends_on"]:
            why = _(
                "The register says that this post ended on %(shown)s. A file does not open it again. If the person "
                "has come back, give the new post its own entry; if the day is wrong, put it right on the entry's page."
            ) % {"shown": as_text(post.ends_on)}
            return {"reasons": [reason("ends_on", why)]}
        if post.leave_from and facts["starts_on"] > post.leave_from:
            why = _(
                "A leave is recorded from %(day)s, before this first day. Put the leave right on the entry’s page, or check the day."
            ) % {"day": short_day(post.leave_from)}
            return {"reasons": [reason("starts_on", why)]}
        labels = {
            "post": _("Post"),
            "nations": _("Nations"),
            "starts_on": _("First day"),
            "ends_on": _("Last day"),
            "line_manager": _("Line manager"),
            "confirmed_on": _("Confirmed"),
            "kind": _("Kind of post"),
            "hours": _("Hours a week"),
        }
        told = [
            (labels[f], _in_words(f, _value_of(post, f)), _in_words(f, facts[f]))
            for f in labels
            if f in facts and _value_of(post, f) != facts[f]
        ]
        return compared(f"{person.full_name}, {organisation.name}", told)


def codes_for_names(rows):
    """Organisations that the rows call by name get their code, once, and the row says so. One query, where there is such a name."""
    words = {row["values"]["organisation"] for row in rows if row["values"].get("organisation")}
    if not words or not words - set(
        Organisation.objects.filter(code__in=words).values_list("code", flat=True)
    ):
        return
    codes, names = set(), {}
    for code, name in Organisation.objects.values_list("code", "name"):
        codes.add(code.upper())
        names.setdefault(_plain(name), set()).add(code.upper())
    for row in rows:
        word = row["values"].get("organisation", "")
        found = names.get(_plain(word), set())
        if word and word not in codes and len(found) == 1:
            (row["values"]["organisation"],) = found
            row["edits"].append(
                _("“%(name)s” is %(code)s.") % {"name": word, "code": row["values"]["organisation"]}
            )


def _plain(title):
    return " ".join(title.casefold().split())


def elsewhere(values, organisation) -> list[tuple[str, str]]:
    """A nation in which the organisation does not work: written as the file says, and it counts for nothing."""
    return [("nations", sentence) for sentence in nations_beyond(organisation, values["nations"])]


def facts_of(values, post=None) -> dict:
    """A register row as the arguments of `record_post`. What its file leaves out stays as it was, and
    a confirmation never goes back to an earlier day."""
    manager = values.get("line_manager", post.line_manager if post else "")
    confirmed = [d for d in (day_of(values.get("confirmed_on")), post and post.confirmed_on) if d]
    return {
        "post": values["post"],
        "nations": values["nations"],
        "starts_on": day_of(values["starts_on"]),
        "ends_on": day_of(values["ends_on"]),
        "line_manager": manager,
        "confirmed_on": max(confirmed, default=None),
        **details_of(values),
    }


def details_of(values) -> dict:
    """Kind and hours, where the row says them; a column that is left out, or an empty cell, keeps what is stored."""
    kind, hours = values.get("kind"), values.get("hours")
    return ({"kind": kind} if kind else {}) | ({"hours": Decimal(hours)} if hours else {})


def _in_words(field, value):
    if field == "kind" and value:
        return str(PostKind(value).label)
    return "" if value is None else value if field != "hours" else f"{value:f}"


def _value_of(post, field):
    value = getattr(post, field)
    return list(value) if field == "nations" else value
