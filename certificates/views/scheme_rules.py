"""The Hub's pages for renewals, the rules and temporary accreditation."""

from dataclasses import asdict

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from lms.kit import clock, nations
from lms.kit.effective_dates import in_force, that_count
from lms.kit.list_files import ListFile, downloads, send
from lms.kit.refusals import insist, refusals_at

from .. import actions
from ..accreditation.facts import nations_served
from ..accreditation.renewal import granted_until
from ..accreditation.rule_book import Rules
from ..forms.renewals import (
    RULE_LABELS,
    CpdLogWordsForm,
    RefuseForm,
    RulesForm,
    TemporaryAccreditationForm,
    unit_of,
)
from ..models import Certificate, PendingDecision, Renewal, RuleLine, Temporary
from ..queries import facts_and_rules_of, the_book
from ..queries.facts import standing_rules
from ..queries.renewals import awaiting_decision, cpd_log_of, renewing
from ..rules import may_rule, may_sanction, may_see_hub
from ..states import RenewalState
from .hub import enrolment_of, name_deciders
from .pending import keep_draft

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
            "download": downloads("certificates:renewals_file"),
        },
    )


RENEWALS = {
    "given_names": lambda one: one.enrolment.person.first_name,
    "family_name": lambda one: one.enrolment.person.last_name,
    "imsa_number": lambda one: one.enrolment.person.imsa_number,
    "asked_on": lambda one: localtime(one.asked_at).date(),
    "term_ends_on": lambda one: one.term_ends_on,
    "state": lambda one: one.get_state_display(),
}


@require_POST
@login_required
@never_cache
def renewals_file(request, ending):
    """Those that wait, as a file; what a holder did in their term stays on its page."""
    insist(may_see_hub(request.user))
    listed = ListFile("renewals", awaiting_decision(), RENEWALS, may_see_hub)
    return send(listed, ending, by=request.user)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def renewal_decide(request, pk):
    """One renewal: its steps, its log where it was drawn, and the decision."""
    insist(may_see_hub(request.user))
    renewal = get_object_or_404(
        Renewal.objects.select_related("enrolment__person", "decided_by", "audited_by").exclude(
            state=RenewalState.DRAFT
        ),
        pk=pk,
    )
    insist(may_sanction(request.user, renewal.enrolment.person))
    action = request.POST.get("action", "")
    log_form, refuse_form = (
        CpdLogWordsForm(request.POST if action == "log" else None),
        RefuseForm(request.POST if action == "refuse" else None),
    )
    if action == "log" and log_form.is_valid():
        actions.accept_cpd_log(renewal, log_form.cleaned_data["words"], by=request.user)
        messages.success(request, _("The log is in order. The renewal can be decided."))
        return redirect("certificates:renewal_decide", pk=renewal.pk)
    if action == "grant":
        actions.grant_renewal(renewal, by=request.user)
        messages.success(
            request,
            _("It is renewed, and %(full_name)s has been told.")
            % {"full_name": renewal.enrolment.person.full_name},
        )
        return redirect("certificates:renewals")
    if action == "refuse" and refuse_form.is_valid():
        with refusals_at(refuse_form):
            actions.refuse_renewal(renewal, refuse_form.cleaned_data["reason"], by=request.user)
            messages.success(
                request,
                _("It is not renewed, and %(full_name)s reads why.")
                % {"full_name": renewal.enrolment.person.full_name},
            )
            return redirect("certificates:renewals")
    found, today = renewing(renewal.enrolment.person_id), clock.today()
    is_open = renewal.state in (RenewalState.ASKED, RenewalState.AUDIT)
    return render(
        request,
        "certificates/renewal_decide.html",
        {
            "held": renewal,
            "found": found,
            "is_audit": renewal.state == RenewalState.AUDIT,
            "is_open": is_open,
            "log_form": log_form,
            "refuse_form": refuse_form,
            "steps": [
                {"label": s.label, "note": s.note, "state": "done" if s.is_done else "todo"}
                for s in (found.steps if found else ())
            ],
            "log": cpd_log_of(renewal.enrolment.person_id, found.term, today).select_related("peer")
            if found and (renewal.state == RenewalState.AUDIT or renewal.audited_at)
            else None,
            "until": granted_until(renewal.term_ends_on, today, Rules(**renewal.rules))
            if is_open
            else renewal.granted_until,
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
        data = form.cleaned_data
        return keep_draft(
            request,
            "rules",
            {"rules": asdict(form.rules())},
            data["from_day"],
            data["reason"],
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
        data = form.cleaned_data
        served = nations_served(data["from_day"], facts_and_rules_of(enrolment)[0])
        without = [n for n in data["nations"] if n not in served]
        if without:
            messages.warning(
                request,
                _(
                    "No post on the register counts in %(nations)s on that day, so it does not count there yet."
                )
                % {"nations": nations.sentence(without)},
            )
        terms = {
            "nations": [n for n in nations.ALL if n in data["nations"]],
            "until_day": data["until_day"].isoformat(),
        }
        return keep_draft(
            request,
            "temporary",
            terms,
            data["from_day"],
            data["reason"],
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
