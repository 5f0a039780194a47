"""May this person act as an IMSA today? The check first, then the employer's own people."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from cohorts.confirming.queries import counts_due
from lms.kit import clock
from lms.kit.refusals import insist
from lms.people.models import Role
from lms.people.roles import may_act_as

from ..forms.checks import CheckForm
from ..queries import people
from ..rules import contacts_today
from .checks import asking_for


@login_required
@never_cache
def employer(request):
    """Only people with a post at the contact's own organisation today are shown, and only while it is approved."""
    insist(may_act_as(request.user, Role.EMPLOYER))
    today, organisations = clock.today(), asking_for(request)
    contacted = contacts_today(request.user)
    due = counts_due([o.pk for o in contacted], today) if contacted else {}
    groups = [
        {
            "organisation": o,
            "is_approved": o in organisations,
            "people": people(o, today) if o in organisations else [],
            "posts_due": due[o.pk],
        }
        for o in contacted
    ]
    return render(
        request,
        "certificates/employer.html",
        {
            "form": CheckForm(organisations=organisations),
            "is_asker": bool(organisations),
            "groups": groups,
            "today": today,
        },
    )
