"""Says of every row what writing it would do: new, changed, unchanged or refused; it writes nothing."""

from datetime import date, timedelta

from django.db.models import Min, Q
from django.db.models.functions import Lower

from lms.kit import clock, nations, pdf
from lms.kit.templatetags.kit import short_day
from lms.people.models import FormerName, User

from ..models import Approval, Cohort, Employment, Enrolment, Organisation
from ..register import last_lines, post_of
from ..rules import may_change_nations, may_keep_cohorts, place_held
from ..states import ApprovalDeed, EnrolmentState
from .columns import COHORT, reason

TITLES = {
    "dr",
    "mr",
    "mrs",
    "ms",
    "miss",
    "mx",
    "prof",
    "professor",
    "rev",
    "revd",
    "reverend",
    "sir",
    "dame",
    "lord",
    "lady",
}
STILL_OPEN = "still in post"
A_YEAR, TEN_YEARS = timedelta(days=366), timedelta(days=3653)


def judge(kind: str, rows: list[dict], by) -> list[dict]:
    """The rows as pages and commands show them. A handful of queries, however many rows."""
    readable = [row["values"] for row in rows if not row["unread"]]
    world = (CohortWorld if kind == COHORT else RegisterWorld)(readable, by)
    return [_judged(row, world) for row in rows]


def _judged(row, world):
    answer = {"changes": [], "notes": [], "reasons": row["unread"]}
    if not answer["reasons"]:
        answer |= world.verdict(row["values"])
    for why in answer["reasons"]:
        why["cell"] = why["cell"] or row.get("stands_in", {}).get(why["column"], "")
    if answer["reasons"]:
        answer |= {
            "verdict": "refused",
            "changes": [],
            "notes": [],
            "summary": f"{_whose(row)}: not written",
        }
    answer["notes"] = [_at(row, *note) for note in answer["notes"]]
    kept = {
        name: row[name]
        for name in ("row", "values", "unread", "edits", "cells", "stands_in")
        if name in row
    }
    return kept | answer


def _at(row, column, sentence):
    """A note with the cell it is about."""
    return (
        f"{row['stands_in'][column]}, {column}: {sentence}"
        if column in row.get("stands_in", {})
        else sentence
    )


def _whose(row):
    values, cells = row["values"], row["cells"]
    names = " ".join(filter(None, [values.get("given_names"), values.get("family_name")]))
    return names or values.get("email") or cells.get("email") or f"Row {row['row']}"


def change(label, before, after):
    return [label, before, after]


def shown(value):
    """A value in words, for the before and after of a change."""
    if isinstance(value, list | tuple):
        return nations.sentence(value)
    return short_day(value) if isinstance(value, date) else value or "Not given"


def day_of(iso):
    return date.fromisoformat(iso) if iso else None


def _name_column(values):
    return "given_names" if values["given_names"] else "family_name"


def _untitled(given):
    first, _, rest = given.partition(" ")
    return rest if rest and first.rstrip(".").casefold() in TITLES else given


def _folded(given, family):
    return " ".join(f"{given} {family}".casefold().split())


def name_changes(person, values):
    """What a cohort row says of a person's names that is not so yet."""
    told = {"first_name": "given_names", "last_name": "family_name", "known_as": "known_as"}
    labels = {"first_name": "Given names", "last_name": "Family name", "known_as": "Known as"}
    return {
        field: (labels[field], getattr(person, field), values[column])
        for field, column in told.items()
        if column in values and getattr(person, field) != values[column]
    }


class CohortWorld:
    """What a cohort file is compared with: cohorts, people and enrolments."""

    def __init__(self, rows, by):
        self.by, self.may_change = by, may_keep_cohorts(by)
        emails = {v["email"] for v in rows}
        references = {v["student_reference"].lower() for v in rows}
        self.cohorts = {c.code.upper(): c for c in Cohort.objects.select_related("programme")}
        self.people = {
            p.email.lower(): p for p in User.objects.annotate(e=Lower("email")).filter(e__in=emails)
        }
        enrolments = (
            Enrolment.objects.annotate(r=Lower("student_reference"))
            .filter(Q(r__in=references) | Q(person__in=[p.pk for p in self.people.values()]))
            .select_related("cohort", "person", "plan")
        )
        spelt = [(v["given_names"], v["family_name"], v["email"]) for v in rows]
        same = User.objects.annotate(l=Lower("last_name")).filter(
            l__in={family.lower() for _, family, _ in spelt}
        )
        addresses = {}
        for given, family, email in (
            *spelt,
            *((p.first_name, p.last_name, p.email.lower()) for p in same),
        ):
            addresses.setdefault(_folded(_untitled(given), family), set()).add(email)
        self.names = {name for name, found in addresses.items() if len(found) > 1}
        self.former = {}
        for former in FormerName.objects.filter(person__in=[p.pk for p in self.people.values()]):
            self.former.setdefault(former.person_id, {})[
                _folded(former.first_name, former.last_name)
            ] = former.until_day
        self.by_reference, self.by_person = {}, {}
        for enrolment in enrolments:
            self.by_reference[enrolment.student_reference.lower()] = enrolment
            self.by_person.setdefault(enrolment.person_id, []).append(enrolment)

    def verdict(self, values):
        cohort = self.cohorts.get(values["cohort"])
        if not cohort:
            why = (
                f"There is no cohort {values['cohort']}. A registrar makes it first, under Cohorts."
            )
            return {"reasons": [reason("cohort", why)]}
        person = self.people.get(values["email"])
        mine = self.by_person.get(person.pk, []) if person else []
        standing = next((e for e in mine if e.cohort_id == cohort.pk), None)
        reasons = list(self._reasons(values, cohort, person, mine, standing))
        if reasons:
            return {"reasons": reasons}
        judged = (
            self._changed(values, person, standing)
            if standing
            else self._new(values, cohort, person)
        )
        notes = [*self._of_the_name(values), *self._of_others(values, person)]
        return judged | {"notes": notes if standing else [*notes, *_of_the_time(values, cohort)]}

    def _of_the_name(self, values):
        """What to look at before the name is written: it will be printed as it stands."""
        full = " ".join(filter(None, [values["given_names"], values["family_name"]]))
        if missing := pdf.unprintable(full):
            yield (
                _name_column(values),
                f"The certificate cannot print “{missing[0]}” of “{full}”. Ask the person how their name is to be printed before it is issued.",
            )
        first = (values["given_names"] or values["family_name"]).split()
        if len(first) > 1 or not values["given_names"] or not values["family_name"]:
            bare = first[0].rstrip(".").casefold() if first else ""
            if bare in TITLES:
                yield (
                    _name_column(values),
                    f"“{first[0]}” looks like a title. The certificate would print it: take it away unless it is part of the name.",
                )
        elif first and first[0].rstrip(".").casefold() in TITLES:
            yield "given_names", f"“{first[0]}” looks like a title and not a given name."

    def _of_others(self, values, person):
        if (
            person is None
            and _folded(_untitled(values["given_names"]), values["family_name"]) in self.names
        ):
            yield (
                "email",
                "Someone of the same name is here, or in this file, under another email address. Make sure that it is another person.",
            )

    def _reasons(self, values, cohort, person, mine, standing):
        holder = self.by_reference.get(values["student_reference"].lower())
        if holder and (not person or holder.person_id != person.pk):
            yield reason(
                "student_reference",
                (
                    f"{values['student_reference']} belongs to {holder.person.email}. A file never changes someone's address: "
                    "mend the row, or change the address in that person's account first."
                ),
            )
        elif holder and holder.cohort_id != cohort.pk:
            why = f"{values['student_reference']} is this person's reference in {holder.cohort.title}."
            yield reason("student_reference", why)
        if standing and standing.student_reference.lower() != values["student_reference"].lower():
            yield reason(
                "student_reference",
                f"{values['email']} is in {cohort.title} already, as {standing.student_reference}.",
            )
        if not standing:
            yield from self._second_place(cohort, mine)
        elif not (may := may_change_nations(standing, values["nations"])):
            yield reason("nations", may.reason)
        if person:
            yield from self._names(values, person)
        if standing and not self.may_change:
            for column, is_other in (
                ("nations", list(standing.plan.nations) != values["nations"]),
                ("enrolled_on", standing.enrolled_on != day_of(values["enrolled_on"])),
            ):
                if is_other:
                    yield reason(
                        column,
                        f"Only a registrar changes this for someone who is enrolled already. {self.may_change.reason}",
                    )
        first_day = day_of(values["enrolled_on"])
        if first_day > cohort.ends_on:
            yield reason(
                "enrolled_on",
                f"{cohort.title} ends on {short_day(cohort.ends_on)}; no one can join it after that.",
            )
        elif first_day < cohort.starts_on - A_YEAR and not (
            standing and standing.enrolled_on == first_day
        ):
            yield reason(
                "enrolled_on",
                (
                    f"{short_day(first_day)} is more than a year before {cohort.title} starts, on {short_day(cohort.starts_on)}. Check the year."
                ),
            )

    def _names(self, values, person):
        """What the page of an enrolment refuses, refused here; and a name is never taken back by an older file."""
        changes = name_changes(person, values)
        if not changes:
            return
        column = {"first_name": "given_names", "last_name": "family_name", "known_as": "known_as"}[
            next(iter(changes))
        ]
        if not self.may_change:
            yield reason(
                column,
                f"{person.email} is on file as {person.full_name}. Only a registrar changes a name. Give the name as it is on file.",
            )
        elif getattr(self.by, "pk", None) == person.pk:
            yield reason(column, "No one changes their own name on file. Ask another registrar.")
        elif until := self.former.get(person.pk, {}).get(
            _folded(values["given_names"], values["family_name"])
        ):
            yield reason(
                column,
                (
                    f"This was the person's name until {short_day(until)}, so the file is probably an older one. A file does not take a name "
                    "back: if it is right again, change it on the enrolment's page."
                ),
            )

    def _second_place(self, cohort, mine):
        for other in mine:
            if (
                other.cohort.programme_id == cohort.programme_id
                and other.state != EnrolmentState.LEFT
            ):
                yield reason("email", place_held(other))

    def _new(self, values, cohort, person):
        full = " ".join(filter(None, [values["given_names"], values["family_name"]]))
        changes = (
            [
                change(*told[:1], *map(shown, told[1:]))
                for told in name_changes(person, values).values()
            ]
            if person
            else []
        )
        here = " This person has an account here already." if person else ""
        return {
            "verdict": "new",
            "changes": changes,
            "summary": f"{full} joins {cohort.title} for {nations.sentence(values['nations'])}.{here}",
        }

    def _changed(self, values, person, standing):
        told = list(name_changes(person, values).values())
        told += [("Nations", list(standing.plan.nations), values["nations"])] * (
            list(standing.plan.nations) != values["nations"]
        )
        first_day = day_of(values["enrolled_on"])
        told += [("First day", standing.enrolled_on, first_day)] * (
            standing.enrolled_on != first_day
        )
        return _compared(person.full_name, told)


def _of_the_time(values, cohort):
    """Somebody new in a cohort that is over, or from a day before it begins: possible when old cohorts are entered, else a slip."""
    today = clock.today()
    if cohort.ends_on < today:
        yield (
            "cohort",
            (
                f"{cohort.title} ended on {short_day(cohort.ends_on)}, so nothing will open for this person. Check the code, unless an earlier "
                "cohort is being entered."
            ),
        )
    if day_of(values["enrolled_on"]) < cohort.starts_on:
        yield (
            "enrolled_on",
            f"This is before {cohort.title} starts, on {short_day(cohort.starts_on)}.",
        )


class RegisterWorld:
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
            Approval.objects.filter(deed=ApprovalDeed.APPROVED)
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
        return _compared(f"{person.full_name}, {organisation.name}", told)


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


def _compared(whom, told):
    if not told:
        return {"verdict": "unchanged", "summary": f"{whom}: as the file says"}
    changes = [
        change(
            label,
            *[STILL_OPEN if label == "Last day" and not v else shown(v) for v in (before, after)],
        )
        for label, before, after in told
    ]
    return {
        "verdict": "changed",
        "changes": changes,
        "summary": f"{whom}: {', '.join(c[0].lower() for c in changes)}",
    }
