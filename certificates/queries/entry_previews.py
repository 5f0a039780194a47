"""What each asker is told of somebody, before and after a change of how their entry answers; it writes nothing."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy

from lms.kit import clock

from ..accreditation.facts import withheld_on
from ..accreditation.standing import verdict
from ..accreditation.standing_wording import words_for
from ..checking.answers import code_told
from ..checking.family_names import family_name, fits
from ..models import WorkingName
from .facts import FactLines, facts_and_rules_of

# Who asks about somebody, and how: (is it an approved organisation, do they know the person from before).
ASKERS = {
    "public": (gettext_lazy("Anyone who asks with the number and family name"), False, False),
    "organisation": (
        gettext_lazy("An approved organisation that does not watch them"),
        True,
        False,
    ),
    "watcher": (gettext_lazy("An organisation that watched them before"), True, True),
    "employer": (gettext_lazy("Their employer, on its own page"), True, True),
    "link": (gettext_lazy("Anyone with a link that they shared"), False, True),
}
# Who asks with the IMSA number and one of somebody's names.
BY_NAME = {
    "new_name": gettext_lazy("Anyone who asks with the number and the name proposed"),
    "old_name": gettext_lazy("Anyone who asks with the number and the name that answers today"),
    "file_name": gettext_lazy("Anyone who asks with the number and the name on file"),
    "earlier_names": gettext_lazy(
        "Anyone who asks with the number and a name they had before, or one printed on a certificate"
    ),
}
LABELS = {who: label for who, (label, *_) in ASKERS.items()} | BY_NAME


@dataclass(frozen=True)
class EntryPreview:
    """(asker, code, code) of today."""

    rows: tuple[tuple[str, str, str], ...]
    people = {}  # noqa: RUF012 - nobody else's standing changes

    @property
    def lines(self) -> list:
        return [[who, before, [], after, []] for who, before, after in self.rows]

    def effect(self) -> dict:
        return {"askers": [list(row) for row in self.rows]}


def entry_preview(person, mode: str) -> EntryPreview:
    """`mode`: how the entry would be withheld afterwards, or “” where it would answer everybody."""
    facts, book = facts_and_rules_of(person)
    today = clock.today()
    code, held = verdict(today, facts, book).code, withheld_on(today, facts)
    return EntryPreview(
        tuple(
            (
                who,
                code_told(code, held, is_organisation, is_known),
                code_told(code, mode, is_organisation, is_known),
            )
            for who, (_, is_organisation, is_known) in ASKERS.items()
        )
    )


def name_preview(person, proposed: str) -> EntryPreview:
    """`proposed`: the family name the check would ask for, or “” for the one on file. Each of the person's names is tried as a checker
    would type it, because a part of a name, or another spelling, fits as well."""
    key, today = person.pk, clock.today()
    gathered = FactLines([key])
    facts, (given_names, family) = gathered.facts[key], gathered.names[key]
    working, earlier = gathered.working_name(key, today), gathered.names_before(key)
    withheld = withheld_on(today, facts)
    named = code_told(verdict(today, facts, gathered.book).code, withheld, False, False)
    misnamed = code_told("not_found", "", False, False)

    def code_for(typed, working_name):
        names = [(given_names, working_name or family)]
        names += [] if working_name or withheld else earlier
        return named if any(fits(one, *name) for one in typed for name in names) else misnamed

    typed = {
        "new_name": [proposed or family_name(given_names, family)],
        "old_name": [working],
        "file_name": [family_name(given_names, family)] if proposed else [],
        "earlier_names": [family_name(*name) for name in earlier],
    }
    return EntryPreview(
        tuple(
            (who, code_for(names, working), code_for(names, proposed))
            for who, names in typed.items()
            if names
        )
    )


def name_terms(person, proposed: str) -> dict:
    """The terms of a proposal: the working name proposed (“” for none), the family name that then answers, and the one of today."""
    held = WorkingName.objects.filter(person=person, until_day=None).first()
    return {
        "name": proposed,
        "answers": proposed or family_name(person.first_name, person.last_name),
        "was": held.name if held else "",
    }


def asker_rows(rows) -> list[dict]:
    return [
        {
            "who": LABELS[who],
            "before": words_for(before),
            "after": words_for(after),
            "is_same": before == after,
        }
        for who, before, after in rows
    ]
