"""Compares the rows of a register file with people, organisations and entries."""

from django.db.models import Min, Q
from django.db.models.functions import Lower

from lms.kit import clock, nations
from lms.kit.templatetags.kit import short_day
from lms.people.models import User

from ..employment.models import Employment
from ..employment.register import last_lines, post_of
from ..enrolment.models import Enrolment
from ..organisations.models import Approval, Organisation
from ..organisations.states import ApprovalAction
from ..sheets.columns import reason
from .changes import A_YEAR, TEN_YEARS, compared, day_of, shown


class RegisterComparison:
    """What a register file is compared with: people, organisations and entries."""

    def __init__(self, rows, by):
        emails, entries = {v["email"] for v in rows}, {v["entry"].lower() for v in rows}
        self.people = {
            p.email.lower(): p for p in User.objects.annotate(e=Lower("email")).filter(e__in=emails)
        }
        self.organisations = {o.code.upper(): o for o in Organisation.objects.all()}
        self.entries = {
            e.reference.lower(): e
            for e in Employment.objects.annotate(r=Lower("reference")).filter(r__in=entries)
        }
        people = [person.pk for person in self.people.values()]
        lines = last_lines().filter(
            Q(employment__person__in=people)
            | Q(employment__in=[entry.pk for entry in self.entries.values()])
        )
        self.posts = {line.employment_id: post_of(line) for line in lines}
        self.students = set(
            Enrolment.objects.filter(person__in=people).values_list("person_id", flat=True)
        )
        self.approved_from = dict(
            Approval.objects.filter(action=ApprovalAction.APPROVED)
            .order_by()
            .values_list("organisation")
            .annotate(Min("from_day"))
        )
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
                    f"No one here has the address {values['email']}. Import the cohort file first.",
                )
            )
        organisation = self.organisations.get(values["organisation"])
        if not organisation:
            why = f"There is no organisation with the code {values['organisation']}. The Hub adds it first."
            reasons.append(reason("organisation", why))
        if values.get("confirmed_on", "") > clock.today().isoformat():
            reasons.append(
                reason("confirmed_on", f"{shown(day_of(values['confirmed_on']))} has not come yet.")
            )
        if reasons:
            return {"reasons": reasons}
        entry = self.entries.get(values["entry"].lower())
        if entry:
            return self._known(values, entry, person, organisation) | {
                "notes": elsewhere(values, organisation)
            }
        same = self.same[
            person.pk, values["organisation"], _plain(values["post"]), day_of(values["starts_on"])
        ]
        if others := [one for one in same if one.lower() != values["entry"].lower()]:
            return {
                "reasons": [
                    reason(
                        "entry",
                        (
                            f"This post stands under the entry {others[0]} already: the same person, organisation, role and first day. Use that entry, or "
                            "give the second post its own role or first day."
                        ),
                    )
                ]
            }
        summary = f"{person.full_name}: {values['post']} at {organisation.name}, {nations.sentence(values['nations'])}."
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
        for post in self.posts.values():
            overlaps = (post.ends_on is None or post.ends_on >= starts) and (
                ends is None or ends >= post.starts_on
            )
            if post.person_id == person.pk and post.organisation_id == organisation.pk and overlaps:
                yield (
                    "entry",
                    (
                        f"{person.full_name} has a post here already: {post.post}, from {short_day(post.starts_on)} (entry {post.reference}). Go on if "
                        "this is a second post; if it is the same, use that entry."
                    ),
                )
        approved = self.approved_from.get(organisation.pk)
        if approved and starts < approved:
            yield (
                "starts_on",
                f"{organisation.name} was first approved from {short_day(approved)}. Days before that count for nothing.",
            )
        if starts > today + A_YEAR:
            yield "starts_on", f"{short_day(starts)} is more than a year away. Check the year."
        if ends and ends > today + TEN_YEARS:
            yield (
                "ends_on",
                f"{short_day(ends)} is more than ten years away. Leave the cell empty if the post has no last day.",
            )
        if person.pk not in self.students:
            yield (
                "email",
                f"{person.full_name} is in no cohort. Check the address, or import the cohort file first if they train here.",
            )

    def _known(self, values, entry, person, organisation):
        post = self.posts[entry.pk]
        if entry.person_id != person.pk:
            why = f"The entry {entry.reference} is another person's post. Give this post its own entry."
            return {"reasons": [reason("email", why)]}
        if post.organisation_id != organisation.pk:
            why = f"The entry {entry.reference} is a post at {post.organisation_name}. End it, and give this post its own entry."
            return {"reasons": [reason("organisation", why)]}
        facts = facts_of(values, post)
        if post.ends_on and not facts["ends_on"]:
            why = (
                f"The register says that this post ended on {shown(post.ends_on)}. A file does not open it again. If the person "
                "has come back, give the new post its own entry; if the day is wrong, put it right on the entry's page."
            )
            return {"reasons": [reason("ends_on", why)]}
        labels = {
            "post": "Post",
            "nations": "Nations",
            "starts_on": "First day",
            "ends_on": "Last day",
            "line_manager": "Line manager",
            "confirmed_on": "Confirmed",
        }
        told = [(labels[f], _kept(post, f), facts[f]) for f in labels if _kept(post, f) != facts[f]]
        return compared(f"{person.full_name}, {organisation.name}", told)


def _plain(title):
    return " ".join(title.casefold().split())


def elsewhere(values, organisation) -> list[tuple[str, str]]:
    """A nation in which the organisation does not work: written as the file says, and it counts for nothing."""
    beyond = [n for n in values["nations"] if n not in organisation.nations]
    if not beyond:
        return []
    where = nations.sentence(organisation.nations) or "no nation yet"
    return [
        (
            "nations",
            f"{organisation.name} works in {where}, so this post does not count in {nations.sentence(beyond)}.",
        )
    ]


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
    }


def _kept(post, field):
    value = getattr(post, field)
    return list(value) if field == "nations" else value
