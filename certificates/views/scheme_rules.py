"""The Hub's pages for renewals, the rules, temporary accreditation, and the look ahead to a coming day."""

from dataclasses import asdict
from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from cohorts.employment.register import posts_at
from cohorts.enrolment.models import Enrolment
from cohorts.organisations.models import Organisation
from cohorts.organisations.queries import approvals_of, approved_on
from lms.kit import clock, nations
from lms.kit.effective_dates import in_force, that_count
from lms.kit.refusals import insist, refusals_at
from lms.people.models import User

from .. import actions
from ..accreditation.facts import nations_served, withheld_on
from ..accreditation.look_ahead import Scenario, forecast
from ..accreditation.renewal import granted_until, words_of
from ..accreditation.rule_book import Rules
from ..accreditation.standing_wording import words_for
from ..accreditation.stretches import STANDING
from ..actions.checks import SILENT
from ..forms.renewals import (
    RULE_LABELS,
    CpdLogWordsForm,
    LookAheadForm,
    RefuseForm,
    RulesForm,
    TemporaryAccreditationForm,
    unit_of,
)
from ..models import Certificate, PendingDecision, Renewal, RuleLine, Stretch, Temporary, Watch
from ..queries import facts_and_rules_of, load_facts, the_book
from ..queries.facts import standing_rules
from ..queries.renewals import awaiting_decision, cpd_log_of, renewing
from ..queries.stretches import IN_ORDER
from ..rules import may_rule, may_sanction, may_see_hub
from ..states import RenewalState
from .hub import enrolment_of, name_deciders
from .pending import keep_draft

MOST_CHOICES = 200  # organisations in one list to choose from
MOST_PLAYED = 2000  # people in one look ahead

# ---- renewals ----


@login_required
@never_cache
def renewals(request):
    """Renewals that wait for the Hub, the oldest first, and those decided lately."""
    insist(may_see_hub(request.user))
    decided = Renewal.objects.filter(
        state__in=(RenewalState.GRANTED, RenewalState.REFUSED)
    ).select_related("enrolment__person", "decided_by")
    page = Paginator(awaiting_decision(), 50).get_page(request.GET.get("page"))
    return render(
        request,
        "certificates/renewals.html",
        {
            "page": page,
            "waiting": page.object_list,
            "decided": decided.order_by("-decided_at")[:20],
        },
    )


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def renewal_decide(request, pk):
    """One renewal: its steps, its log where it was drawn, and the decision."""
    insist(may_see_hub(request.user))
    held = get_object_or_404(
        Renewal.objects.select_related("enrolment__person", "decided_by", "audited_by").exclude(
            state=RenewalState.DRAFT
        ),
        pk=pk,
    )
    insist(may_sanction(request.user, held.enrolment.person))
    action = request.POST.get("action", "")
    log_form, refuse_form = (
        CpdLogWordsForm(request.POST if action == "log" else None),
        RefuseForm(request.POST if action == "refuse" else None),
    )
    if action == "log" and log_form.is_valid():
        actions.accept_cpd_log(held, log_form.cleaned_data["words"], by=request.user)
        messages.success(request, _("The log is in order. The renewal can be decided."))
        return redirect("certificates:renewal_decide", pk=held.pk)
    if action == "grant":
        actions.grant_renewal(held, by=request.user)
        messages.success(
            request,
            _("It is renewed, and %(full_name)s has been told.")
            % {"full_name": held.enrolment.person.full_name},
        )
        return redirect("certificates:renewals")
    if action == "refuse" and refuse_form.is_valid():
        with refusals_at(refuse_form):
            actions.refuse_renewal(held, refuse_form.cleaned_data["reason"], by=request.user)
            messages.success(
                request,
                _("It is not renewed, and %(full_name)s reads why.")
                % {"full_name": held.enrolment.person.full_name},
            )
            return redirect("certificates:renewals")
    found, today = renewing(held.enrolment.person_id), clock.today()
    is_open = held.state in (RenewalState.ASKED, RenewalState.AUDIT)
    return render(
        request,
        "certificates/renewal_decide.html",
        {
            "held": held,
            "found": found,
            "is_audit": held.state == RenewalState.AUDIT,
            "is_open": is_open,
            "log_form": log_form,
            "refuse_form": refuse_form,
            "steps": [
                {"label": s.label, "note": s.note, "state": "done" if s.is_done else "todo"}
                for s in (found.steps if found else ())
            ],
            "log": cpd_log_of(held.enrolment.person_id, found.term, today).select_related("peer")
            if found and (held.state == RenewalState.AUDIT or held.audited_at)
            else None,
            "until": granted_until(held.term_ends_on, today, Rules(**held.rules))
            if is_open
            else held.granted_until,
        },
    )


# ---- the rules ----


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def rules(request):
    """The rules in force, those before and to come, and new ones from a day."""
    insist(may_see_hub(request.user))
    today, book = clock.today(), the_book()
    lines = list(RuleLine.objects.all())
    counting = [line for _unused, line in that_count([(line.from_day, line) for line in lines])]
    coming = [line for line in counting if line.from_day > today]
    form = RulesForm(
        request.POST or None,
        coming=coming,
        initial={
            "from_day": coming[-1].from_day if coming else today,
            **asdict(book.on(coming[-1].from_day if coming else today)),
        },
    )
    if request.method == "POST" and form.is_valid():
        insist(may_rule(request.user))
        given = form.cleaned_data
        return keep_draft(
            request,
            "rules",
            {"rules": asdict(form.rules())},
            given["from_day"],
            given["reason"],
            back=request.path,
        )
    name_deciders(lines)
    _say_what_changed(lines)
    for line in lines:
        line.is_replaced, line.is_to_come = line not in counting, line.from_day > today
    return render(
        request,
        "certificates/rules.html",
        {
            "form": form,
            "lines": lines[::-1],
            "today": today,
            "coming": coming,
            "in_force": [
                (label, value := getattr(book.on(today), name), unit_of(value, unit))
                for name, (label, unit) in RULE_LABELS.items()
            ],
            "is_assumed": not any(line.from_day <= today for line in counting),
        },
    )


def _say_what_changed(lines):
    """Give each line what it says: every rule, and which of them differ from those that would count on its day without it."""
    for n, line in enumerate(lines):
        before = in_force([(earlier.from_day, earlier) for earlier in lines[:n]], line.from_day)
        old, new = (
            asdict(Rules(**before[1].rules) if before else standing_rules()),
            asdict(Rules(**line.rules)),
        )
        line.says = [
            {
                "label": label,
                "value": new[name],
                "unit": unit_of(new[name], unit),
                "was": old[name] if old[name] != new[name] else None,
            }
            for name, (label, unit) in RULE_LABELS.items()
        ]
        line.changes = [rule for rule in line.says if rule["was"] is not None]


# ---- temporary accreditation ----


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def temporary(request, pk):
    """Let somebody act before their certificate, for some nations and days; or end it."""
    enrolment = enrolment_of(request, pk)
    insist(may_sanction(request.user, enrolment.person))
    today = clock.today()
    is_end = request.POST.get("action") == "end"
    form = TemporaryAccreditationForm(
        request.POST if request.method == "POST" and not is_end else None,
        initial={"from_day": today, "nations": enrolment.plan.nations},
    )
    if is_end:
        line = get_object_or_404(
            Temporary.objects.filter(
                enrolment=enrolment,
                pk__in=[k for k in [request.POST.get("leave", "")] if k.isdigit()],
            )
        )
        actions.end_temporary_accreditation(line, by=request.user)
        messages.success(request, _("The temporary accreditation has ended."))
        return redirect("certificates:temporary", pk=enrolment.pk)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        served = nations_served(given["from_day"], facts_and_rules_of(enrolment)[0])
        without = [n for n in given["nations"] if n not in served]
        if without:
            messages.warning(
                request,
                _(
                    "No post on the register counts in %(nations)s on that day, so it does not count there yet."
                )
                % {"nations": nations.sentence(without)},
            )
        terms = {
            "nations": [n for n in nations.ALL if n in given["nations"]],
            "until_day": given["until_day"].isoformat(),
        }
        return keep_draft(
            request,
            "temporary",
            terms,
            given["from_day"],
            given["reason"],
            back=request.path,
            enrolment=enrolment,
        )
    lines, served = (
        list(Temporary.objects.filter(enrolment=enrolment)),
        nations_served(today, facts_and_rules_of(enrolment)[0]),
    )
    name_deciders(lines)
    for line in lines:
        line.is_running = not line.ended_at and line.until_day >= today
        line.without_post = [n for n in line.nations if n not in served]
    return render(
        request,
        "certificates/temporary.html",
        {
            "enrolment": enrolment,
            "form": form,
            "lines": lines,
            "proposal": PendingDecision.objects.filter(
                enrolment=enrolment, subject="temporary", state="proposed"
            ).first(),
            "has_certificate": Certificate.objects.filter(
                enrolment__person=enrolment.person
            ).exists(),
            "served": [n for n in nations.ALL if n in served],
            "longest": the_book().on(today).temporary_months,
        },
    )


# ---- rehearsing ----


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
    given = form.cleaned_data
    if given["organisation"] and of_rules.is_bound:
        form.add_error(
            "organisation",
            _("Suppose one thing at a time: an organisation’s suspension, or other rules."),
        )
    elif given["organisation"] and (given["suppose_from"] or today) > given["day"]:
        form.add_error("suppose_from", _("Suppose it from a day up to the one you rehearse."))
    elif of_rules.is_bound and of_rules.cleaned_data["from_day"] > given["day"]:
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
                "before": words_for(t.before.code),
                "after": words_for(t.after.code),
                "before_nations": t.before.nations,
                "after_nations": t.after.nations,
                "on_day": t.on_day,
                "until": t.until,
                "fails": t.fails,
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


def _to_watchers(changes, facts, supposed) -> list[dict]:
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
    if supposed and supposed.organisation in approvals:
        approvals[supposed.organisation] = [
            *approvals[supposed.organisation],
            (supposed.from_day, "suspended"),
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
