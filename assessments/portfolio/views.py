"""What somebody at work is asked to confirm, by a link or with an account; and the programme office's page of a portfolio's confirmations."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from cohorts.enrolment.models import Enrolment
from lms.kit.addresses import number_in
from lms.kit.lists import page_of
from lms.kit.refusals import NotAllowed, Refused, insist
from lms.people.models import Role
from lms.people.roles import may_act_as
from lms.people.same_person import may_be_one

from .actions.signing import LinkHolder, sign, sign_off_by, take_back, void
from .forms import EndForm, SignForm
from .models import SignOff
from .queries import to_answer, with_basis
from .rules import may_sign, may_void
from .states import CONFIRMED_ONCE, SignOffState


@never_cache
@require_http_methods(["GET", "POST"])
def sign_off(request, secret):
    """By the link of a mail: the item, the entries that the trainee shows, and the answer; afterwards what was confirmed, and a way to withdraw it."""
    there = sign_off_by(secret)
    if there is None:
        return _quiet(render(request, "assessments/portfolio/link_ended.html", status=404))
    found = with_basis(SignOff.objects.filter(pk=there.pk)).get()
    trainee, by = found.portfolio.enrolment.person, LinkHolder(found.pk)
    if request.user.is_authenticated and may_be_one(request.user, trainee):
        by = request.user  # the trainee themselves, who is told why not
    return _quiet(_page(request, found, by, secret=secret))


@login_required
@require_GET
def supervising(request):
    """What this person is asked to confirm, what waits first."""
    rows = page_of(to_answer(request.user), request.GET.get("page"))
    return render(request, "assessments/portfolio/supervising.html", {"page": rows})


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def supervise(request, pk):
    found = get_object_or_404(with_basis(SignOff.objects.to_sign(request.user)), pk=pk)
    return _page(request, found, request.user)


def _page(request, sign_off, by, secret=""):
    """The page of one sign-off for whoever is asked to sign it."""
    may, action = may_sign(by, sign_off), request.POST.get("action", "")
    is_signed = sign_off.state == SignOffState.SIGNED
    is_waiting = sign_off.state == SignOffState.WAITING and not sign_off.is_overdue
    line = next((one for one in sign_off.lines.all() if one.step == sign_off.state), None)
    form = SignForm(
        request.POST if action == "sign" else None,
        initial={"name": by.full_name if by.pk else ""},
    )
    end = EndForm(request.POST if action == "take_back" else None)
    if request.method == "POST":
        if action == "sign":
            insist(may)
        if (sent := _act(request, sign_off, by, action, form, end, secret)) is not None:
            if by.pk is None:  # the link has taken its answer
                return render(request, "assessments/portfolio/answered.html", {"sign_off": sent})
            messages.success(request, _("Thank you. The trainee has been told."))
            return redirect("assessments:supervise", sign_off.pk)
    context = {
        "sign_off": sign_off,
        "trainee": sign_off.portfolio.enrolment.person,
        "lines": [one.line for one in sign_off.basis.all()]
        if (is_waiting and may) or sign_off.state in CONFIRMED_ONCE
        else [],
        "form": form,
        "end": end,
        "may": may,
        "line": line,
        "is_waiting": is_waiting,
        "is_signed": is_signed,
    }
    return render(
        request,
        "assessments/portfolio/sign_off.html",
        context,
        status=422 if request.method == "POST" else 200,
    )


def _act(request, sign_off, by, action, form, end, secret):
    """The sign-off as it is now, or None where a form came back with a fault."""
    wanted = form if action == "sign" else end
    if not wanted.is_valid():
        return None
    given = wanted.cleaned_data
    try:
        if action == "sign":
            return sign(
                sign_off,
                by=by,
                name=given["name"],
                job=given["job"],
                comment=given["comment"],
                is_confirmed=given["answer"] == "yes",
                fingerprint=request.POST.get("fingerprint", ""),
                secret=secret,
            )
        return take_back(sign_off, given["reason"], by=by, secret=secret)
    except (Refused, NotAllowed) as refusal:
        wanted.add_error(None, str(refusal))
    return None


def _quiet(answer):
    """The address is a secret: no search engine learns of it, and by the site's own Referrer-Policy no other site. With “no-referrer” a browser would send
    the form with “Origin: null”, which is refused."""
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer


@login_required
@require_http_methods(["GET", "POST"])
def office(request, pk):
    """For registrars: who confirmed what in a trainee's portfolios, and a way to remove a confirmation. No entry and no reflection stands here."""
    insist(may_act_as(request.user, Role.REGISTRAR))
    enrolment = get_object_or_404(Enrolment.objects.select_related("person", "cohort"), pk=pk)
    insist(may_void(request.user, enrolment))
    sent = request.POST if request.method == "POST" else None
    rows = SignOff.objects.filter(portfolio__enrolment=enrolment)
    rows = rows.select_related("portfolio__assessment").prefetch_related("lines")
    page, wanted = page_of(rows, request.GET.get("page")), None
    form = EndForm(sent)
    if sent is not None:
        wanted = rows.filter(pk=number_in(sent.get("sign_off"))).first()
        if wanted is None:
            raise Http404("There is no such confirmation.")
        if form.is_valid():
            void(wanted, form.cleaned_data["reason"], by=request.user)
            messages.success(
                request,
                _("The confirmation is removed. The trainee and the signer have been told."),
            )
            return redirect("assessments:portfolio_office", pk)
    context = {"enrolment": enrolment, "page": page, "form": form, "wanted": wanted}
    return render(
        request,
        "assessments/portfolio/office.html",
        context,
        status=422 if sent is not None else 200,
    )
