"""The Hub's look ahead to a coming day, and at what a change of the rules would do. Nothing is written."""

from dataclasses import asdict
from datetime import date

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cohorts.employment.register import posts_at
from cohorts.enrolment.models import Enrolment
from cohorts.organisations.models import Organisation
from cohorts.organisations.queries import approvals_of, approved_on
from lms.kit import clock
from lms.kit.refusals import insist
from lms.people.models import User

from ..accreditation.facts import withheld_on
from ..accreditation.look_ahead import Scenario, forecast
from ..accreditation.renewal import words_of
from ..accreditation.stretches import STANDING
from ..actions.checks import SILENT
from ..forms.renewals import (
    LookAheadForm,
    RulesForm,
)
from ..models import Stretch, Watch
from ..queries import load_facts, the_book
from ..queries.previews import change_row
from ..queries.stretches import IN_ORDER
from ..rules import may_see_hub

MOST_CHOICES = 200  # organisations in one list to choose from
MOST_PLAYED = 2000  # people in one look ahead


@login_required
@never_cache
@require_safe
def look_ahead(request):
    """A coming day, read-only: who lapses or falls due, what comes together, which messages go; and what a change would do."""
    insist(may_see_hub(request.user))
    organisations, today = (
        list(Organisation.objects.order_by("name")[: MOST_CHOICES + 1]),
        clock.today(),
    )
    form = LookAheadForm(
        request.GET or None,
        organisations=organisations if len(organisations) <= MOST_CHOICES else None,
        initial={"day": None},
    )
    of_rules = RulesForm(
        request.GET if request.GET.get("rules") else None,
        with_reason=False,
        prefix="rules",
        initial={"from_day": today, **asdict(the_book().on(today))},
    )
    context = {
        "form": form,
        "of_rules": of_rules,
        "today": today,
        "with_rules": bool(request.GET.get("rules")),
    }
    if form.is_valid() and (not of_rules.is_bound or of_rules.is_valid()):
        _insist_one_thing(form, of_rules, today)
    if form.is_valid() and (not of_rules.is_bound or of_rules.is_valid()):
        context |= _look_ahead_context(form.cleaned_data, of_rules, today)
    return render(request, "certificates/look_ahead.html", context)


def _insist_one_thing(form, of_rules, today):
    """What is supposed is one thing, and it begins by the rehearsed day; the errors stand where they are mended."""
    data = form.cleaned_data
    if data["organisation"] and of_rules.is_bound:
        form.add_error(
            "organisation",
            _("Suppose one thing at a time: an organisation’s suspension, or other rules."),
        )
    elif data["organisation"] and (data["suppose_from"] or today) > data["day"]:
        form.add_error("suppose_from", _("Suppose it from a day up to the one you rehearse."))
    elif of_rules.is_bound and of_rules.cleaned_data["from_day"] > data["day"]:
        of_rules.add_error("from_day", _("Suppose them from a day up to the one you rehearse."))


def _players(data, today: date) -> tuple[list[int], bool]:
    """Keys of the people who are played, and whether that is not everybody: then those whose standing changes first, and those of
    the organisation that is supposed."""
    keys = list(
        Enrolment.objects.order_by()
        .values_list("person_id", flat=True)
        .distinct()[: MOST_PLAYED + 1]
    )
    if len(keys) <= MOST_PLAYED:
        return keys, False
    turns = Stretch.objects.filter(
        subject=STANDING, from_day__gt=today, from_day__lte=data["day"]
    ).order_by("from_day", *IN_ORDER)
    first = turns.values_list("person_id", flat=True)[:MOST_PLAYED]
    there = posts_at(data["organisation"], today) if data["organisation"] else ()
    return list(dict.fromkeys([*(post.person_id for post in there), *first]))[:MOST_PLAYED], True


def _look_ahead_context(data, of_rules, today: date) -> dict:
    supposed = None
    if data["organisation"]:
        supposed = Scenario(data["suppose_from"] or today, organisation=data["organisation"].pk)
    elif of_rules.is_bound:
        supposed = Scenario(of_rules.cleaned_data["from_day"], rules=of_rules.rules())
    keys, is_part = _players(data, today)
    found = load_facts(keys)
    played = forecast(found.facts, found.book, today, data["day"], supposed)
    people, newest = (
        User.objects.in_bulk(keys),
        dict(
            Enrolment.objects.filter(person_id__in=keys)
            .order_by("enrolled_on", "pk")
            .values_list("person_id", "pk")
        ),
    )
    name = {key: person.full_name for key, person in people.items()}

    def change_rows(lines):
        return [
            {
                "name": name[t.who],
                "enrolment": newest[t.who],
                **change_row(t),
            }
            for t in lines
        ]

    to_people = {}
    for who, on, m in played.messages:
        to_people.setdefault((on, words_of(m)[0], m.about_day), []).append(name[who])
    return {
        "day": data["day"],
        "supposed": supposed,
        "by_itself": change_rows(played.by_itself),
        "by_change": change_rows(played.by_change),
        "organisation": data["organisation"],
        "played": len(keys) if is_part else 0,
        "messages_to_go": [
            {"names": names, "on": on, "subject": subject, "about": about}
            for (on, subject, about), names in to_people.items()
        ],
        "to_watchers": _to_watchers(played.watch_notices, found.facts, supposed),
        "clashes": [
            {
                "name": name[who],
                "enrolment": newest[who],
                "what": [(words_of(m)[0], m.about_day) for m in ones],
            }
            for who, ones in played.clashes
        ],
        "weeks": played.weeks,
        "is_played": True,
    }


def _to_watchers(changes, facts, scenario) -> list[dict]:
    """Which organisations would hear, on which day, that somebody they watch stands otherwise; one that is not approved that day
    hears nothing. `changes`: who, from which day."""
    watching = {}
    for watched in Watch.objects.filter(
        ended_at=None, person_id__in={who for who, _unused in changes}
    ).select_related("organisation"):
        watching.setdefault(watched.person_id, []).append(watched)
    approvals = approvals_of(
        {watched.organisation_id for those in watching.values() for watched in those}
    )
    if scenario and scenario.organisation in approvals:
        approvals[scenario.organisation] = [
            *approvals[scenario.organisation],
            (scenario.from_day, "suspended"),
        ]
    heard = {}
    for who, on_day in changes:
        for watched in watching.get(who, ()):
            is_silent = watched.told.get("code") in SILENT and withheld_on(on_day, facts[who])
            if (
                approved_on(approvals[watched.organisation_id], on_day)
                and on_day <= watched.ends_on
                and not is_silent
            ):
                heard.setdefault((on_day, watched.organisation.name), set()).add(who)
    return [
        {"on": on, "organisation": name, "people": len(them)}
        for (on, name), them in sorted(heard.items())
    ]
