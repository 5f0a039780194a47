"""Pages beside the units: a module's handbook, and what can be done by when."""

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import render

from lms.kit import nations
from lms.people.roles import has_role

from .. import queries, rules


@login_required
def handbook(request, code):
    """How the hours of a module are made, what is read, and a task to practise with; for whoever may read the module."""
    plans = queries.plans_of(request.user)
    subject = next((m for m in queries.outline_for(plans).modules if m.code == code), None)
    if (
        subject is None
        or not has_role(request.user, *rules.READERS)
        and not any(p.programme_id == subject.programme_id for p in plans)
    ):
        raise Http404("This module is not on the reader's plan.")
    return render(
        request, "courses/handbook.html", {"module": subject, "handbook": queries.handbook(subject)}
    )


@login_required
def rights(request):
    """What a survivor can do, who does it, and by when, in the nations that were asked for: at first those of the reader's plan. For
    everybody who is signed in, as the glossary is."""
    plans = queries.plans_of(request.user)
    asked = [code for code in request.GET.getlist("nation") if code in nations.NATIONS]
    own = [code for code in nations.ALL if any(code in plan.nations for plan in plans)]
    chosen = asked or own or nations.ALL
    return render(
        request,
        "courses/rights.html",
        {
            "rights": queries.rights_in(chosen),
            "chosen": chosen,
            "nations": [(code, label, code in chosen) for code, label in nations.NATIONS.items()],
        },
    )
