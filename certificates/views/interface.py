"""How a program asks: made from the interface itself, so that the page cannot fall behind it."""
import json
from datetime import UTC, date, datetime

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from lms.kit.refusals import insist
from lms.people.models import Role
from lms.people.roles import may_act_as

from ..accreditation import Nation, Standing
from ..answers import in_full
from ..api import api, told
from ..models import Check
from ..said import Said


@login_required
@never_cache
def interface(request):
    """For whoever writes the program: every operation with its fields, and an example."""
    insist(may_act_as(request.user, Role.EMPLOYER))
    schema = api.get_openapi_schema()
    operations = [
        {"method": method.upper(), "path": path, "summary": one.get("summary", ""), "about": one.get("description", ""),
         "fields": _fields(one, schema), "parameters": one.get("parameters", [])}
        for path, methods in schema["paths"].items() for method, one in methods.items()
    ]
    return render(request, "certificates/interface.html", {"operations": operations, "example": example_answer()})


def _fields(operation, schema) -> list:
    """(name, kind, is it needed, about) of each field of a body, those of its lines among them."""
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    return _fields_of(body.get("$ref", ""), schema["components"]["schemas"])


def _fields_of(reference, shapes, before="") -> list:
    shape, found = shapes.get(reference.rpartition("/")[2], {}), []
    for name, one in shape.get("properties", {}).items():
        found.append((f"{before}{name}", kind_of(one, shapes), name in shape.get("required", ()), one.get("description", "")))
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
    if one.get("type") == "array":
        return f"a list, 1 to {one.get('maxItems', 0):,} lines"
    if one.get("format") == "date":
        return "a day, such as 2026-11-25"
    longest = f", at most {one['maxLength']} characters" if "maxLength" in one else ""
    return {"integer": "a whole number"}.get(one.get("type"), f"text{longest}")


def example_answer() -> str:
    """What a program is answered, made as a real answer is."""
    at, day = datetime(2026, 11, 25, 9, 30, tzinfo=UTC), date(2026, 11, 25)
    standing = Standing("accredited", ("wales",), reasons=(Said("valid", day=date(2029, 7, 19)),), until=date(2029, 7, 19))
    answer = in_full(standing, at.isoformat(), each=(Nation("wales", True, "", Said("nation_counts")),))
    check = Check(receipt="Q-F6FB-RQDX-YWAN", asked_number="IMSA-7K3M-29XQ", asked_surname="Llewellyn", on_day=day, answer=answer)
    return json.dumps({**told(check), "signed_receipt": "eyJhbGciOiJSUzI1NiIs…"}, ensure_ascii=False, indent=2)
