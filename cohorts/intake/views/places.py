"""The public pages on which somebody applies for a place themselves, and the page for their employer. The link in the mail is the only way in."""

from functools import wraps

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lms.kit.nations import sentence
from lms.kit.refusals import Refused

from .. import applying
from ..forms import PLACE_PAGES, EmployerAnswerForm, PlaceStartForm, PlaceSubmitForm
from ..queries import cohorts_to_apply_to, nomination_asked_about, place_application_by
from ..states import WAITING


@never_cache
@require_http_methods(["GET", "POST"])
def places(request):
    """Cohorts that take applications, and an email address. The answer is the same for every address."""
    form = PlaceStartForm(_typing(request))
    if request.method == "POST":
        if not ratelimit.consume(request, action="apply"):
            return _too_many(request)
        if form.is_of_a_program:
            return redirect("cohorts:places_sent")
        if form.is_valid():
            email = form.cleaned_data["email"]
            if ratelimit.consume(request, action="apply_mail", key=email.lower()):
                applying.start_place_application(form.cleaned_data["cohort"], email)
            return redirect("cohorts:places_sent")
    context = {
        "form": form,
        "cohorts": cohorts_to_apply_to().select_related("programme"),
        "headings": [heading for heading, _form in PLACE_PAGES],
    }
    return render(request, "cohorts/places.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
def places_sent(request):
    return render(request, "cohorts/places_sent.html")


def _typing(request):
    """What was sent, also where nothing was ticked or typed."""
    return request.POST if request.method == "POST" else None


def _too_many(request):
    answer = render(request, "429.html", status=429)
    answer["Retry-After"] = "3600"
    return answer


def by_link(find):
    """What a link opens; a page that says what to do where it opens nothing. No search engine learns of the address."""

    def decorate(view):
        @never_cache
        @wraps(view)
        def opened(request, secret, *args, **kwargs):
            found = find(secret)
            if found is None:
                answer = render(request, "cohorts/place_link_ended.html", status=404)
            elif request.method == "POST" and not ratelimit.consume(request, action="apply_send"):
                answer = _too_many(request)
            else:
                answer = view(request, found, secret, *args, **kwargs)
            answer["X-Robots-Tag"] = "noindex, nofollow"
            return answer

        return opened

    return decorate


def _pages(application) -> list[dict]:
    """Each page with whether it is answered and, in words, what was."""
    rows = []
    for number, (heading, form) in enumerate(PLACE_PAGES, start=1):
        typed = {name: application.answers.get(name, "") for name in form.base_fields}
        is_done = form(typed).is_valid() and set(form.base_fields) <= set(application.answers)
        facts = [
            (field.label, _in_words(name, typed[name])) for name, field in form.base_fields.items()
        ]
        rows.append({"number": number, "heading": heading, "is_done": is_done, "facts": facts})
    return rows


def _in_words(name, value) -> str:
    if name == "nations":
        return sentence(value or [])
    if name == "may_ask":
        return _("Yes") if value else _("No: my employer is told nothing")
    return value or _("Not given")


def _may_mail_employer(request, application) -> bool:
    """As many mails an hour to one employer as links to one applicant: their address is a stranger's word."""
    asked = application.answers.get("employer_email")
    return not asked or ratelimit.consume(
        request, action="apply_mail", key=f"employer {asked.lower()}"
    )


@by_link(place_application_by)
@require_http_methods(["GET", "POST"])
def place_application(request, application, secret):
    """Before it is submitted the pages and, when each is answered, the button; afterwards where it stands."""
    nomination = application.nomination
    pages = [] if nomination else _pages(application)
    is_complete = bool(pages) and all(one["is_done"] for one in pages)
    form, refused = PlaceSubmitForm(_typing(request)), ""
    if request.method == "POST" and form.is_valid():
        if is_complete and not _may_mail_employer(request, application):
            return _too_many(request)
        try:
            applying.submit_place_application(application)
            return redirect("cohorts:place_application", secret)
        except Refused as why:
            refused = str(why)
    steps, has_now = [], False
    for one in pages:
        is_now = not one["is_done"] and not has_now
        has_now = has_now or is_now
        steps.append(
            {
                "label": one["heading"],
                "url": reverse("cohorts:place_page", args=[secret, one["number"]]),
                "state": "done" if one["is_done"] else "now" if is_now else "todo",
            }
        )
    context = {
        "application": application,
        "nomination": nomination,
        "secret": secret,
        "pages": pages,
        "steps": steps,
        "is_complete": is_complete,
        "may_withdraw": nomination is None or nomination.state in WAITING,
        "form": form,
        "refused": refused,
        "closed_days": settings.IMSA_NOMINATION_CLOSED_DAYS,
        "draft_days": settings.IMSA_APPLICATION_DRAFT_DAYS,
    }
    status = 409 if refused else 422 if form.errors else 200
    return render(request, "cohorts/place_application.html", context, status=status)


@by_link(place_application_by)
@require_http_methods(["GET", "POST"])
def place_page(request, application, secret, number):
    """One page of the form."""
    if not 1 <= number <= len(PLACE_PAGES):
        raise Http404("There is no such page.")
    if application.nomination:
        return redirect("cohorts:place_application", secret)
    heading, form_of = PLACE_PAGES[number - 1]
    form = form_of(_typing(request), initial=application.answers)
    if request.method == "POST" and form.is_valid():
        try:
            applying.save_place_answers(application, form.cleaned_data)
        except Refused as why:
            form.add_error(None, str(why))
        else:
            if number < len(PLACE_PAGES):
                return redirect("cohorts:place_page", secret, number + 1)
            return redirect("cohorts:place_application", secret)
    context = {
        "secret": secret,
        "heading": heading,
        "number": number,
        "total": len(PLACE_PAGES),
        "form": form,
    }
    return render(request, "cohorts/place_page.html", context, status=422 if form.errors else 200)


@by_link(place_application_by)
@require_http_methods(["GET", "POST"])
def place_withdraw(request, application, secret):
    """What withdrawing means, then it is done."""
    if request.method == "POST":
        if applying.withdraw_place_application(application) is None:
            messages.success(request, _("Your application is deleted."))
            return redirect("cohorts:places")
        return redirect("cohorts:place_application", secret)
    return render(
        request,
        "cohorts/place_withdraw.html",
        {"application": application, "secret": secret},
    )


@by_link(nomination_asked_about)
@require_http_methods(["GET", "POST"])
def employer_answer(request, nomination, secret):
    """Who says that they work there, and whether their employer agrees. The first answer stands."""
    form = EmployerAnswerForm(_typing(request))
    if request.method == "POST" and form.is_valid():
        applying.answer_for_employer(secret, form.cleaned_data["answer"])
        return redirect("cohorts:employer_answer", secret)
    return render(
        request,
        "cohorts/employer_answer.html",
        {"nomination": nomination, "form": form},
        status=422 if form.errors else 200,
    )
