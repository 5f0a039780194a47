"""The public's door: ask about an advocate, read the answer, and have a certificate's file read."""
import time
from datetime import date, datetime

from allauth.core.internal import ratelimit
from django.conf import settings
from django.core import signing as tokens
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from lms.kit.files.limits import OutOfTime, within

from .. import actions, signing
from ..forms import CheckForm, VerifyForm
from ..models import Certificate, Check

SALT = "certificates.verify"
SECONDS_TO_READ = 20


def quiet(response):
    """Kept out of search engines: a receipt is nobody's business but the asker's."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def is_too_often(request, action, **by) -> bool:
    """Has this address, or this number, been asked about too often? Every question counts."""
    rates = {"address": settings.IMSA_CHECKS_PER_ADDRESS + "/ip", "number": settings.IMSA_CHECKS_PER_NUMBER + "/key"}
    kind = "number" if by else "address"
    return not ratelimit.consume(request, app="certificates", action=action, config={action: rates[kind]}, **by)


def too_many(request, what):
    response = render(request, "certificates/too_many.html", {"what": what}, status=429)
    response["Retry-After"] = "60"
    return quiet(response)


@never_cache
def check(request):
    """Ask. The answer has an address of its own, so that it can be kept and printed."""
    if request.method != "POST":
        number = request.GET.get("number", "")[:40]
        return quiet(render(request, "certificates/check.html", {"form": CheckForm(initial={"number": number})}))
    if is_too_often(request, "check"):
        return too_many(request, "questions")
    form = CheckForm(request.POST)
    if not form.is_valid():
        return quiet(render(request, "certificates/check.html", {"form": form}))
    if is_too_often(request, "check_number", key=form.numbers[-1]):
        return too_many(request, "questions")
    asker = request.user if request.user.is_authenticated else None
    given, begun = form.cleaned_data, time.monotonic()
    answered = actions.answer_check(given["number"], given["surname"], by=asker, on=given["on"])
    # Finding nobody is quicker than finding somebody; the asker's watch must not tell which.
    time.sleep(max(0, settings.IMSA_CHECK_SECONDS - (time.monotonic() - begun)))
    return redirect("certificates:answer", receipt=answered.receipt)


@never_cache
def answer(request, receipt):
    """One answer, as it was given."""
    try:
        given = Check.objects.get(receipt=receipt.upper())
    except Check.DoesNotExist:
        raise Http404("There is no answer with this receipt number.") from None
    at = datetime.fromisoformat(given.answer["answered_at"])
    context = {"check": given, "answer": given.answer, "at": at, "is_past": given.on_day < at.date()}
    return quiet(render(request, "certificates/answer.html", context))


@never_cache
def verify(request):
    """Read a certificate's file and say what is true of it; the file is not kept."""
    if request.method == "POST":
        if is_too_often(request, "verify"):
            return too_many(request, "files")
        form = VerifyForm(request.POST, request.FILES)
        if form.is_valid():
            said = tokens.dumps(_said_of(form.cleaned_data["file"].read()), salt=SALT)
            return redirect(f"{request.path}?said={said}")
        return quiet(render(request, "certificates/verify.html", {"form": form}))
    said = None
    if "said" in request.GET:
        try:
            said = tokens.loads(request.GET["said"], salt=SALT, max_age=24 * 3600)
        except tokens.BadSignature:
            return redirect(request.path)
    if said and said["issued_on"]:
        said["issued_on"] = date.fromisoformat(said["issued_on"])
    return quiet(render(request, "certificates/verify.html", {"form": VerifyForm(), "said": said}))


def _said_of(content: bytes) -> dict:
    """Never more than the file itself shows: its number and day, when it is ours and unchanged."""
    try:
        with within(SECONDS_TO_READ):
            verdict = signing.verify(content)
    except OutOfTime:
        return {"kind": "unread", "why": "This file takes too long to read.", "number": "", "issued_on": ""}
    found = Certificate.objects.filter(sha256=verdict.sha256).first() if verdict.holds else None
    if found:
        return {"kind": "ours", "why": "", "number": found.number, "issued_on": found.issued_on.isoformat()}
    if verdict.holds:
        kind, why = "unknown", "It carries our signature, but it is not a certificate on our register."
    elif verdict.is_signed and not verdict.is_intact:
        kind, why = "changed", verdict.why
    elif verdict.is_signed and verdict.is_ours:
        kind, why = "changed", verdict.why
    else:
        kind, why = "not_ours", verdict.why
    return {"kind": kind, "why": why, "number": "", "issued_on": ""}
