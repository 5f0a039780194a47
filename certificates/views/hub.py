"""Who needs a decision of the Hub, and one person's standing with its reasons."""
from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cohorts.models import Approval, Enrolment, TelephoneTask
from cohorts.queries import names_of_actors
from cohorts.register import approval_on, by_family_name, last_lines, posts_of
from lms.kit import clock
from lms.kit.lines import OF_ROW, that_count
from lms.kit.refusals import insist, refusals_at
from lms.people.models import Mail

from .. import actions
from ..accreditation import nations_on, standing_on
from ..actions.decisions import sanctions_of
from ..facts import withheld_on
from ..forms_of_decisions import FollowUpForm
from ..models import (
    Certificate,
    Check,
    Concern,
    EntryRequest,
    PendingDecision,
    Proposal,
    RefusedFile,
    Revocation,
    Temporary,
    Withholding,
    WorkingName,
)
from ..names import folded
from ..queries import known_of, standings_of, to_follow_up
from ..queries.renewing import awaiting_decision
from ..rules import may_sanction, may_see_hub
from ..standings import STANDINGS, words_for
from ..states import ConcernState, ProposalState, RequestState

SOON = 60
WANTED = "certificates.people"
LIMITED = ("accredited_with_conditions", "suspended")  # what still asks for a decision: a withdrawal and a rescission are final
ENDED = ("withdrawn", "award_rescinded")


@login_required
@never_cache
def hub(request):
    """The Hub officer's day."""
    insist(may_see_hub(request.user))
    today = clock.today()
    found = standings_of(enrolments(), today)
    lines = last_lines().filter(confirmed_on=None).select_related("employment__person").order_by("starts_on", "employment__reference")
    unconfirmed = [line for line in lines if line.ends_on is None or line.ends_on >= today]
    changing = sorted((s for s in found if _changes_soon(s, today)), key=lambda s: s.standing.until)
    limited = [s for s in found if s.standing.code in LIMITED]
    ended = [(words_for(code).label, code, count) for code in ENDED if (count := sum(s.standing.code == code for s in found))]
    suspended = suspended_organisations(today)
    proposals = Proposal.objects.filter(state=ProposalState.PROPOSED).select_related("enrolment__person", "proposed_by").order_by("proposed_at")
    requests = EntryRequest.objects.filter(state=RequestState.ASKED).select_related("person").order_by("asked_at")
    concerns = Concern.objects.filter(state=ConcernState.OPEN).select_related("person").order_by("opened_at")
    renewals = awaiting_decision()
    undelivered = Mail.objects.visible_to(request.user).count()
    pending = list(PendingDecision.objects.filter(state=ProposalState.PROPOSED).select_related("organisation", "enrolment__person", "proposed_by"))
    for one in pending:
        one.is_late = bool(one.confirm_by and one.confirm_by < today)
    calls = TelephoneTask.objects.filter(recorded_at=None).select_related("organisation")
    rescissions = list(to_follow_up())
    return render(request, "certificates/hub.html", {
        "today": today, "changing": changing, "limited": limited, "organisations": suspended, "soon": SOON, "unconfirmed": unconfirmed,
        "pending": sorted(pending, key=lambda p: not p.is_late), "calls": calls, "rescissions": rescissions, "ended": ended,
        "between": [s for s in found if s.standing.code == "between_posts"],
        "proposals": proposals, "requests": requests, "concerns": concerns, "renewals": renewals,
        "figures": [
            {"count": len(rescissions), "label": "Awards rescinded", "url": "#rescinded" if rescissions else ""},
            {"count": len(proposals) + len(pending), "label": "Decisions proposed", "url": "#proposed"},
            {"count": len(calls), "label": "Organisations to telephone", "url": "#calls" if calls else ""},
            {"count": len(requests), "label": "Requests about an entry", "url": "#requests" if requests else ""},
            {"count": len(renewals), "label": "Renewals to decide", "url": reverse("certificates:renewals")},
            {"count": len(concerns), "label": "Open concerns", "url": "#concerns" if concerns else ""},
            {"count": len(unconfirmed), "label": "Posts not confirmed", "url": "#unconfirmed"},
            {"count": len(changing), "label": f"Standings about to change in {SOON} days", "url": "#changing"},
            {"count": len(limited), "label": "Suspended or with conditions", "url": "#limited"},
            {"count": len(suspended), "label": "Organisations with approval suspended", "url": reverse("cohorts:organisations") + "?approval=suspended"},
            *([{"count": undelivered, "label": "Emails not delivered", "url": reverse("people:mail")}] if undelivered else []),
        ],
        "checks": Check.objects.filter(asked_at__gte=clock.now() - timedelta(days=7)).count(),
        "refused": RefusedFile.objects.filter(brought_at__gte=clock.now() - timedelta(days=30))[:10],
    })


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def rescission(request, pk):
    """One rescinded award: what the University decided, and what the Hub did about it."""
    insist(may_see_hub(request.user))
    rows = Revocation.objects.filter(why=Revocation.Why.RESCINDED).select_related("credential__certificate__enrolment__person", "reinstatement", "follow_up__noted_by")
    held = get_object_or_404(rows, pk=pk)
    enrolment = held.credential.certificate.enrolment
    insist(may_sanction(request.user, enrolment.person))
    form = FollowUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            actions.follow_up(held, form.cleaned_data["note"], by=request.user)
            messages.success(request, "Recorded. It is dealt with.")
            return redirect("certificates:rescission", pk=held.pk)
    return render(request, "certificates/rescission.html", {
        "held": held, "enrolment": enrolment, "form": form, "done": getattr(held, "follow_up", None), "reinstatement": getattr(held, "reinstatement", None),
        "posts": [p for p in posts_of(enrolment.person_id) if p.ends_on is None or p.ends_on >= clock.today()],
    })


def enrolments():
    return Enrolment.objects.select_related("person", "cohort", "plan")


def _changes_soon(stood, today):
    until = stood.standing.until
    return stood.standing.code not in ("not_found", "in_training") and until and until <= today + timedelta(days=SOON)


def suspended_organisations(day) -> list:
    """Organisations whose decision in force suspends their approval, with its day."""
    lines = {}
    for row in Approval.objects.select_related("organisation").order_by("pk"):
        lines.setdefault(row.organisation, []).append((row.from_day, row.deed))
    standing = {organisation: approval_on(dated, day) for organisation, dated in lines.items()}
    return [(organisation, line[0]) for organisation, line in standing.items() if line and line[1] == "suspended"]


@login_required
@never_cache
def people(request):
    """Everybody enrolled, with their standing today; narrowed by address, and by a name or number that stands in no address."""
    insist(may_see_hub(request.user))
    if request.method == "POST":
        request.session[WANTED] = request.POST.get("q", "").strip()[:100]
        return redirect(request.get_full_path())
    today = clock.today()
    found = sorted(standings_of(enrolments(), today), key=lambda s: by_family_name(s.person))
    counts = {code: sum(s.standing.code == code for s in found) for code in STANDINGS}
    chosen, wanted = request.GET.get("standing"), request.session.get(WANTED, "")
    chosen = chosen if chosen in STANDINGS else ""
    return render(request, "certificates/people.html", {
        "people": [s for s in found if (not chosen or s.standing.code == chosen) and _fits(s.person, wanted)], "today": today, "wanted": wanted,
        "chosen": chosen, "all": len(found),
        "filters": [{"code": c, "label": words_for(c).label, "count": n} for c, n in counts.items() if n],
        "chosen_label": words_for(chosen).label if chosen else "",
    })


def _fits(person, wanted) -> bool:
    """Is every word that was typed in the name or the number, whatever its case and accents?"""
    held = folded(f"{person.full_name} {person.imsa_number or ''}")
    return all(folded(word) in held for word in wanted.split())


def enrolment_of(request, pk) -> Enrolment:
    """The enrolment, for a Hub officer; 404 for whoever may not know that it exists."""
    found = Enrolment.objects.visible_to(request.user).select_related("person", "cohort", "plan", "award")
    enrolment = get_object_or_404(found, pk=pk)
    insist(may_see_hub(request.user))
    return enrolment


@login_required
@never_cache
def person(request, pk):
    """One person's standing today, why, and everything it was made from."""
    enrolment = enrolment_of(request, pk)
    (facts, book), today = known_of(enrolment), clock.today()
    standing = standing_on(today, facts, book)
    decisions = sanctions_of(enrolment.person_id)
    counting = that_count(decisions, OF_ROW)
    decisions.reverse()
    for line in decisions:
        line.is_replaced = line not in counting
        line.is_over = bool(line.until_day and line.until_day < today)
    withholdings = list(Withholding.objects.filter(person=enrolment.person).order_by("-from_day", "-pk"))
    name_deciders([*decisions, *withholdings])
    may = may_sanction(request.user, enrolment.person)
    return render(request, "certificates/person.html", {
        "enrolment": enrolment, "standing": standing, "words": words_for(standing.code), "today": today,
        "award": getattr(enrolment, "award", None),
        "rescissions": list(Revocation.objects.filter(credential__certificate__enrolment=enrolment, why=Revocation.Why.RESCINDED).select_related("reinstatement", "follow_up")),
        "certificates": list(Certificate.objects.filter(enrolment__person=enrolment.person)),
        "each": nations_on(today, facts, book), "decisions": decisions, "withholdings": withholdings, "withheld": withheld_on(today, facts),
        "open_withholding": next((w for w in withholdings if w.until_day is None), None),
        "working_name": WorkingName.objects.filter(person=enrolment.person, until_day=None).first(),
        "posts": posts_of(enrolment.person_id), "may": may, "leaves": Temporary.objects.filter(enrolment=enrolment, is_called_off=False),
        "proposal": Proposal.objects.filter(enrolment__person=enrolment.person, state=ProposalState.PROPOSED).first(),
        "concerns": Concern.objects.filter(person=enrolment.person) if may else [],
        "dropped": Proposal.objects.filter(enrolment__person=enrolment.person, state=ProposalState.DROPPED).order_by("-closed_at") if may else [],
        "checks": Check.objects.filter(person=enrolment.person).aggregate(n=Count("pk"))["n"],
        "wrong_names": enrolment.person.wrong_names.all() if may else [],
    })


def name_deciders(lines):
    """Give each line the name of who decided it."""
    names = names_of_actors({line.decided_by for line in lines})
    for line in lines:
        line.decider = names[line.decided_by]
