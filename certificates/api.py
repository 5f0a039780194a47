"""The register by machine, for approved organisations: the same questions, lists, watches and feed as the pages.

Each answer and refusal is JSON; a refusal is {"detail": "a sentence"}. The key goes into the header “Authorization: Bearer …”.
"""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from ninja import Field, NinjaAPI, Path, Query, Schema
from ninja.errors import AuthenticationError, ValidationError
from ninja.security import HttpBearer

from lms.kit import clock
from lms.kit.codes import Misread
from lms.kit.refusals import NotNow, Refused, insist

from . import actions
from .actions.api_access import api_client_of
from .actions.lists import (
    TOO_MANY_NAMES,
    count_misses,
    insist_not_too_many,
    may_try_number,
    misses_today,
)
from .actions.rate_limits import count, key_of
from .actions.webhooks import message_of
from .checking.questions import numbers_meant, question_of
from .checking.uploaded_lists import MOST, line_of
from .models import Change, Check, Purpose, Token, Watch
from .rules import may_ask_for, may_be_asked
from .signing.keys import credential_key
from .signing.receipts import receipt_of

A_MINUTE, MOST_A_MINUTE = 60, 600
PAGE = 500
PRINTED = r"^[^\x00-\x1f\x7f]*$"  # no control characters


class Key(HttpBearer):
    """Whoever brings a key that holds."""

    def authenticate(self, request, token):
        found = api_client_of(token)
        if found is None:
            return None
        request.api_client, request.organisation = found
        return request.api_client


api = NinjaAPI(
    title="The register of Independent Modern Slavery Advocates",
    version="1",
    docs_url=None,
    openapi_url="openapi.json",
    auth=Key(),
    urls_namespace="register",
    description="For approved Employing Organisations. Each person can see who asked about them and why.",
)


def needs(scope) -> dict:
    """The scope of an operation, as its description says it."""
    return {"x-scope": str(scope)}


class Denied(Exception):
    def __init__(self, status, words):
        super().__init__(words)
        self.status = status


def answer_refusals(interface, without_key):
    """Answer each refusal inside `interface` as {"detail": "a sentence"}, with its status. `without_key`: the sentence where no key that holds was sent."""

    def answer(request, status, words):
        return interface.create_response(request, {"detail": words}, status=status)

    @interface.exception_handler(Denied)
    def denied(request, fault):
        return answer(request, fault.status, str(fault))

    @interface.exception_handler(AuthenticationError)
    def no_key(request, fault):
        return answer(request, 401, without_key)

    @interface.exception_handler(ValidationError)
    def unreadable(request, fault):
        """Each fault with its place, such as “lines.3.family_name: Field required”."""
        places = [
            ".".join(map(str, one["loc"][2 if one["loc"][0] == "body" else 1 :])) or "the body"
            for one in fault.errors[:20]
        ]
        said = [f"{place}: {one['msg']}" for place, one in zip(places, fault.errors, strict=False)]
        return answer(request, 422, "; ".join(said))

    @interface.exception_handler(Refused)
    @interface.exception_handler(Misread)
    def refused(request, fault):
        status = 503 if isinstance(fault, NotNow) else 409 if isinstance(fault, Refused) else 422
        return answer(request, status, str(fault))

    @interface.exception_handler(PermissionDenied)
    def not_allowed(request, fault):
        return answer(request, 403, str(fault))


answer_refusals(
    api,
    without_key="No key that holds was sent. Send it in the header “Authorization: Bearer …”. A key ends on its day, when someone ends it, and while the organisation is not approved.",
)


def enter(request, scope):
    """May this key do this, now? One statement counts the minute."""
    if scope not in request.api_client.scopes:
        raise Denied(403, f"This key may not do this. It needs the scope “{scope}”.")
    key = key_of("machine", request.api_client.token_id)
    if count((key, A_MINUTE, 1))[key] > MOST_A_MINUTE:
        raise Denied(
            429,
            f"At most {MOST_A_MINUTE} requests a minute. Ask lists instead of single questions.",
        )


def day_of(question: date | None) -> date:
    day = question or clock.today()
    may = may_be_asked(day)
    if not may:
        raise Denied(422, may.reason)
    return day


class Question(Schema):
    number: str = Field(
        max_length=40, pattern=PRINTED, description="An IMSA number or a certificate number."
    )
    family_name: str = Field(
        max_length=150,
        pattern=PRINTED,
        description="As on the certificate; for someone with one name, that name.",
    )


class SingleQuestion(Question):
    purpose: Purpose = Field(description="Why you ask. The person reads it.")
    why: str = Field("", max_length=200, pattern=PRINTED, description="The same in your own words.")
    on: date | None = Field(None, description="The day asked about; today if left out.")


class ListLine(Question):
    reference: str = Field(
        "",
        max_length=60,
        pattern=PRINTED,
        description="Your own key for the person; it comes back with the answer.",
    )


class ListQuestion(Schema):
    purpose: Purpose = Field(description="Why you ask. Each person reads it.")
    why: str = Field("", max_length=200, pattern=PRINTED, description="The same in your own words.")
    on: date | None = Field(None, description="The day asked about; today if left out.")
    lines: list[ListLine] = Field(
        max_length=MOST,
        min_length=1,
        description="Up to 10,000; the answers come in the same order.",
    )


class WatchQuestion(Schema):
    purpose: Purpose = Field(description="Why you watch. Each person reads it.")
    ends_on: date = Field(description="The last day of the watch.")
    lines: list[ListLine] = Field(
        max_length=MOST,
        min_length=1,
        description="Anyone you watch who is not among them stays watched.",
    )


def answer_for_api(check: Check, with_receipt=False) -> dict:
    answer = {k: v for k, v in check.answer.items() if k not in ("tone", "cy")}
    answer |= {
        "number": check.asked_number,
        "family_name": check.asked_surname,
        "on": check.on_day.isoformat(),
        "receipt": check.receipt,
    }
    return (
        {**answer, "signed_receipt": receipt_of(check, credential_key())}
        if with_receipt
        else answer
    )


@api.post("/check", summary="Ask about one person", openapi_extra=needs(Token.Scope.CHECK))
def check(request, question: SingleQuestion):
    """The answer of one day, with a signed receipt that proves it later."""
    enter(request, Token.Scope.CHECK)
    if misses_today(request.organisation):
        raise Denied(
            429,
            "Too many questions of your organisation found no one today. Ask again tomorrow, or speak to the IMSA Model Hub.",
        )
    insist_not_too_many(request.organisation, 1)
    if not may_try_number(request.organisation, numbers_meant(question.number)[-1]):
        raise Denied(429, _(TOO_MANY_NAMES))
    made = actions.answer_check(
        question.number,
        question.family_name,
        by=request.api_client,
        on=day_of(question.on),
        organisation=request.organisation,
        purpose=question.purpose,
        why=question.why,
    )
    if made.answer["code"] == "not_found":
        count_misses(
            request.organisation,
            1,
            [question_of(question.number, question.family_name, clock.today())],
        )
    return answer_for_api(made, with_receipt=True)


@api.post("/lists", summary="Ask about many people", openapi_extra=needs(Token.Scope.CHECK))
def lists(request, question: ListQuestion):
    """Each line has an answer, or says what is wrong with it, in the order in which they were sent."""
    enter(request, Token.Scope.CHECK)
    day = day_of(question.on)
    lines = [
        line_of(row, one.number, one.family_name, one.reference, day)
        for row, one in enumerate(question.lines, start=1)
    ]
    made = actions.answer_list(
        request.organisation,
        lines,
        question.purpose,
        by=request.api_client,
        why=question.why,
        day=day,
    )
    checks = {c.receipt: c for c in Check.objects.filter(list_check=made)}
    return {
        "list": made.pk,
        "lines": [
            {
                "line": row,
                "reference": reference,
                "problem": fault,
                "answer": answer_for_api(checks[receipt]) if receipt else None,
            }
            for row, _unused, _unused, reference, fault, receipt in made.lines
        ],
    }


@api.get("/checks", summary="What you asked before", openapi_extra=needs(Token.Scope.CHECK))
def checks(
    request, before: int | None = Query(None, description="The cursor of the last one you have.")
):
    """The newest first, 500 at a time."""
    enter(request, Token.Scope.CHECK)
    asked = Check.objects.filter(organisation=request.organisation).order_by("-pk")
    rows = list((asked.filter(pk__lt=before) if before else asked)[:PAGE])
    return {
        "checks": [{"cursor": c.pk, **answer_for_api(c)} for c in rows],
        "more": len(rows) == PAGE,
    }


def watch_for_api(row: Watch) -> dict:
    return {
        "watch": row.pk,
        "number": row.asked_number,
        "reference": row.reference,
        "purpose": row.purpose,
        "ends_on": row.ends_on.isoformat(),
        "answer": {k: row.told.get(k) for k in ("code", "label", "nations", "conditions", "until")},
    }


@api.get("/watches", summary="Whom you watch", openapi_extra=needs(Token.Scope.WATCH))
def watches(request, after: int = Query(0, description="The watch of the last one you have.")):
    """In order of their key, 500 at a time."""
    enter(request, Token.Scope.WATCH)
    insist(may_ask_for(request.api_client, request.organisation))
    rows = list(
        Watch.objects.filter(
            organisation=request.organisation, ended_at=None, pk__gt=after
        ).order_by("pk")[:PAGE]
    )
    return {"watches": [watch_for_api(row) for row in rows], "more": len(rows) == PAGE}


@api.post("/watches", summary="Watch people", openapi_extra=needs(Token.Scope.WATCH))
def watch(request, question: WatchQuestion):
    """Adds and renews; leaves nobody out who is watched already. Each line says what came of it."""
    enter(request, Token.Scope.WATCH)
    lines = [
        line_of(row, one.number, one.family_name, one.reference, clock.today())
        for row, one in enumerate(question.lines, start=1)
    ]
    done = actions.watch(
        request.organisation, lines, question.purpose, question.ends_on, by=request.api_client
    )
    return {
        "lines": [
            {
                "line": d.line.row,
                "reference": d.line.reference,
                "what": d.what,
                "problem": d.why,
                "receipt": d.receipt,
                "watch": watch_for_api(d.watch) if d.watch else None,
            }
            for d in done
        ]
    }


@api.delete(
    "/watches/{watch_id}", summary="Stop watching someone", openapi_extra=needs(Token.Scope.WATCH)
)
def stop(
    request, watch_id: int = Path(description="The watch, as it stands in your list of watches.")
):
    """It ends now; the feed keeps what it told."""
    enter(request, Token.Scope.WATCH)
    held = (
        Watch.objects.filter(pk=watch_id, organisation=request.organisation)
        .select_related("organisation")
        .first()
    )
    if held is None:
        raise Denied(404, "You have no such watch.")
    actions.end_watch(held, by=request.api_client)
    return {"watch": held.pk, "ended": True}


@api.get(
    "/changes", summary="What changed for those you watch", openapi_extra=needs(Token.Scope.WATCH)
)
def changes(
    request, after: int = Query(0, description="The cursor of the last one you have; 0 for all.")
):
    """In order, 500 at a time. The same as what is sent to your address."""
    enter(request, Token.Scope.WATCH)
    insist(may_ask_for(request.api_client, request.organisation))
    rows = list(
        Change.objects.filter(organisation=request.organisation, pk__gt=after)
        .select_related("watch")
        .order_by("pk")[:PAGE]
    )
    return {
        "changes": [message_of(row) for row in rows],
        "more": len(rows) == PAGE,
        "cursor": rows[-1].pk if rows else after,
    }


@csrf_exempt
def nothing_here(request, rest=""):
    """An address below the interface that leads nowhere, in the same form as every other refusal."""
    return JsonResponse(
        {
            "detail": "There is nothing at this address. The operations are described in openapi.json."
        },
        status=404,
    )
