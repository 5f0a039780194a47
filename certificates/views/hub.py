"""Who needs a decision of the Hub, and one person's standing with its reasons."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cohorts.approvals.queries import due_counts
from cohorts.employment.queries import names_of_actors
from cohorts.employment.register import posts_of
from cohorts.enrolment.models import Enrolment
from cohorts.organisations.queries import approval_on, approvals_of
from lms.kit import clock
from lms.kit.effective_dates import OF_ROW, that_count
from lms.kit.list_files import downloads
from lms.kit.refusals import insist, refusals_at

from .. import actions
from ..accreditation.facts import withheld_on
from ..accreditation.standing import nations_on, standing_on
from ..accreditation.standing_wording import STANDINGS, words_for
from ..actions.decisions import sanctions_of
from ..actions.stretches import refresh_few
from ..forms.decisions import FollowUpForm
from ..models import (
    Certificate,
    Check,
    Concern,
    Proposal,
    Revocation,
    Temporary,
    Withholding,
    WorkingName,
)
from ..queries import facts_and_rules_of
from ..queries.hub import (
    MOST_COUNTED,
    SHOWN,
    count_unconfirmed,
    first_unconfirmed,
    hub_counts,
    hub_queues,
)
from ..queries.stretches import (
    first_of_each,
    fitting,
    judged,
    on_day,
    people_on,
    soon_over,
    standing_counts_on,
)
from ..rules import may_sanction, may_see_hub
from ..states import ProposalState

SOON = 60
MOST_LISTED = 100  # of a queue of the Hub's own work
WANTED = "certificates.people"
LIMITED = (
    "accredited_with_conditions",
    "suspended",
)  # what still asks for a decision: a withdrawal and a rescission are final
ENDED = ("withdrawn", "award_rescinded")


SHORTER = {"refused": 10}


@login_required
@never_cache
def hub(request):
    """The Hub officer's day: every queue with its count, and the first of each."""
    insist(may_see_hub(request.user))
    today = clock.today()
    snapshot = refresh_few()
    counts, soon = standing_counts_on(today, today + timedelta(days=SOON), snapshot)
    soon_q = soon_over(today, today + timedelta(days=SOON))
    many = {
        "changing": soon,
        "between": counts.get("between_posts", 0),
        "limited": sum(counts.get(code, 0) for code in LIMITED),
    }
    lists = {"limited": Q(code__in=LIMITED), "between": Q(code="between_posts"), "changing": soon_q}
    rows = first_of_each(today, lists, SHOWN, snapshot) if any(many.values()) else []
    stood = judged(rows, today, snapshot.facts)
    both = list(zip(rows, stood, strict=True))
    sections = {
        "limited": [s for row, s in both if row.code in LIMITED],
        "between": [s for row, s in both if row.code == "between_posts"],
        "changing": [
            s for row, s in both if today <= row.until_day <= today + timedelta(days=SOON)
        ][:SHOWN],
    }
    unconfirmed = first_unconfirmed(today)
    unconfirmed_count = count_unconfirmed(today) if len(unconfirmed) > SHOWN else len(unconfirmed)
    month, week = clock.now() - timedelta(days=30), clock.now() - timedelta(days=7)
    queues = hub_queues(today, month)
    n, due = hub_counts(today, month, week), due_counts(today)
    context = {
        name: list(found[: SHORTER.get(name, MOST_LISTED)]) if n[name] else []
        for name, found in queues.items()
    }
    for one in context["pending"]:
        one.is_late = bool(one.confirm_by and one.confirm_by < today)
        one.what = one.get_subject_display()
        if one.organisation:
            one.what = f"{one.what}: {one.organisation.name}"
        elif one.enrolment:
            one.what = f"{one.what}: {one.enrolment.person.full_name}"
    context["pending"].sort(key=lambda p: not p.is_late)
    context["organisations"] = since_when(context["organisations"], today)
    return render(
        request,
        "certificates/hub.html",
        {
            **context,
            **sections,
            "today": today,
            "download": downloads("cohorts:calls_file"),
            "soon": SOON,
            "counts": many,
            "n": n,
            "behind": snapshot.behind,
            "checks": n["checks"],
            "unconfirmed": unconfirmed[:SHOWN],
            "unconfirmed_count": unconfirmed_count,
            "is_more_unconfirmed": unconfirmed_count > SHOWN,
            "most_counted": MOST_COUNTED,
            "ended": [
                (words_for(code).label, code, counts[code]) for code in ENDED if counts.get(code)
            ],
            "figures": [
                {
                    "count": n["rescissions"],
                    "label": _("Awards rescinded"),
                    "url": "#rescinded" if n["rescissions"] else "",
                },
                {
                    "count": n["proposals"] + n["pending"],
                    "label": _("Decisions proposed"),
                    "url": "#proposed",
                },
                {
                    "count": n["calls"],
                    "label": _("Organisations to telephone"),
                    "url": "#calls" if n["calls"] else "",
                },
                {
                    "count": n["requests"],
                    "label": _("Requests about an entry"),
                    "url": "#requests" if n["requests"] else "",
                },
                {
                    "count": n["renewals"],
                    "label": _("Renewals to decide"),
                    "url": reverse("certificates:renewals"),
                },
                {
                    "count": n["applications"],
                    "label": _("Applications to review"),
                    "url": reverse("cohorts:applications"),
                },
                {
                    "count": n["concerns"],
                    "label": _("Open concerns"),
                    "url": "#concerns" if n["concerns"] else "",
                },
                {
                    "count": n["post_reports"] + n["supplied_posts"],
                    "label": _("Posts reported by employers"),
                    "url": reverse("cohorts:posts_unanswered"),
                },
                {
                    "count": unconfirmed_count
                    if unconfirmed_count <= MOST_COUNTED
                    else f"{MOST_COUNTED}+",
                    "label": _("Posts not confirmed"),
                    "url": "#unconfirmed",
                },
                {
                    "count": soon,
                    "label": _("Standings about to change in %(soon)s days") % {"soon": SOON},
                    "url": "#changing",
                },
                {
                    "count": many["limited"],
                    "label": _("Suspended or with conditions"),
                    "url": "#limited",
                },
                {
                    "count": n["organisations"],
                    "label": _("Organisations with approval suspended"),
                    "url": reverse("cohorts:organisations") + "?approval=suspended",
                },
                *(
                    {
                        "count": due[name],
                        "label": label,
                        "url": f"{reverse('cohorts:organisations')}?due={name}",
                    }
                    for name, label in (
                        ("ending", _("Approvals that end within 90 days")),
                        ("review", _("Annual reviews due within 30 days")),
                        ("overdue", _("Organisations with a condition overdue")),
                    )
                    if due[name]
                ),
                *(
                    [
                        {
                            "count": n["undelivered"],
                            "label": _("Emails not delivered"),
                            "url": reverse("people:mail"),
                        }
                    ]
                    if n["undelivered"]
                    else []
                ),
                *(
                    [
                        {
                            "count": n["bounces"],
                            "label": _("Addresses email does not reach"),
                            "url": reverse("people:bounces"),
                        }
                    ]
                    if n["bounces"]
                    else []
                ),
            ],
        },
    )


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def rescission(request, pk):
    """One rescinded award: what the University decided, and what the Hub did about it."""
    insist(may_see_hub(request.user))
    rows = Revocation.objects.filter(why=Revocation.Why.RESCINDED).select_related(
        "credential__certificate__enrolment__person", "reinstatement", "follow_up__noted_by"
    )
    rescission = get_object_or_404(rows, pk=pk)
    enrolment = rescission.credential.certificate.enrolment
    insist(may_sanction(request.user, enrolment.person))
    form = FollowUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            actions.follow_up(rescission, form.cleaned_data["note"], by=request.user)
            messages.success(request, _("Recorded. It is dealt with."))
            return redirect("certificates:rescission", pk=rescission.pk)
    return render(
        request,
        "certificates/rescission.html",
        {
            "held": rescission,
            "enrolment": enrolment,
            "form": form,
            "done": getattr(rescission, "follow_up", None),
            "reinstatement": getattr(rescission, "reinstatement", None),
            "posts": [
                p
                for p in posts_of(enrolment.person_id)
                if p.ends_on is None or p.ends_on >= clock.today()
            ],
        },
    )


def since_when(organisations, day) -> list:
    """Each with the day from which its decision in force counts."""
    lines = approvals_of([o.pk for o in organisations]) if organisations else {}
    return [(o, line[0]) for o in organisations if (line := approval_on(lines[o.pk], day))]


@login_required
@never_cache
def people(request):
    """Everybody enrolled, twenty-five at a time, with their standing today; narrowed by address, and by a name or number that stands in
    no address."""
    insist(may_see_hub(request.user))
    if request.method == "POST":
        request.session[WANTED] = request.POST.get("q", "").strip()[:100]
        chosen = request.GET.get("standing", "")
        return redirect(
            f"{request.path}?standing={chosen}"
            if chosen in STANDINGS or chosen == "soon"
            else request.path
        )
    today = clock.today()
    last = today + timedelta(days=SOON)
    snapshot = refresh_few()
    chosen, wanted = request.GET.get("standing"), request.session.get(WANTED, "")
    chosen = chosen if chosen in STANDINGS or chosen == "soon" else ""
    counts, soon = standing_counts_on(today, last, snapshot, wanted)
    rows = on_day(today).filter(fitting(wanted))
    if chosen:
        rows = rows.filter(soon_over(today, last) if chosen == "soon" else Q(code=chosen))
    page = people_on(rows, request.GET)
    return render(
        request,
        "certificates/people.html",
        {
            "page": page,
            "people": judged(page, today, snapshot.facts),
            "today": today,
            "wanted": wanted,
            "chosen": chosen,
            "all": sum(counts.values()),
            "query": f"standing={chosen}&" if chosen else "",
            "behind": snapshot.behind,
            "filters": [
                {"code": c, "label": words_for(c).label, "count": counts[c]}
                for c in STANDINGS
                if counts.get(c)
            ]
            + (
                [
                    {
                        "code": "soon",
                        "label": _("About to change in %(soon)s days") % {"soon": SOON},
                        "count": soon,
                    }
                ]
                if soon
                else []
            ),
            "chosen_label": _("About to change in %(soon)s days") % {"soon": SOON}
            if chosen == "soon"
            else words_for(chosen).label
            if chosen
            else "",
        },
    )


def enrolment_of(request, pk) -> Enrolment:
    """The enrolment, for a Hub officer; 404 for whoever may not know that it exists."""
    found = Enrolment.objects.visible_to(request.user).select_related(
        "person", "cohort", "plan", "award"
    )
    enrolment = get_object_or_404(found, pk=pk)
    insist(may_see_hub(request.user))
    return enrolment


@login_required
@never_cache
def person(request, pk):
    """One person's standing today, why, and everything it was made from."""
    enrolment = enrolment_of(request, pk)
    (facts, book), today = facts_and_rules_of(enrolment), clock.today()
    standing = standing_on(today, facts, book)
    decisions = sanctions_of(enrolment.person_id)
    counting = that_count(decisions, OF_ROW)
    decisions.reverse()
    for line in decisions:
        line.is_replaced = line not in counting
        line.is_over = bool(line.until_day and line.until_day < today)
    withholdings = list(
        Withholding.objects.filter(person=enrolment.person).order_by("-from_day", "-pk")
    )
    name_deciders([*decisions, *withholdings])
    may = may_sanction(request.user, enrolment.person)
    return render(
        request,
        "certificates/person.html",
        {
            "enrolment": enrolment,
            "standing": standing,
            "words": words_for(standing.code),
            "today": today,
            "award": getattr(enrolment, "award", None),
            "rescissions": list(
                Revocation.objects.filter(
                    credential__certificate__enrolment=enrolment, why=Revocation.Why.RESCINDED
                ).select_related("reinstatement", "follow_up")
            ),
            "certificates": list(Certificate.objects.filter(enrolment__person=enrolment.person)),
            "each": nations_on(today, facts, book),
            "decisions": decisions,
            "withholdings": withholdings,
            "withheld": withheld_on(today, facts),
            "open_withholding": next((w for w in withholdings if w.until_day is None), None),
            "working_name": WorkingName.objects.filter(
                person=enrolment.person, until_day=None
            ).first(),
            "posts": posts_of(enrolment.person_id),
            "may": may,
            "temporary_lines": Temporary.objects.filter(enrolment=enrolment, is_called_off=False),
            "proposal": Proposal.objects.filter(
                enrolment__person=enrolment.person, state=ProposalState.PROPOSED
            ).first(),
            "concerns": Concern.objects.filter(person=enrolment.person) if may else [],
            "dropped": Proposal.objects.filter(
                enrolment__person=enrolment.person, state=ProposalState.DROPPED
            ).order_by("-closed_at")
            if may
            else [],
            "checks": Check.objects.filter(person=enrolment.person).aggregate(n=Count("pk"))["n"],
            "wrong_names": enrolment.person.wrong_names.all() if may else [],
        },
    )


def name_deciders(lines):
    """Give each line the name of who decided it."""
    names = names_of_actors({line.decided_by for line in lines})
    for line in lines:
        line.decider = names[line.decided_by]
