"""The trainee's home: what is next, and by when?"""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from cohorts.enrolment.states import OVER, EnrolmentState
from courses.queries import counts, path, top_ups_of
from lms.kit import clock
from lms.kit.refusals import insist
from lms.people.models import Role
from lms.people.roles import may_act_as

from ...deciding.queries.boards import award_of
from ...tutoring.queries import MOST_ANNOUNCED, announcements_of
from ..queries import enrolment_of, results_of
from ..today import next_for, without_credited
from ..week import own_dates, week_of


@login_required
def home(request):
    enrolment = enrolment_of(request.user)
    if enrolment is None:
        insist(may_act_as(request.user, Role.LEARNER))
        return render(request, "assessments/not_enrolled.html")
    results = results_of(enrolment)
    work = [piece for module in results for piece in module["work"]]
    credited = {one["module"].pk for one in results if one["is_credited"]}
    on_path = without_credited(path(request.user, plans=[enrolment.plan]), credited)
    award, top_ups = award_of(enrolment), top_ups_of(request.user)
    for due in top_ups:
        due.waits = due.counts_for([enrolment.plan])
    stands = award and _stands(enrolment)
    if stands and stands.is_over:
        for due in top_ups:
            due.waits = ()  # nothing waits for it: there is no accreditation that it keeps going
    card = next_for(
        enrolment, work, on_path, award, top_ups, is_rescinded=bool(stands and stands.is_rescinded)
    )
    week = week_of(own_dates(enrolment, work, on_path, top_ups), on_path, card.url)
    return render(
        request,
        "assessments/study.html",
        {
            "enrolment": enrolment,
            "is_studying": enrolment.state == EnrolmentState.ENROLLED,
            "week": week,
            "today": clock.today(),
            "next": card,
            "announcements": announcements_for(enrolment),
            "stands": stands,
            "alerts": import_string(settings.IMSA_ALERTS)(request.user),
            "steps": steps(on_path),
            "counts": counts(on_path),
            "top_ups": [
                due
                for due in top_ups
                if due.top_up_id != card.top_up and not week.has(due.top_up_id)
            ],
            "results": results,
            "award": award,
            "is_completed": enrolment.state == EnrolmentState.COMPLETED,
            "has_decided": any(one["decision"] or one["is_credited"] for one in results),
            "has_provisional": any(piece.status == "provisional" for piece in work),
        },
    )


def announcements_for(enrolment) -> list:
    """What its cohort is told today; nothing after they left or completed. One question, or none."""
    if enrolment.state in OVER or not enrolment.has_announcements:
        return []
    return list(announcements_of(enrolment.cohort_id, are_shown=True)[:MOST_ANNOUNCED])


def _stands(enrolment):
    """How somebody with an award stands today. The room above answers; imports go down only, so the settings say where; for what the
    Hub asks of them too."""
    return import_string(settings.IMSA_STANDINGS)([enrolment])[0]


def steps(on_path):
    """The modules as a list of steps, the first unfinished one marked as next."""
    found, has_now = [], False
    for entry in on_path:
        tally = entry.counts
        state = "locked" if not tally.total else "done" if tally.done == tally.total else "todo"
        if state == "todo" and not has_now:
            state, has_now = "now", True
        found.append(
            {
                "label": entry.module.title,
                "url": reverse("courses:module", args=[entry.module.code]),
                "state": state,
                "note": _("%(tally)s studied") % {"tally": tally}
                if tally.total
                else _("Its units appear here when the course team publishes them."),
            }
        )
    return found
