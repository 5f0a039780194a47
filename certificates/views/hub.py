"""Who needs a decision of the Hub; one person's standing with its reasons; and the decisions."""
from dataclasses import replace
from datetime import date, timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cohorts.models import Approval, Enrolment
from cohorts.register import approval_on, by_family_name, last_lines, posts_of
from lms.kit import clock
from lms.kit.lines import OF_ROW, replaced_from, that_count
from lms.kit.refusals import insist
from lms.people.models import User

from .. import actions
from ..accreditation import standing_on
from ..actions.decisions import replaced_in_words, sanctions_of
from ..facts import is_withheld
from ..forms import DecisionForm, WithholdForm
from ..models import Check, Sanction, Withholding
from ..queries import facts_of, rules, standings_of
from ..rules import may_sanction, may_see_hub
from ..standings import STANDINGS, words_for

SOON = 60
DRAFT = "certificates.decision"
LIMITED = ("accredited_with_conditions", "suspended", "withdrawn")


@login_required
@never_cache
def hub(request):
    """The Hub officer's day."""
    insist(may_see_hub(request.user))
    today = clock.today()
    found = standings_of(_enrolments(), today)
    lines = last_lines().filter(confirmed_on=None).select_related("employment__person").order_by("starts_on", "employment__reference")
    unconfirmed = [line for line in lines if line.ends_on is None or line.ends_on >= today]
    changing = sorted((s for s in found if _changes_soon(s, today)), key=lambda s: s.standing.until)
    limited = [s for s in found if s.standing.code in LIMITED]
    suspended = suspended_organisations(today)
    return render(request, "certificates/hub.html", {
        "today": today, "changing": changing, "limited": limited, "organisations": suspended, "soon": SOON, "unconfirmed": unconfirmed,
        "between": [s for s in found if s.standing.code == "between_posts"],
        "figures": [
            {"count": len(unconfirmed), "label": "Posts not confirmed", "url": "#unconfirmed"},
            {"count": len(changing), "label": f"Standings about to change in {SOON} days", "url": "#changing"},
            {"count": len(limited), "label": "Suspended, withdrawn or with conditions", "url": "#limited"},
            {"count": len(suspended), "label": "Organisations with approval suspended", "url": reverse("cohorts:organisations") + "?approval=suspended"},
        ],
        "checks": Check.objects.filter(asked_at__gte=clock.now() - timedelta(days=7)).count(),
    })


def _enrolments():
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
    """Everybody enrolled, with their standing today; narrowed by address."""
    insist(may_see_hub(request.user))
    today = clock.today()
    found = sorted(standings_of(_enrolments(), today), key=lambda s: by_family_name(s.person))
    counts = {code: sum(s.standing.code == code for s in found) for code in STANDINGS}
    chosen = request.GET.get("standing")
    chosen = chosen if chosen in STANDINGS else ""
    return render(request, "certificates/people.html", {
        "people": [s for s in found if not chosen or s.standing.code == chosen], "today": today,
        "chosen": chosen, "all": len(found),
        "filters": [{"code": c, "label": words_for(c).label, "count": n} for c, n in counts.items() if n],
        "chosen_label": words_for(chosen).label if chosen else "",
    })


def _person(request, pk) -> Enrolment:
    found = Enrolment.objects.visible_to(request.user).select_related("person", "cohort", "plan", "award", "certificate")
    enrolment = get_object_or_404(found, pk=pk)
    insist(may_see_hub(request.user))
    return enrolment


@login_required
@never_cache
def person(request, pk):
    """One person's standing today, why, and everything it was made from."""
    enrolment = _person(request, pk)
    facts, today = facts_of(enrolment), clock.today()
    standing = standing_on(today, facts, rules())
    decisions = sanctions_of(enrolment.person_id)
    counting = that_count(decisions, OF_ROW)
    decisions.reverse()
    for line in decisions:
        line.is_replaced = line not in counting
    withholdings = list(Withholding.objects.filter(person=enrolment.person).order_by("-from_day", "-pk"))
    _name_deciders([*decisions, *withholdings])
    return render(request, "certificates/person.html", {
        "enrolment": enrolment, "standing": standing, "words": words_for(standing.code), "today": today,
        "award": getattr(enrolment, "award", None), "held": getattr(enrolment, "certificate", None),
        "decisions": decisions, "withholdings": withholdings, "is_withheld": is_withheld(today, facts),
        "open_withholding": next((w for w in withholdings if w.until_day is None), None),
        "posts": posts_of(enrolment.person_id), "may": may_sanction(request.user, enrolment.person),
        "checks": Check.objects.filter(person=enrolment.person).aggregate(n=Count("pk"))["n"],
    })


def _name_deciders(lines):
    """The person behind each “person:12”; a command keeps its own name."""
    keys = {int(line.decided_by.removeprefix("person:")) for line in lines if line.decided_by.startswith("person:")}
    known = User.objects.in_bulk(keys)
    for line in lines:
        key = line.decided_by.removeprefix("person:")
        line.decider = known[int(key)].full_name if key.isdigit() and int(key) in known else "An operator of this site"


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def decide(request, pk):
    """Write a decision down; the next page shows it once more before it counts."""
    enrolment = _person(request, pk)
    insist(may_sanction(request.user, enrolment.person))
    draft = _draft(request, enrolment) or {}
    form = DecisionForm(request.POST or None, initial={"from_day": clock.today(), "kind": request.GET.get("kind"), **draft})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        request.session[DRAFT] = {"enrolment": enrolment.pk, **given, "from_day": given["from_day"].isoformat()}
        return redirect("certificates:decide_check", pk=enrolment.pk)
    return render(request, "certificates/decide.html", {"enrolment": enrolment, "form": form})


def _draft(request, enrolment) -> dict | None:
    draft = request.session.get(DRAFT)
    if not draft or draft["enrolment"] != enrolment.pk:
        return None
    return {**draft, "from_day": date.fromisoformat(draft["from_day"])}


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def decide_check(request, pk):
    """Check your answers: what a checker is told before and after. Then record it."""
    enrolment = _person(request, pk)
    insist(may_sanction(request.user, enrolment.person))
    draft = _draft(request, enrolment)
    if not draft:
        return redirect("certificates:decide", pk=enrolment.pk)
    day = draft["from_day"]
    if request.method == "POST":
        actions.sanction(enrolment, draft["kind"], day, draft["words"], draft["reason"], by=request.user)
        del request.session[DRAFT]
        messages.success(request, f"The decision is recorded, and {enrolment.person.full_name} has been told.")
        return redirect("certificates:person", pk=enrolment.pk)
    facts = facts_of(enrolment)
    before, after = standing_on(day, facts, rules()), standing_on(day, _with_line(facts, draft), rules())
    return render(request, "certificates/decide_check.html", {
        "enrolment": enrolment, "draft": draft, "kind": Sanction.Kind(draft["kind"]).label, "after_standing": after,
        "before": words_for(before.code), "after": words_for(after.code), "before_standing": before,
        "replaced": [replaced_in_words(line) for line in replaced_from(day, sanctions_of(enrolment.person_id), OF_ROW)],
    })


def _with_line(facts, draft):
    return replace(facts, sanctions=(*facts.sanctions, (draft["from_day"], draft["kind"], draft["words"])))


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def withholding(request, pk):
    """Keep somebody's entry from the public check, or let it answer again."""
    enrolment = _person(request, pk)
    insist(may_sanction(request.user, enrolment.person))
    held = Withholding.objects.filter(person=enrolment.person, until_day=None).first()
    form = WithholdForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        # The page says which of the two it was drawn for: somebody else may have been quicker.
        if request.POST.get("deed") == "lift":
            actions.lift_withholding(enrolment.person, reason, by=request.user)
            messages.success(request, "The public check answers for this person again.")
        else:
            actions.withhold(enrolment.person, reason, by=request.user)
            messages.success(request, "From now the public check answers “Not found” for this person.")
        return redirect("certificates:person", pk=enrolment.pk)
    return render(request, "certificates/withholding.html", {"enrolment": enrolment, "form": form, "held": held})

