"""Compares the rows of a cohort file with cohorts, people and enrolments."""

from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.kit import clock, nations, pdf
from lms.kit.templatetags.kit import short_day
from lms.people.models import FormerName, User

from ..enrolment.models import Cohort, Enrolment
from ..enrolment.rules import may_change_nations, may_keep_cohorts, why_no_second_place
from ..enrolment.states import EnrolmentState
from ..sheets.columns import reason
from .changes import A_YEAR, as_text, change, compared, day_of

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


def _name_column(values):
    return "given_names" if values["given_names"] else "family_name"


def _untitled(names):
    first, _unused, rest = names.partition(" ")
    return rest if rest and first.rstrip(".").casefold() in TITLES else names


def _folded(given_names, family):
    return " ".join(f"{given_names} {family}".casefold().split())


def name_changes(person, values):
    """What a cohort row says of a person's names that is not so yet."""
    told = {"first_name": "given_names", "last_name": "family_name", "known_as": "known_as"}
    labels = {
        "first_name": _("Given names"),
        "last_name": _("Family name"),
        "known_as": _("Known as"),
    }
    return {
        field: (labels[field], getattr(person, field), values[column])
        for field, column in told.items()
        if column in values and getattr(person, field) != values[column]
    }


CODES = {"spr_code": gettext_lazy("SPR code"), "exam_number": gettext_lazy("Exam number")}


def codes_in(values) -> dict:
    """The codes of other systems that a row of a cohort file says; a column that is left out, or an empty cell, keeps what is stored."""
    return {name: values[name] for name in CODES if values.get(name)}


class CohortComparison:
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
            l__in={family.lower() for _unused, family, _unused in spelt}
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
            why = _("There is no cohort %(cohort)s. A registrar makes it first, under Cohorts.") % {
                "cohort": values["cohort"]
            }
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
        if standing and standing.state == EnrolmentState.LEFT:
            notes.append(_of_leaving(person, standing))
        return judged | {"notes": notes if standing else [*notes, *_of_the_time(values, cohort)]}

    def _of_the_name(self, values):
        """What to look at before the name is written: it will be printed as it stands."""
        full = " ".join(filter(None, [values["given_names"], values["family_name"]]))
        if missing := pdf.unprintable(full):
            yield (
                _name_column(values),
                _(
                    "The certificate cannot print “%(missing)s” of “%(full)s”. Ask the person how their name is to be printed before it is issued."
                )
                % {"missing": missing[0], "full": full},
            )
        first = (values["given_names"] or values["family_name"]).split()
        if len(first) > 1 or not values["given_names"] or not values["family_name"]:
            bare = first[0].rstrip(".").casefold() if first else ""
            if bare in TITLES:
                yield (
                    _name_column(values),
                    _(
                        "“%(first)s” looks like a title. The certificate would print it: take it away unless it is part of the name."
                    )
                    % {"first": first[0]},
                )
        elif first and first[0].rstrip(".").casefold() in TITLES:
            yield (
                "given_names",
                _("“%(first)s” looks like a title and not a given name.") % {"first": first[0]},
            )

    def _of_others(self, values, person):
        if (
            person is None
            and _folded(_untitled(values["given_names"]), values["family_name"]) in self.names
        ):
            yield (
                "email",
                _(
                    "Someone of the same name is here, or in this file, under another email address. Make sure that it is another person."
                ),
            )

    def _reasons(self, values, cohort, person, mine, standing):
        holder = self.by_reference.get(values["student_reference"].lower())
        if holder and (not person or holder.person_id != person.pk):
            yield reason(
                "student_reference",
                _(
                    "%(student_reference)s belongs to %(email)s. A file never changes someone's address: "
                    "mend the row, or change the address in that person's account first."
                )
                % {"student_reference": values["student_reference"], "email": holder.person.email},
            )
        elif holder and holder.cohort_id != cohort.pk:
            why = _("%(student_reference)s is this person's reference in %(cohort)s.") % {
                "student_reference": values["student_reference"],
                "cohort": holder.cohort.title,
            }
            yield reason("student_reference", why)
        if standing and standing.student_reference.lower() != values["student_reference"].lower():
            yield reason(
                "student_reference",
                _("%(email)s is in %(cohort)s already, as %(student_reference)s.")
                % {
                    "email": values["email"],
                    "cohort": cohort.title,
                    "student_reference": standing.student_reference,
                },
            )
        if not standing:
            yield from self._second_place(cohort, mine)
        elif not (may := may_change_nations(standing, values["nations"])):
            yield reason("nations", may.reason)
        if person:
            yield from self._names(values, person)
            yield from self._own_codes(values, person, standing)
        if standing and not self.may_change:
            for column, is_other in (
                ("nations", list(standing.plan.nations) != values["nations"]),
                ("enrolled_on", standing.enrolled_on != day_of(values["enrolled_on"])),
                *((n, getattr(standing, n) != value) for n, value in codes_in(values).items()),
            ):
                if is_other:
                    yield reason(
                        column,
                        _(
                            "Only a registrar changes this for someone who is enrolled already. %(reason)s"
                        )
                        % {"reason": self.may_change.reason},
                    )
        first_day = day_of(values["enrolled_on"])
        if first_day > cohort.ends_on:
            yield reason(
                "enrolled_on",
                _("%(cohort)s ends on %(day)s; no one can join it after that.")
                % {"cohort": cohort.title, "day": short_day(cohort.ends_on)},
            )
        elif first_day < cohort.starts_on - A_YEAR and not (
            standing and standing.enrolled_on == first_day
        ):
            yield reason(
                "enrolled_on",
                _(
                    "%(first_day)s is more than a year before %(cohort)s starts, on %(starts_on)s. Check the year."
                )
                % {
                    "first_day": short_day(first_day),
                    "cohort": cohort.title,
                    "starts_on": short_day(cohort.starts_on),
                },
            )

    def _own_codes(self, values, person, standing):
        if getattr(self.by, "pk", None) == person.pk:
            for name, value in codes_in(values).items():
                if (getattr(standing, name) if standing else "") != value:
                    yield reason(name, _("No one changes their own codes. Ask another registrar."))

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
                _(
                    "%(email)s is on file as %(full_name)s. Only a registrar changes a name. Give the name as it is on file."
                )
                % {"email": person.email, "full_name": person.full_name},
            )
        elif getattr(self.by, "pk", None) == person.pk:
            yield reason(column, _("No one changes their own name on file. Ask another registrar."))
        elif until := self.former.get(person.pk, {}).get(
            _folded(values["given_names"], values["family_name"])
        ):
            yield reason(
                column,
                _(
                    "This was the person's name until %(day)s, so the file is probably an older one. A file does not take a name "
                    "back: if it is right again, change it on the enrolment's page."
                )
                % {"day": short_day(until)},
            )

    def _second_place(self, cohort, mine):
        for other in mine:
            if (
                other.cohort.programme_id == cohort.programme_id
                and other.state != EnrolmentState.LEFT
            ):
                yield reason("email", why_no_second_place(other))

    def _new(self, values, cohort, person):
        full = " ".join(filter(None, [values["given_names"], values["family_name"]]))
        changes = (
            [
                change(*told[:1], *map(as_text, told[1:]))
                for told in name_changes(person, values).values()
            ]
            if person
            else []
        )
        here = _(" This person has an account here already.") if person else ""
        return {
            "verdict": "new",
            "changes": changes,
            "summary": _("%(full)s joins %(cohort)s for %(nations)s.%(here)s")
            % {
                "full": full,
                "cohort": cohort.title,
                "nations": nations.sentence(values["nations"]),
                "here": here,
            },
        }

    def _changed(self, values, person, standing):
        differences = list(name_changes(person, values).values())
        differences += [(_("Nations"), list(standing.plan.nations), values["nations"])] * (
            list(standing.plan.nations) != values["nations"]
        )
        first_day = day_of(values["enrolled_on"])
        differences += [(_("First day"), standing.enrolled_on, first_day)] * (
            standing.enrolled_on != first_day
        )
        differences += [
            (str(CODES[name]), getattr(standing, name), value)
            for name, value in codes_in(values).items()
            if getattr(standing, name) != value
        ]
        return compared(person.full_name, differences)


def _of_leaving(person, standing):
    return (
        "email",
        _(
            "%(full_name)s left the programme on %(day)s, and a file does not take that back. Undo leaving on the enrolment’s page."
        )
        % {"full_name": person.full_name, "day": short_day(standing.left_on)},
    )


def _of_the_time(values, cohort):
    """Somebody new in a cohort that is over, or from a day before it begins: possible when old cohorts are entered, else a slip."""
    today = clock.today()
    if cohort.ends_on < today:
        yield (
            "cohort",
            _(
                "%(cohort)s ended on %(day)s, so nothing will open for this person. Check the code, unless an earlier "
                "cohort is being entered."
            )
            % {"cohort": cohort.title, "day": short_day(cohort.ends_on)},
        )
    if day_of(values["enrolled_on"]) < cohort.starts_on:
        yield (
            "enrolled_on",
            _("This is before %(cohort)s starts, on %(day)s.")
            % {"cohort": cohort.title, "day": short_day(cohort.starts_on)},
        )
