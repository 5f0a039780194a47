"""Which reminders a trainee gets."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from courses.actions.reminders import choose_reminders
from courses.models import ReminderKind
from courses.queries.reminders import reminder_kinds_of
from lms.kit.refusals import insist
from lms.people.contact import people_without_email
from lms.people.models import Role
from lms.people.roles import may_act_as

from ...tutoring.actions.nudges import choose_nudges
from ...tutoring.queries import wants_nudges
from ..queries import enrolment_of

BEHIND = "behind"
BEHIND_WORDS = gettext_lazy("Falling behind the timetable, or no activity for some time")


@require_http_methods(["GET", "POST"])
@login_required
@never_cache
def date_reminders(request):
    """One form: each kind of reminder on or off."""
    if enrolment_of(request.user) is None:
        insist(may_act_as(request.user, Role.LEARNER))
        return render(request, "assessments/not_enrolled.html")
    if request.method == "POST":
        wanted = set(request.POST.getlist("kind"))
        choose_reminders(request.user, wanted, by=request.user)
        choose_nudges(request.user, BEHIND not in wanted, by=request.user)
        messages.success(request, _("Your reminders are saved."))
        return redirect("assessments:date_reminders")
    on = reminder_kinds_of(request.user) | ({BEHIND} if wants_nudges(request.user) else set())
    choices = [*ReminderKind.choices, (BEHIND, BEHIND_WORDS)]
    return render(
        request,
        "assessments/date_reminders.html",
        {
            "choices": [(value, words, value in on) for value, words in choices],
            "has_no_email": bool(people_without_email([request.user.pk])),
        },
    )
