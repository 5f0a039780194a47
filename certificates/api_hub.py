"""The whole employment register by machine, for programs of the Hub: an interface and keys of its own, which open nothing of the organisations' interface."""

from datetime import date

from django.http import StreamingHttpResponse
from ninja import NinjaAPI, Path, Query, Schema
from ninja.security import HttpBearer

from cohorts.imports.actions import note_export
from cohorts.imports.register_exports import ALL, OPEN, csv_parts, lines_to_export
from cohorts.organisations.models import Organisation
from lms.kit import clock
from lms.kit.spreadsheets import TYPES

from .actions.hub_keys import hub_client_of, note_supply
from .actions.rate_limits import count, key_of
from .api import A_MINUTE, MOST_A_MINUTE, PAGE, PRINTED, Denied, answer_refusals
from .api_posts import KIND, NATION, REFUSALS, PostAnswer, PostFacts, Refusal, supply_one

REFUSALS_HERE = REFUSALS | {404: Refusal}
EXPORTS_AN_HOUR = 12
HUB_ID = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,55}$"  # kept with four letters before it


class Key(HttpBearer):
    """Whoever brings a key of the Hub that holds."""

    def authenticate(self, request, token):
        request.api_client = hub_client_of(token)
        return request.api_client


hub = NinjaAPI(
    title="The employment register, for the IMSA Model Hub",
    version="1",
    docs_url=None,
    openapi_url="openapi.json",
    auth=Key(),
    urls_namespace="hub_register",
    description="For programs of the Hub. Each reading of the register is recorded.",
)


answer_refusals(
    hub,
    without_key="No key of the Hub that holds was sent. Send it in the header “Authorization: Bearer …”. A key ends on its day, when an officer ends it, and when the officer who made it leaves.",
)


def enter(request, what="hub", seconds=A_MINUTE, most=MOST_A_MINUTE):
    """One statement counts."""
    key = key_of(what, request.api_client.key_id)
    if count((key, seconds, 1))[key] > most:
        often = "a minute" if seconds == A_MINUTE else "an hour"
        raise Denied(429, f"At most {most} of these requests {often}.")


def organisation_called(code):
    found = Organisation.objects.filter(code__iexact=code.strip()).first()
    if found is None:
        raise Denied(404, f"There is no organisation with the code “{code}”.")
    return found


class RegisterLine(Schema):
    cursor: int
    entry: str
    email: str
    organisation: str
    post: str
    nations: list[NATION]
    starts_on: date
    ends_on: date | None
    line_manager: str
    confirmed_on: date | None
    kind: KIND | None
    hours: float | None


class RegisterPage(Schema):
    posts: list[RegisterLine]
    more: bool


@hub.get(
    "/posts",
    summary="What the register says of posts",
    response={200: RegisterPage, **REFUSALS_HERE},
)
def posts(
    request,
    organisation: str = Query(
        "", max_length=20, pattern=PRINTED, description="The code of one organisation; empty: all."
    ),
    ended: bool = Query(False, description="Also posts that have ended."),
    after: int = Query(0, description="The cursor of the last one you have; 0 for all."),
):
    """With the columns of the register file, 500 at a time; entries made by mistake are left out. Each request is recorded."""
    enter(request)
    only = organisation_called(organisation) if organisation else None
    lines = lines_to_export(ALL if ended else OPEN, only).filter(employment__pk__gt=after)
    rows = list(lines.order_by("employment_id")[:PAGE])
    note_export(ALL if ended else OPEN, "json", only, len(rows), by=request.api_client)
    return {
        "posts": [
            {
                "cursor": row.employment_id,
                "entry": row.employment.reference,
                "email": row.employment.person.email,
                "organisation": row.organisation.code,
                **{
                    name: getattr(row, name)
                    for name in (
                        "post",
                        "nations",
                        "starts_on",
                        "ends_on",
                        "line_manager",
                        "confirmed_on",
                    )
                },
                "kind": row.kind or None,
                "hours": row.hours and float(row.hours),
            }
            for row in rows
        ],
        "more": len(rows) == PAGE,
    }


@hub.get("/posts.csv", summary="The register as the file that the import reads")
def export(request, ended: bool = Query(False, description="Also posts that have ended.")):
    """CSV in the form of the register file: brought in again unchanged it changes nothing. Twelve an hour; each is recorded."""
    enter(request, "hub_export", 3600, EXPORTS_AN_HOUR)
    lines = lines_to_export(ALL if ended else OPEN)
    note_export(ALL if ended else OPEN, "csv", None, lines.count(), by=request.api_client)
    name = f"employment-register-{clock.today().isoformat()}.csv"
    return StreamingHttpResponse(
        csv_parts(lines),
        content_type=TYPES["csv"],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@hub.put(
    "/organisations/{code}/posts/{external_id}",
    summary="Say how a post of an organisation is today",
    response={200: PostAnswer, **REFUSALS_HERE},
)
def supply(
    request,
    facts: PostFacts,
    code: str = Path(max_length=20, pattern=PRINTED, description="The organisation’s code."),
    external_id: str = Path(
        pattern=HUB_ID,
        description="Your program’s own key of the post, whatever the organisation calls it, or the register’s own entry.",
    ),
    dry_run: bool = Query(False, description="Answer as if, and keep nothing."),
):
    """As an organisation says it of its own posts: what the register says is confirmed, a last day ends the post, and anything else waits for an
    officer. It does not count as heard from the organisation."""
    enter(request)
    organisation = organisation_called(code)
    answer = supply_one(request.api_client, organisation, external_id, facts, dry_run)
    if not dry_run:
        note_supply(request.api_client)
    return answer
