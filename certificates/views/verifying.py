"""Is this certificate, badge or credential ours, unchanged, and what is true of it today? The file is not kept."""
import re
from datetime import date

from django.core import signing as tokens
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache

from lms.kit import clock
from lms.kit.files.limits import BadFile, reading
from lms.kit.refusals import Refused

from .. import actions, signing
from ..credentials import Refused as Unread
from ..credentials import read_token, token_in, what_its_dates_say
from ..forms import VerifyForm
from ..models import Certificate, Check, Credential, RefusedFile
from ..names import family_name
from ..receipts import KIND as RECEIPT
from ..standings import MAY_ACT
from .checks import is_too_often, quiet, too_many

SALT = "certificates.verify"
SECONDS_TO_READ = 20
UID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TOKEN_BEGINS = b"ey"  # “{"” in base64: every JWT begins with it
What = RefusedFile.What


@never_cache
def verify(request):
    """Read a file and say what is true of it."""
    if request.method == "POST":
        if is_too_often(request, "verify"):
            return too_many(request, "files")
        form = VerifyForm(request.POST, request.FILES)
        if form.is_valid():
            by = request.user if request.user.is_authenticated else None
            return redirect(f"{request.path}?said={tokens.dumps(said_of(form.content(), by), salt=SALT)}")
        return quiet(render(request, "certificates/verify.html", {"form": form}))
    said = None
    if "said" in request.GET:
        try:
            said = tokens.loads(request.GET["said"], salt=SALT, max_age=24 * 3600)
        except tokens.BadSignature:
            return redirect(request.path)
        said = {**said, **{name: date.fromisoformat(said[name]) for name in ("issued_on", "replaced_on", "until") if said.get(name)}}
        said["check"] = Check.objects.filter(receipt=said["receipt"]).first() if said.get("receipt") else None
    return quiet(render(request, "certificates/verify.html", {"form": VerifyForm(), "said": said}))


def said_of(content: bytes, by=None) -> dict:
    """`kind` is one of genuine, changed, not_ours, unknown, unread, early, receipt; a genuine one has a `state`: current,
    replaced, expired, past (its printed day is over and nothing is answered), withdrawn or revoked. What is true today is asked as by number and name, and its holder sees that."""
    is_pdf = b"%PDF-" in content[:1024]
    try:
        with reading(SECONDS_TO_READ, "We cannot read this file.", "This file takes too long to read."):
            said = _of_pdf(content, by) if is_pdf else _of_token(content, by)
    except BadFile as bad:
        return {"kind": "unread", "why": str(bad)}
    if said.pop("is_signed", said["kind"] in ("changed", "unknown")):
        actions.note_refused(content, What.CERTIFICATE if is_pdf else What.CREDENTIAL, said["why"], by=by)
    return said


def _of_pdf(content, by) -> dict:
    verdict = signing.verify(content)
    if verdict.holds:
        found = Certificate.objects.select_related("superseded_by").filter(sha256=verdict.sha256).first()
        if found:
            return {"what": "certificate", **_today(found, by)}
        return {"kind": "unknown", "why": "It carries our signature, but it is not a certificate on our register."}
    if verdict.why.startswith("This is not a PDF"):
        return {"kind": "unread", "why": "It is not a PDF file that can be read. It may have been cut short on its way."}
    is_changed = verdict.is_signed and (not verdict.is_intact or verdict.is_ours)
    return {"kind": "changed" if is_changed else "not_ours", "why": verdict.why, "is_signed": verdict.is_signed}


def _of_token(content, by) -> dict:
    try:
        read = read_token(token_in(content))
    except Unread as refused:
        has_nothing = str(refused).startswith(("This is not", "This is neither", "The picture"))
        if has_nothing and not content.lstrip().startswith(TOKEN_BEGINS):
            return {"kind": "unread", "why": str(refused)}
        kind = "changed" if "changed after" in str(refused) else "not_ours"
        return {"kind": kind, "why": str(refused), "is_signed": not has_nothing}
    if read.claims.get("kind") == RECEIPT:
        return {"kind": "receipt", "why": ""}
    when = what_its_dates_say(read.claims)
    if when == "early":
        return {"kind": "early", "why": "It says that it begins to hold on a day that has not come."}
    uid = str(read.claims.get("id", "")).rpartition("/")[2]
    rows = Credential.objects.with_revoked().select_related("certificate__superseded_by")
    found = next((c for c in rows.filter(uid=uid) if c.token == token_in(content).strip()), None) if UID.fullmatch(uid) else None
    if found is None:
        return {"kind": "unknown", "why": "It carries our signature, but it is not a credential on our register."}
    is_picture = not content.lstrip().startswith(TOKEN_BEGINS)
    if found.kind == Credential.AWARD:
        return {
            "kind": "genuine", "what": "award", "why": "", "state": "revoked" if found.is_revoked else "current",
            "issued_on": localdate(found.issued_at).isoformat(), "number": "", "is_picture": is_picture,
        }
    return {"what": "accreditation", "is_picture": is_picture, **_today(found.certificate, by)}


def _today(certificate, by) -> dict:
    """The live answer, asked as anybody asks, so that a withheld entry tells no more here than there."""
    newer = getattr(certificate, "superseded_by", None)
    surname = family_name(certificate.facts["given_names"], certificate.facts["family_name"])
    try:
        asked = actions.answer_check(certificate.number, surname, by=by, why="A certificate or badge was read")
        code, receipt = asked.answer["code"], asked.receipt
    except Refused:  # a printed name that nobody could type
        code, receipt = "not_found", ""
    state = "current"
    if newer:
        state = "replaced"
    elif code == "withdrawn":
        state = "withdrawn"
    elif code == "lapsed" and certificate.valid_until < clock.today():
        state = "expired"
    elif code == "not_found" and certificate.valid_until < clock.today():
        state = "past"
    return {
        "kind": "genuine", "why": "", "number": certificate.number, "issued_on": certificate.issued_on.isoformat(), "state": state,
        "replaced_on": newer.issued_on.isoformat() if newer else "", "until": certificate.valid_until.isoformat(),
        "receipt": receipt, "may_act": code in MAY_ACT,
    }
