"""Is this certificate, badge or credential ours, and unchanged? The file is not kept, and nothing is told about today."""

import re
from datetime import date

from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lms.kit import clock
from lms.kit.files.limits import BadFile, reading

from .. import actions
from ..actions.credentials import rescission_in_force
from ..forms.checks import CheckForm, VerifyForm
from ..models import Certificate, Credential, RefusedFile
from ..queries import rescinded
from ..signing import pdf
from ..signing.open_badges import CHANGED, NOTHING, bare, read_token, token_in, what_its_dates_say
from ..signing.open_badges import Refused as Unread
from ..signing.receipts import KIND as RECEIPT
from .checks import asking_for, is_too_often, open_result, quiet, seal_result, too_many

SAID = "certificates.verify"
SECONDS_TO_READ = 20
UID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TOKEN_BEGINS = b"ey"  # “{"” in base64: every JWT begins with it
What = RefusedFile.What


@never_cache
def verify(request):
    """Read a file and say whether it is ours. No address holds a number that can be read."""
    if request.method == "POST":
        if is_too_often(request, "verify"):
            return too_many(request, "files")
        form = VerifyForm(request.POST, request.FILES)
        if form.is_valid():
            by = request.user if request.user.is_authenticated else None
            return redirect(
                f"{request.path}?said={seal_result(request, SAID, verification_of(form.content(), by))}"
            )
        return quiet(render(request, "certificates/verify.html", {"form": form}))
    result = None
    if "said" in request.GET:
        result = open_result(request, SAID)
        if result is None:
            return redirect(request.path)
        result = {
            **result,
            **{
                name: date.fromisoformat(result[name])
                for name in ("issued_on", "until")
                if result.get(name)
            },
        }
    return quiet(
        render(
            request,
            "certificates/verify.html",
            {
                "form": VerifyForm(),
                "said": result,
                "check_form": CheckForm(
                    initial={"number": result["number"]}, organisations=asking_for(request)
                )
                if result and result.get("number")
                else None,
            },
        )
    )


def verification_of(content: bytes, by=None) -> dict:
    """`kind` is one of genuine, changed, not_ours, unknown, unread, early, receipt; a genuine one has a `state`: current,
    expired (its printed last day is over) or, of an award, revoked. Of today nothing is told here, so that a withheld entry is
    answered as every other; the holder sees that the file was read."""
    is_pdf = b"%PDF-" in content[:1024]
    try:
        with reading(
            SECONDS_TO_READ, _("We cannot read this file."), _("This file takes too long to read.")
        ):
            said = _of_pdf(content, by) if is_pdf else _of_token(content, by)
    except BadFile as bad:
        return {"kind": "unread", "why": str(bad)}
    if said.pop("is_signed", said["kind"] in ("changed", "unknown")):
        actions.note_refused(
            content, What.CERTIFICATE if is_pdf else What.CREDENTIAL, said["why"], by=by
        )
    return said


def _of_pdf(content, by) -> dict:
    verdict = pdf.verify(content)
    if verdict.holds:
        found = (
            Certificate.objects.select_related("enrolment").filter(sha256=verdict.sha256).first()
        )
        if found:
            return {"what": "certificate", **_issued(found, by)}
        return {
            "kind": "unknown",
            "why": _("It carries our signature, but it is not a certificate on our register."),
        }
    if not verdict.is_pdf:
        return {
            "kind": "unread",
            "why": _(
                "It is not a PDF file that can be read. It may have been cut short on its way."
            ),
        }
    is_changed = verdict.is_signed and (not verdict.is_intact or verdict.is_ours)
    return {
        "kind": "changed" if is_changed else "not_ours",
        "why": verdict.why,
        "is_signed": verdict.is_signed,
    }


def _of_token(content, by) -> dict:
    try:
        read = read_token(token_in(content))
    except Unread as refused:
        has_nothing = refused.code == NOTHING
        if has_nothing and not _begins_a_token(content):
            return {"kind": "unread", "why": str(refused)}
        kind = "changed" if refused.code == CHANGED else "not_ours"
        return {"kind": kind, "why": str(refused), "is_signed": not has_nothing}
    if read.claims.get("kind") == RECEIPT:
        return {"kind": "receipt", "why": ""}
    when = what_its_dates_say(read.claims)
    if when == "early":
        return {
            "kind": "early",
            "why": _("It says that it begins to hold on a day that has not come."),
        }
    uid = str(read.claims.get("id", "")).rpartition("/")[2]
    rows = Credential.objects.with_revoked().select_related("certificate__enrolment")
    found = (
        next((c for c in rows.filter(uid=uid) if c.token == bare(token_in(content))), None)
        if UID.fullmatch(uid)
        else None
    )
    if found is None:
        return {
            "kind": "unknown",
            "why": _("It carries our signature, but it is not a credential on our register."),
        }
    is_picture = not _begins_a_token(content)
    if found.kind == Credential.AWARD:
        return {
            "kind": "genuine",
            "what": "award",
            "why": "",
            "state": "revoked" if found.is_revoked else "current",
            "is_rescinded": rescission_in_force(found) is not None,
            "issued_on": localdate(found.issued_at).isoformat(),
            "number": "",
            "is_picture": is_picture,
        }
    return {"what": "accreditation", "is_picture": is_picture, **_issued(found.certificate, by)}


def _begins_a_token(content) -> bool:
    try:
        return (
            token_in(content).encode().startswith(TOKEN_BEGINS)
            and not content.startswith(b"\x89PNG")
            and b"<svg" not in content[:2000]
        )
    except Unread:
        return content.lstrip().startswith(TOKEN_BEGINS)


def _state_of(certificate) -> str:
    """What is said of everybody's file alike: a rescinded award, of whoever it is; else whether its own term is over."""
    if rescinded().filter(certificate__award=certificate.award_id).exists():
        return "award_rescinded"
    return "expired" if certificate.valid_until < clock.today() else "current"


def _issued(certificate, by) -> dict:
    """What the file itself says, of everybody in the same way: nothing about today but a rescinded award, and nothing of a newer
    one. What is true today is asked at the check, with the family name. Its holder sees that the file was read."""
    actions.note_reading(certificate, by=by)
    return {
        "kind": "genuine",
        "why": "",
        "number": certificate.number,
        "issued_on": certificate.issued_on.isoformat(),
        "until": certificate.valid_until.isoformat(),
        "state": _state_of(certificate),
    }
