"""The public's pages: ask about an advocate, read the answer, and prove later what was answered."""

import base64
import hmac
import ipaddress
import json
import re
from datetime import datetime

from allauth.account.adapter import get_adapter
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache

from lms.kit import clock, codes
from lms.kit.languages import WELSH
from lms.kit.letters import without_unseen
from lms.people.actions import tell
from lms.people.middleware import has_second_factor
from lms.people.models import Role
from lms.people.roles import has_role, holders_of

from .. import actions
from ..accreditation.sentences import in_words
from ..actions.rate_limits import count, key_of, rate
from ..forms.checks import CheckForm, ReceiptForm
from ..models import Check, RefusedFile
from ..rules import contacts_today, is_approved_today
from ..signing.keys import credential_key
from ..signing.open_badges import NOTHING
from ..signing.open_badges import Refused as Unread
from ..signing.receipts import KIND, answer_of, question_claims, read_receipt, receipt_of

SAID = "certificates.receipts"
HOUR = 3600  # seconds for which what was read can be shown again
RECEIPT_NUMBER = re.compile(r"Q[\-‐-―_.]*[0-9A-Z\-‐-―_.]{4,24}", re.I)


def quiet(response):
    """Kept out of search engines: a receipt is nobody's business but the asker's."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def seal_result(request, what, result) -> str:
    """What is told on the page they are led to, sealed so that its address can be read by nobody and opens only in the browser that
    asked. Nothing is stored: strangers fill no table."""
    return (
        _sealing(request, what)
        .encrypt_at_time(json.dumps(result).encode(), int(clock.now().timestamp()))
        .decode()
    )


def open_result(request, what) -> dict | None:
    try:
        return json.loads(
            _sealing(request, what).decrypt_at_time(
                request.GET["said"], HOUR, int(clock.now().timestamp())
            )
        )
    except InvalidToken:
        return None


def _sealing(request, what) -> Fernet:
    """The key of this browser: made with the cookie that its forms carry."""
    browser = request.COOKIES.get(settings.CSRF_COOKIE_NAME, "")
    return Fernet(
        base64.urlsafe_b64encode(
            hmac.digest(settings.SECRET_KEY.encode(), f"{what}:{browser}".encode(), "sha256")
        )
    )


# ---- how often ----


def who_asks(request) -> str:
    """The key under which an asker is counted: the account, or the address of somebody who did not sign in."""
    if request.user.is_authenticated:
        return key_of("account", request.user.pk)
    return key_of("address", network_of(str(get_adapter().get_client_ip(request))))


def network_of(address: str) -> str:
    """The address itself; of the sixth version its /48, which one customer may have whole and change within at will."""
    try:
        found = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return address
    if found.version == 6:
        return str(found.ipv4_mapped or ipaddress.ip_network((found, 48), strict=False))
    return str(found)


def is_too_often(request, action, number="") -> bool:
    """Has this asker asked too often, or tried too many names for this number? Every question counts. One statement.

    A number is counted by its eight characters, however it was typed and whether or not anybody has it. What others ask about
    it keeps nobody from an answer: it only leaves those who missed already with the one name they tried.
    """
    asker = who_asks(request)
    most, span = rate(settings.IMSA_CHECKS_PER_ADDRESS)
    lines = {f"{action}:{asker}": (span, 1, most)}
    misses, missed = f"missed:{asker}", rate(settings.IMSA_MISSES)
    slow, slowed = f"slow:{asker}", rate(settings.IMSA_CHECKS_AFTER_MISSES)
    lines |= {misses: (missed[1], 0, None), slow: (slowed[1], 1, None)}
    if number:
        mine, all_of_it = number_keys(asker, number)
        (most_mine, span), (most_of_all, span_of_all) = (
            rate(settings.IMSA_MISSES_PER_NUMBER),
            rate(settings.IMSA_MISSES_PER_NUMBER_OF_ALL),
        )
        lines |= {mine: (span, 0, None), all_of_it: (span_of_all, 0, None)}
    counted = count(*((key, seconds, more) for key, (seconds, more, _unused) in lines.items()))
    if counted[misses] >= missed[0] and counted[slow] > slowed[0]:
        return True
    if number and (
        counted[mine] >= most_mine or counted[mine] and counted[all_of_it] >= most_of_all
    ):
        return True
    return any(
        most is not None and counted[key] > most for key, (_unused, _unused, most) in lines.items()
    )


def number_keys(asker, number) -> tuple[str, str]:
    """Under which keys wrong names for a number are counted: of this asker, and of everybody."""
    return key_of("wrong", f"{number[-9:]}:{asker}"), key_of("wrong", number[-9:])


def count_miss(request, number):
    """One more question that found nobody. At the limit the asker is slowed, and the Hub is told, once in its stretch."""
    most, span = rate(settings.IMSA_MISSES)
    asker = who_asks(request)
    key, (mine, all_of_it) = f"missed:{asker}", number_keys(asker, number)
    spans = (
        rate(settings.IMSA_MISSES_PER_NUMBER)[1],
        rate(settings.IMSA_MISSES_PER_NUMBER_OF_ALL)[1],
    )
    if count((key, span, 1), (mine, spans[0], 1), (all_of_it, spans[1], 1))[key] == most:
        who = (
            _("The account with the key %(number)s") % {"number": request.user.pk}
            if request.user.is_authenticated
            else _("One network address")
        )
        for officer in holders_of(Role.HUB_OFFICER):
            tell(
                officer,
                _("Someone may be guessing"),
                _(
                    "%(who)s asked the register %(most)s times in a short time for numbers and names that do not fit. Nothing was told. "
                    "They are slowed down now."
                )
                % {"who": who, "most": most},
                reverse("certificates:hub"),
            )


TOO_MANY = gettext_noop(
    "Many questions came from you or your network in a short time, or several names were tried for this number today: wait a minute, then "
    "press the button again. If it still does not answer, try tomorrow or ask the IMSA Model Hub. We slow this page down so that no one can "
    "search the register by guessing."
)


def too_many(request, what):
    return slowed(render(request, "certificates/too_many.html", {"what": what}, status=429))


def slowed(response):
    response["Retry-After"] = "60"
    return quiet(response)


# ---- asking ----


def asking_for(request) -> list:
    """The approved organisations the asker is a contact of, signed in with a second factor."""
    if (
        not request.user.is_authenticated
        or not has_role(request.user, Role.EMPLOYER)
        or not has_second_factor(request)
    ):
        return []
    return [o for o in contacts_today(request.user) if is_approved_today(o)]


@never_cache
def check(request):
    """Ask. The answer has an address of its own, so that it can be kept and printed."""
    organisations = asking_for(request)
    if request.method != "POST":
        form = CheckForm(
            initial={"number": request.GET.get("number", "")[:40]}, organisations=organisations
        )
        return quiet(render(request, "certificates/check.html", {"form": form}))
    form = CheckForm(request.POST, organisations=organisations)
    is_read = form.is_valid()
    if is_too_often(request, "check", form.numbers[-1] if is_read else ""):
        form.add_error(None, _(TOO_MANY))
        return slowed(render(request, "certificates/check.html", {"form": form}, status=429))
    if not is_read:
        return quiet(render(request, "certificates/check.html", {"form": form}))
    data = form.cleaned_data
    answered = actions.answer_check(
        data["number"],
        data["surname"],
        by=request.user if request.user.is_authenticated else None,
        on=data["on"],
        organisation=form.behalf(),
        purpose=data["purpose"],
        why=data["why"],
    )
    if answered.answer["code"] == "not_found":
        count_miss(request, form.numbers[-1])
    return redirect("certificates:answer", receipt=answered.receipt)


def _check_of_receipt(receipt, by) -> Check:
    """An answer by its number. What a holder's own link answered is open as long as the link: after that it is read by the holder
    and by whoever kept it while signed in, and a receipt that was downloaded still proves it."""
    kept = (
        Check.objects.select_related("organisation", "proof_link")
        .filter(receipt=receipt.upper())
        .first()
    )
    if kept is None or not _is_open(kept, by):
        raise Http404("There is no answer with this receipt number.")
    return kept


def _is_open(row, by) -> bool:
    link = row.proof_link
    if link is None or link.ended_at is None and link.ends_at > clock.now():
        return True
    return by.is_authenticated and by.pk in (row.person_id, row.asked_by_id)


@never_cache
def answer(request, receipt):
    """One answer, as it was given; in Welsh at `?in=cy`."""
    check = _check_of_receipt(receipt, request.user)
    at = datetime.fromisoformat(check.answer["answered_at"])
    in_welsh = request.GET.get("in") == WELSH and "cy" in check.answer
    said = {**check.answer, **check.answer["cy"]} if in_welsh else check.answer
    context = {
        "check": check,
        "answer": said,
        "at": at,
        "is_past": check.on_day < at.date(),
        "site": settings.SITE_URL,
    }
    if in_welsh:
        context |= {
            "day": in_words(check.on_day, WELSH),
            "given": f"{in_words(at.date(), WELSH)}, {at:%H:%M}",
        }
    return quiet(
        render(
            request,
            "certificates/answer_cy.html" if in_welsh else "certificates/answer.html",
            context,
        )
    )


@never_cache
def receipt_file(request, receipt):
    """The signed receipt of an answer, to keep."""
    given = _check_of_receipt(receipt, request.user)
    response = HttpResponse(receipt_of(given, credential_key()), content_type="application/jwt")
    response["Content-Disposition"] = f'attachment; filename="receipt-{given.receipt}.jwt"'
    return quiet(response)


@never_cache
def receipts(request):
    """Prove what was answered: read a receipt that somebody hands over."""
    if request.method == "POST":
        if is_too_often(request, "receipts"):
            return too_many(request, "receipts")
        form = ReceiptForm(request.POST, request.FILES)
        if form.is_valid():
            return redirect(
                f"{request.path}?said={seal_result(request, SAID, _result_of_receipt(form.text(), request.user))}"
            )
        return quiet(render(request, "certificates/receipts.html", {"form": form}))
    result = None
    if "said" in request.GET:
        result = open_result(request, SAID)
        if result is None:
            return redirect(request.path)
        if result["kind"] == "ours":
            result["check"] = get_object_or_404(
                Check.objects.select_related("organisation"), receipt=result["receipt"]
            )
            result["at"] = datetime.fromisoformat(result["check"].answer["answered_at"])
    return quiet(
        render(request, "certificates/receipts.html", {"form": ReceiptForm(), "said": result})
    )


def _result_of_receipt(text, by) -> dict:
    """“ours” only where the receipt and what we kept say the same; one that carries a signature and is not ours is noted."""
    text = without_unseen(text)
    if RECEIPT_NUMBER.fullmatch("".join(text.split())):
        return _result_of_number(text, by)
    said = _read_receipt(text)
    if said.pop("is_signed", said["kind"] == "unknown"):
        actions.note_refused(
            text.encode(),
            RefusedFile.What.RECEIPT,
            said["why"],
            by=by if by.is_authenticated else None,
        )
    return said


def _is_as_kept(claims, row) -> bool:
    """An organisation may be called otherwise since it asked: that one asked is compared, not what it is called."""
    asked, as_kept = {**claims["asked"]}, question_claims(row)
    if "by" in asked and "by" in as_kept:
        asked["by"] = as_kept["by"]
    return (asked, claims["answer"]) == (as_kept, answer_of(row))


def _result_of_number(text, by) -> dict:
    """Somebody typed the number of a receipt in place of the receipt: whoever has it may read that answer."""
    try:
        number = codes.read(text, "Q", 11)
    except codes.Misread as misread:
        return {"kind": "number", "why": str(misread), "receipt": ""}
    found = Check.objects.select_related("proof_link").filter(receipt=number).first()
    kept = found is not None and _is_open(found, by)
    return {
        "kind": "number",
        "why": "" if kept else _("We gave no answer under this number."),
        "receipt": number if kept else "",
    }


def _read_receipt(text) -> dict:
    try:
        claims = read_receipt(text)
    except Unread as refused:
        return {
            "kind": "not_ours",
            "why": str(refused),
            "is_signed": refused.code != NOTHING,
        }
    if claims.get("kind") != KIND:
        return {"kind": "other", "why": _("It is signed by us, but it is no receipt.")}
    kept = Check.objects.select_related("organisation").filter(receipt=claims["jti"]).first()
    if not kept or not _is_as_kept(claims, kept):
        return {"kind": "unknown", "why": _("It is signed by us, but we kept no such answer.")}
    return {"kind": "ours", "why": "", "receipt": kept.receipt}
