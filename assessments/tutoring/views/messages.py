"""Writing to people of a cohort: choose, write, check, send."""

from django.contrib import messages
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from cohorts.enrolment.models import Enrolment
from cohorts.enrolment.states import EnrolmentState
from lms.kit.lists import page_of
from lms.kit.refusals import insist, refusals_at
from lms.people.contact import people_without_messages, preferences_of

from ..actions.messages import send_message
from ..forms import MessageForm
from ..models import TutorMessage
from ..rules import may_support
from .cohorts import hide_messages, of_cohort, people_for

NAMED = 30  # names that the check page lists


@of_cohort
@require_http_methods(["GET", "POST"])
def write(request, cohort):
    """The form (GET: `to`, keys of enrolments, or `all` or `help`), the check page, and the sending."""
    insist(may_support(request.user, cohort))
    if request.method == "GET":
        people = list(_chosen(request.GET, cohort).values_list("pk", flat=True))
        if not people:
            messages.info(request, _("Choose at least one person who studies in this cohort."))
            return redirect("assessments:tutored_cohort", cohort.code)
        form = MessageForm(
            initial={"people": ",".join(map(str, people)), "reply_to": request.user.email}
        )
        return _show(request, cohort, form, people)
    form = MessageForm(request.POST)
    is_sound = form.is_valid()
    people = form.cleaned_data.get("people", [])  # also of a form with faults elsewhere
    if not is_sound or request.POST.get("step") == "change":
        return _show(request, cohort, form, people, status=422 if form.errors else 200)
    if request.POST.get("step") == "send":
        with refusals_at(form), form.ways_on():
            made = send_message(
                cohort, people, form.text(), form.cleaned_data["token"], by=request.user
            )
            count = made.recipients.count()
            messages.success(
                request,
                ngettext(
                    "The message is sent to %(count)s person.",
                    "The message is sent to %(count)s people.",
                    count,
                )
                % {"count": count},
            )
            return redirect("assessments:tutor_message", cohort.code, made.pk)
        return _show(request, cohort, form, form.cleaned_data["people"], status=422)
    return _show(request, cohort, form, people, check=True)


def _chosen(query, cohort):
    rows = people_for(cohort)
    if "all" in query:
        return rows.filter(state=EnrolmentState.ENROLLED)
    if "help" in query:
        return rows.filter(may_need_help=True)
    keys = [key for key in query.getlist("to") if key.isascii() and key.isdigit() and len(key) < 19]
    reachable = [EnrolmentState.ENROLLED, EnrolmentState.INTERRUPTED]
    return Enrolment.objects.filter(cohort=cohort, pk__in=keys, state__in=reachable)


def _show(request, cohort, form, people, *, check=False, status=200):
    rows = Enrolment.objects.filter(cohort=cohort, pk__in=people).select_related("person")
    rows = list(rows.order_by("person__sort_key", "pk"))
    names = [row.person.full_name for row in rows[:NAMED]]
    avoiding = people_without_messages([row.person_id for row in rows])
    others = [row for row in rows if row.person_id in avoiding]
    data = {name: form[name].value() for name in ("subject", "body", "reply_to", "people", "token")}
    return render(
        request,
        "assessments/tutoring/write.html",
        {
            "cohort": cohort,
            "form": form,
            "names": names,
            "count": len(people),
            "more": len(people) - len(names),
            "others": others[:NAMED],
            "more_others": len(others[NAMED:]),
            "preferences": preferences_of(rows[0].person) if len(rows) == 1 else None,
            "check": check,
            "data": data,
            "draft": TutorMessage(body=data["body"] or "") if check else None,
        },
        status=status,
    )


@of_cohort
def messages_of_cohort(request, cohort):
    """What tutors wrote to people of a cohort, the newest first."""
    rows = TutorMessage.objects.filter(cohort=cohort).select_related("by")
    page = page_of(rows.annotate(count=Count("recipients")), request.GET.get("page"))
    hide_messages(request, cohort, page.object_list)
    return render(request, "assessments/tutoring/messages.html", {"cohort": cohort, "page": page})


@of_cohort
def message(request, cohort, pk):
    """One message, and to whom it went."""
    found = get_object_or_404(TutorMessage.objects.select_related("by"), pk=pk, cohort=cohort)
    hide_messages(request, cohort, [found])
    rows = found.recipients.select_related("enrolment__person")
    page = page_of(
        rows.order_by("enrolment__person__sort_key", "enrolment_id"), request.GET.get("page")
    )
    return render(
        request,
        "assessments/tutoring/message.html",
        {"cohort": cohort, "message": found, "page": page},
    )
