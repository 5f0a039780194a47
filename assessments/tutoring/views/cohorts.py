"""A cohort for its tutors: who may need help and why; one person, what was said to them, and the log of contact."""

from functools import wraps
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cohorts.enrolment.models import Cohort, Enrolment
from courses.actions.notes import Guarded
from lms.kit.list_files import downloads
from lms.kit.lists import address, chosen, page_of
from lms.kit.refusals import Refused, insist
from lms.people.contact import preferences_of
from lms.people.models import Role
from lms.people.roles import has_role

from ..actions.contacts import correct_contact, record_contact
from ..forms import ContactForm
from ..models import ContactEntry
from ..queries import (
    cohorts_today,
    contacts_of,
    counts_of,
    earlier_of,
    flags_of,
    messages_of,
    people_of,
    with_flags,
    with_marker,
    with_reasons,
)
from ..rules import may_correct, may_read_words, may_see_cohort, may_see_cohorts, may_support


def of_cohort(view):
    """A page of a cohort, for those who may see it. What it shows is nobody else's, so no cache keeps it."""

    @login_required
    @never_cache
    @wraps(view)
    def guarded(request, code, *args, **kwargs):
        insist(may_see_cohorts(request.user))  # before anybody learns which cohorts there are
        rows = with_marker(Cohort.objects.select_related("programme"), request.user)
        cohort = get_object_or_404(rows, code__iexact=code)
        insist(may_see_cohort(request.user, cohort))
        return view(request, cohort, *args, **kwargs)

    return guarded


def may_write(request) -> bool:
    """On a page that `of_cohort` let somebody into: a tutor writes, a registrar reads."""
    return has_role(request.user, Role.TUTOR)


def people_for(cohort):
    """As its reader may see them: who marks in the cohort sees no due dates of people's own, for a script that comes then would tell whose it is."""
    return people_of(cohort, due_dates=not cohort.is_marked)


def hide_words(request, cohort, rows, **instead):
    """Rows (messages, lines of the log) as their reader may read them, for a page alone: with `is_hidden`, and other words where it is so."""
    for row in rows:
        row.is_hidden = not may_read_words(request.user, cohort, row)
        if row.is_hidden:
            for name, words in instead.items():
                setattr(row, name, words)
    return rows


def hidden() -> str:
    return _("Not shown to you, because you mark work of this cohort.")


def hide_messages(request, cohort, rows):
    return hide_words(request, cohort, rows, subject=_("Message"), body=hidden(), reply_to="")


@login_required
@never_cache
def cohorts(request):
    """Every cohort, the newest first."""
    insist(may_see_cohorts(request.user))
    page = page_of(cohorts_today(), request.GET.get("page"))
    back, is_tutor = {"label": _("Registry"), "url": "/registry/"}, may_write(request)
    if is_tutor:
        back = {"label": _("Teaching"), "url": "/teaching/sessions/"}
    context = {"page": page, "back": back, "is_tutor": is_tutor}
    return render(request, "assessments/tutoring/cohorts.html", context)


@of_cohort
def cohort(request, cohort):
    """The people of a cohort with the reasons why they may need help."""
    show = chosen(request.GET, show=["help", "all"])["show"]
    flags = flags_of(people_for(cohort))
    counts = counts_of(flags)
    if show == "help":
        flags = [one for one in flags if one["may_need_help"]]
    page = page_of(flags, request.GET.get("page"), count=len(flags))
    page.object_list = with_reasons(with_flags(page.object_list), cohort)
    return render(
        request,
        "assessments/tutoring/cohort.html",
        {
            "cohort": cohort,
            "page": page,
            "show": show,
            "download": downloads("assessments:progress_file", cohort.code, show=show),
            "counts": counts,
            "may_write": may_write(request),
            "is_marked": cohort.is_marked,
            "query": address(show=show),
        },
    )


def person_of(cohort, pk) -> Enrolment:
    rows = Enrolment.objects.select_related("person", "cohort")
    return get_object_or_404(rows, pk=pk, cohort=cohort)


@of_cohort
@require_http_methods(["GET", "POST"])
def person(request, cohort, pk):
    """One person of a cohort: reasons, messages, the log of contact and a form to add to it."""
    enrolment = person_of(cohort, pk)
    if request.method == "POST":
        insist(may_support(request.user, cohort))
    form, findings = ContactForm(request.POST or None), ()
    if request.method == "POST" and form.is_valid():
        done, findings = _write(
            form,
            record_contact,
            enrolment,
            form.values(),
            form.cleaned_data["token"],
            by=request.user,
            keep_anyway="keep" in request.POST,
        )
        if done:
            messages.success(request, _("The contact is recorded."))
            return redirect("assessments:tutored", cohort.code, enrolment.pk)
    rows = with_reasons(people_for(cohort).filter(pk=enrolment.pk), cohort)
    log = page_of(contacts_of(enrolment), request.GET.get("page"), length=20)
    hide_words(request, cohort, log.object_list, note=hidden())
    sent = page_of(messages_of(enrolment), request.GET.get("message"), length=10)
    hide_messages(request, cohort, [one.message for one in sent.object_list])
    return render(
        request,
        "assessments/tutoring/person.html",
        {
            "cohort": cohort,
            "enrolment": enrolment,
            "reasons": rows[0].reasons if rows else [],
            "log": log,
            "messages_sent": sent,
            "preferences": preferences_of(enrolment.person),
            "form": form,
            "findings": findings,
            "may_write": may_write(request),
            "is_marked": cohort.is_marked,
        },
        status=422 if form.errors or findings else 200,
    )


@of_cohort
@require_http_methods(["GET", "POST"])
def contact(request, cohort, pk, entry):
    """An entry of the log, its earlier texts, and a form to correct it."""
    enrolment = person_of(cohort, pk)
    rows = ContactEntry.objects.select_related("by", "enrolment__person", "enrolment__cohort")
    found = get_object_or_404(rows, pk=entry, enrolment=enrolment)
    newer = ContactEntry.objects.filter(replaces=found).first()
    if newer and request.method == "GET":
        return redirect("assessments:contact_entry", cohort.code, enrolment.pk, newer.pk)
    if request.method == "POST":
        insist(may_correct(request.user, cohort, found))
    earlier = earlier_of(found)
    hide_words(request, cohort, [found, *earlier], note=hidden())
    initial = {name: getattr(found, name) for name in ("kind", "day", "note")}
    form, findings = ContactForm(request.POST or None, initial={**initial, "token": uuid4()}), ()
    if request.method == "POST" and form.is_valid():
        done, findings = _write(
            form,
            correct_contact,
            found,
            form.values(),
            form.cleaned_data["token"],
            by=request.user,
            keep_anyway="keep" in request.POST,
        )
        if done:
            messages.success(request, _("The entry is corrected. The earlier text stays below it."))
            return redirect("assessments:tutored", cohort.code, enrolment.pk)
    return render(
        request,
        "assessments/tutoring/contact.html",
        {
            "cohort": cohort,
            "enrolment": enrolment,
            "entry": found,
            "earlier": earlier,
            "form": form,
            "findings": findings,
            "may_write": may_write(request) and not found.is_hidden,
        },
        status=422 if form.errors or findings else 200,
    )


def _write(form, action, *about, **values):
    """(was it kept?, what seems to tell who somebody is). A refusal stands at the form, which holds what was typed."""
    try:
        with form.ways_on():
            action(*about, **values)
        return True, ()
    except Guarded as guarded:
        return False, guarded.findings
    except Refused as refusal:
        form.add_error(None, str(refusal))
    return False, ()
