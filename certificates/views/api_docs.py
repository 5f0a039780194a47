"""How a program asks: made from the interface itself, so that the page cannot fall behind it."""

import json
from datetime import UTC, date, datetime

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from lms.kit.refusals import insist
from lms.people.models import Role
from lms.people.roles import may_act_as

from ..accreditation.sentences import Phrase
from ..accreditation.standing import Nation, Standing
from ..accreditation.standing_wording import MAY_ACT, STANDINGS, words_for
from ..actions.rate_limits import rate
from ..actions.webhooks import message_of
from ..api import MOST_A_MINUTE, PAGE, answer_for_api, watch_for_api
from ..api_posts import api
from ..checking.answers import in_full
from ..models import Change, Check, Token, Watch


@login_required
@never_cache
def api_docs(request):
    """For whoever writes the program: every operation with its fields, and an example."""
    insist(may_act_as(request.user, Role.EMPLOYER))
    schema = api.get_openapi_schema()
    shown_of = examples()
    operations = [
        {
            "method": method.upper(),
            "path": path.removeprefix("/api/v1"),
            "scope": one["x-scope"],
            "example": shown_of[method.upper(), path.removeprefix("/api/v1")],
            "summary": one.get("summary", ""),
            "about": one.get("description", ""),
            "fields": _fields(one, schema),
            "parameters": one.get("parameters", []),
        }
        for path, methods in schema["paths"].items()
        for method, one in methods.items()
    ]
    most, _ = rate(settings.IMSA_LIST_LINES)
    return render(
        request,
        "certificates/api_docs.html",
        {
            "operations": operations,
            "a_minute": MOST_A_MINUTE,
            "lines_a_day": f"{most:,}",
            "page_size": PAGE,
            "scopes": Token.Scope.choices,
            "codes": [
                (code, words.label, words.meaning, code in MAY_ACT)
                for code, words in STANDINGS.items()
            ],
            "terms": TERMS,
            "number": NUMBER,
            "name": NAME,
        },
    )


TERMS = [
    ("", "the nation counts"),
    ("certificate", "the certificate does not name it"),
    ("post", "no post on the register is in it"),
    ("approval", "the organisation of the post is not approved"),
    ("organisation", "the organisation of the post does not work in it"),
    ("top_up", "a top-up on its changed law is overdue"),
    ("a code of the list above", "the standing as a whole does not allow it"),
]


def _fields(operation, schema) -> list:
    """(name, kind, is it needed, about) of each field of a body, those of its lines among them."""
    body = (
        operation.get("requestBody", {})
        .get("content", {})
        .get("application/json", {})
        .get("schema", {})
    )
    return _fields_of(body.get("$ref", ""), schema["components"]["schemas"])


def _fields_of(reference, shapes, before="") -> list:
    shape, found = shapes.get(reference.rpartition("/")[2], {}), []
    for name, one in shape.get("properties", {}).items():
        found.append(
            (
                f"{before}{name}",
                kind_of(one, shapes),
                name in shape.get("required", ()),
                one.get("description", ""),
            )
        )
        if one.get("type") == "array":
            found += _fields_of(one["items"].get("$ref", ""), shapes, f"{before}{name}[].")
    return found


def kind_of(one, shapes) -> str:
    """What a field may hold, in words."""
    if "$ref" in one:
        one = {**one, **shapes[one["$ref"].rpartition("/")[2]]}
    if "anyOf" in one:
        return next(kind_of(each, shapes) for each in one["anyOf"] if each.get("type") != "null")
    if "enum" in one:
        return "one of: " + ", ".join(one["enum"])
    if one.get("type") == "boolean":
        return "true or false"
    if one.get("type") == "array" and "enum" in one["items"]:
        return "a list of: " + ", ".join(one["items"]["enum"])
    if one.get("type") == "array":
        return f"a list, 1 to {one.get('maxItems', 0):,} lines"
    if one.get("format") == "date":
        return "a day, such as 2026-11-25"
    longest = f", at most {one['maxLength']} characters" if "maxLength" in one else ""
    return {"integer": "a whole number", "number": "a number"}.get(
        one.get("type"), f"text{longest}"
    )


# ---- examples, made by what makes the real ones ----

AT, DAY, UNTIL = datetime(2026, 11, 25, 9, 30, tzinfo=UTC), date(2026, 11, 25), date(2027, 2, 28)
NUMBER, NAME = "IMSA-7K3M-29XR", "Llewellyn"
LINE = {"number": NUMBER, "family_name": NAME, "reference": "HR 7"}
POST = {
    "email": "sian@example.org",
    "post": "Independent Modern Slavery Advocate",
    "nations": ["wales"],
    "starts_on": "2025-09-01",
    "ends_on": None,
    "kind": "permanent",
    "hours": 37.5,
}
POST_ANSWER = {"external_id": "HR-7", "what": "confirmed", "entry": "ER-7K3M-29XR", "problem": ""}
OWN_POST = {
    "cursor": 318,
    "entry": "ER-7K3M-29XR",
    "external_ids": ["HR-7"],
    "full_name": "Siân Llewellyn",
    **POST,
    "line_manager": "",
    "confirmed_on": "2026-11-25",
    "to_confirm": False,
}


def examples() -> dict:
    """(method, path) to (what is sent, what comes back), as JSON texts."""
    standing = Standing(
        "accredited",
        ("wales",),
        reasons=(Phrase("valid", day=date(2029, 7, 19)),),
        until=UNTIL,
    )
    answer = in_full(
        standing,
        AT.isoformat(),
        each=(Nation("wales", True, "", Phrase("nation_counts")),),
    )
    check = Check(
        pk=1842,
        receipt="Q-F6FB-RQDX-YWAN",
        asked_number=NUMBER,
        asked_surname=NAME,
        on_day=DAY,
        answer=answer,
    )
    watch = Watch(
        pk=71,
        asked_number=NUMBER,
        asked_surname=NAME,
        reference="HR 7",
        purpose="work",
        ends_on=date(2027, 11, 25),
        told=answer,
    )
    unread = {
        "line": 2,
        "reference": "HR 8",
        "problem": "A number has 8 characters after IMSA; this has 7.",
    }
    told_, watched = answer_for_api(check), watch_for_api(watch)
    begun = {
        "line": 1,
        "reference": "HR 7",
        "what": "added",
        "problem": "",
        "receipt": check.receipt,
        "watch": watched,
    }
    found = {
        ("POST", "/check"): (
            {**_example_question(), "why": "Our yearly review"},
            {**told_, "signed_receipt": "eyJhbGciOiJSUzI1NiIs…"},
        ),
        ("POST", "/lists"): (
            {
                "purpose": "work",
                "lines": [LINE, {**LINE, "number": "IMSA-7K3M-29X", "reference": "HR 8"}],
            },
            {
                "list": 12,
                "lines": [
                    {"line": 1, "reference": "HR 7", "problem": "", "answer": told_},
                    {**unread, "answer": None},
                ],
            },
        ),
        ("GET", "/checks"): (None, {"checks": [{"cursor": check.pk, **told_}], "more": False}),
        ("GET", "/watches"): (None, {"watches": [watched], "more": False}),
        ("POST", "/watches"): (
            {"purpose": "work", "ends_on": "2027-11-25", "lines": [LINE]},
            {"lines": [begun]},
        ),
        ("DELETE", "/watches/{watch_id}"): (None, {"watch": watch.pk, "ended": True}),
        ("PUT", "/posts/{external_id}"): (POST, POST_ANSWER),
        ("POST", "/posts"): (
            {"dry_run": True, "posts": [{"external_id": "HR-7", **POST}]},
            {"dry_run": True, "posts": [POST_ANSWER]},
        ),
        ("GET", "/posts"): (None, {"posts": [OWN_POST], "more": False}),
        ("GET", "/changes"): (
            None,
            {"changes": [change_told(watch, answer)], "more": False, "cursor": 305},
        ),
    }
    return {key: tuple(part and _as_json(part) for part in parts) for key, parts in found.items()}


def change_told(watch, answer) -> dict:
    """A standing about to end, as the feed and an address are told of it."""
    then = {
        "on": "2027-03-01",
        "code": "between_posts",
        "label": words_for("between_posts").label,
        "reasons": [str(Phrase("post_ended", day=UNTIL))],
    }
    return message_of(
        Change(
            pk=305,
            watch=watch,
            what=Change.What.ENDING,
            before=answer,
            after={**answer, "then": then},
            at=AT,
        )
    )


def _example_question():
    return {"number": NUMBER, "family_name": NAME, "purpose": "work"}


def _as_json(part) -> str:
    return json.dumps(part, ensure_ascii=False, indent=2)
