"""An organisation's posts by its own system, beside the register of standings: what it says confirms or ends a post, or is a task for the Hub."""

from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Literal

from ninja import Field, Path, Query, Schema

from cohorts.confirming.models import SuppliedPost
from cohorts.confirming.queries import is_due
from cohorts.confirming.supplying import OF_HUB, Outcome, supply_post
from cohorts.employment.register import last_lines
from lms.kit import clock
from lms.kit.refusals import Refused, insist

from .api import PAGE, PRINTED, api, enter, needs
from .models import Token
from .rules import may_ask_for

MOST_AT_ONCE = 200
KIND = Literal["permanent", "fixed_term", "secondment", "bank", "volunteer", "other"]
NATION = Literal["england", "wales", "scotland", "northern_ireland"]
OWN_ID = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$"


class Refusal(Schema):
    detail: str = Field(description="Why, as a sentence.")


REFUSALS = {401: Refusal, 403: Refusal, 409: Refusal, 422: Refusal, 429: Refusal, 503: Refusal}


class PostFacts(Schema):
    email: str = Field(
        max_length=254,
        pattern=PRINTED,
        description="Of the person’s account here. Whether there is one is not told.",
    )
    post: str = Field(min_length=1, max_length=200, pattern=PRINTED, description="The role held.")
    nations: list[NATION] = Field(
        min_length=1, max_length=4, description="Where the person does this work."
    )
    starts_on: date = Field(description="The first day of the post.")
    ends_on: date | None = Field(
        None,
        description="The last day of the post; left out while it goes on, or while it is more than a year away.",
    )
    line_manager: str | None = Field(
        None,
        max_length=254,
        pattern=PRINTED,
        description="The line manager’s email address; left out, the register’s stays.",
    )
    kind: KIND | None = Field(
        None,
        description="The kind of post; left out, the register’s stays. One that the register lacks is taken up, another waits for an officer.",
    )
    hours: Decimal | None = Field(
        None,
        gt=0,
        le=80,
        decimal_places=1,
        description="Hours a week; as `kind`.",
    )


class PostLine(PostFacts):
    external_id: str = Field(
        pattern=OWN_ID, description="Your system’s key of the post, or the register’s own entry."
    )


class PostLines(Schema):
    dry_run: bool = Field(False, description="Answer as if, and keep nothing.")
    posts: list[PostLine] = Field(
        min_length=1,
        max_length=MOST_AT_ONCE,
        description="Up to 200; the answers come in the same order. A post left out is not ended.",
    )


class PostAnswer(Schema):
    external_id: str
    what: Literal["confirmed", "ended", "unchanged", "to_check", "received", "refused"] = Field(
        description="What came of it; “to_check” and “received” wait for an officer of the Hub."
    )
    entry: str = Field(description="The register’s own key of the post, once there is one.")
    problem: str = Field(description="Why, where it is neither confirmed, ended nor unchanged.")


class PostAnswers(Schema):
    dry_run: bool
    posts: list[PostAnswer]


class OwnPost(Schema):
    cursor: int
    entry: str
    external_ids: list[str] = Field(description="By what your system calls it.")
    full_name: str
    email: str
    post: str
    nations: list[NATION]
    starts_on: date
    ends_on: date | None
    line_manager: str
    kind: KIND | None
    hours: float | None = Field(description="A week.")
    confirmed_on: date | None
    to_confirm: bool = Field(description="Is it time to confirm it?")


class OwnPosts(Schema):
    posts: list[OwnPost]
    more: bool


def answer_for_post(external_id, outcome: Outcome) -> dict:
    return {"external_id": external_id, **asdict(outcome)}


def supply_one(client, organisation, external_id, facts: PostFacts, dry_run) -> dict:
    """What came of one post; raises what `supply_post` raises."""
    given = facts.model_dump(exclude={"external_id"})
    given["email"] = given["email"].strip().lower()
    outcome = supply_post(organisation, external_id, given, by=client, dry_run=dry_run)
    return answer_for_post(external_id, outcome)


@api.put(
    "/posts/{external_id}",
    summary="Say how a post is today",
    openapi_extra=needs(Token.Scope.POSTS),
    response={200: PostAnswer, **REFUSALS},
)
def supply(
    request,
    facts: PostFacts,
    external_id: str = Path(pattern=OWN_ID, description="Your system’s key of the post."),
    dry_run: bool = Query(False, description="Answer as if, and keep nothing."),
):
    """The same as the register says: it is confirmed, unless it was in the last 30 days. A last day: the post ends. Anything else, a post the register does not
    have, and the post of the person who made the key wait for an officer of the Hub.
    Sent again, nothing happens twice."""
    enter(request, Token.Scope.POSTS)
    return supply_one(request.api_client, request.organisation, external_id, facts, dry_run)


@api.post(
    "/posts",
    summary="Say how many posts are today",
    openapi_extra=needs(Token.Scope.POSTS),
    response={200: PostAnswers, **REFUSALS},
)
def supply_many(request, lines: PostLines):
    """Post by post, each on its own: one that is refused keeps no other back. A post that is left out is never ended."""
    enter(request, Token.Scope.POSTS)
    client, organisation = request.api_client, request.organisation
    insist(may_ask_for(client, organisation))
    answers = []
    for line in lines.posts:
        try:
            answers.append(supply_one(client, organisation, line.external_id, line, lines.dry_run))
        except Refused as why:
            answers.append(answer_for_post(line.external_id, Outcome("refused", str(why))))
    return {"dry_run": lines.dry_run, "posts": answers}


@api.get(
    "/posts",
    summary="Your posts",
    openapi_extra=needs(Token.Scope.POSTS),
    response={200: OwnPosts, **REFUSALS},
)
def own_posts(
    request, after: int = Query(0, description="The cursor of the last one you have; 0 for all.")
):
    """What the register says of your posts that have not ended, 500 at a time."""
    enter(request, Token.Scope.POSTS)
    insist(may_ask_for(request.api_client, request.organisation))
    today = clock.today()
    rows = list(
        last_lines()
        .filter(organisation=request.organisation, employment__pk__gt=after)
        .exclude(ends_on__lt=today)
        .select_related("employment__person")
        .order_by("employment_id")[:PAGE]
    )
    ids = {}
    supplied = SuppliedPost.objects.filter(
        organisation=request.organisation, employment__in=[row.employment_id for row in rows]
    ).exclude(external_id__startswith=OF_HUB)
    for key, external_id in supplied.values_list("employment_id", "external_id"):
        ids.setdefault(key, []).append(external_id)
    return {
        "posts": [own_post(row, ids.get(row.employment_id, []), today) for row in rows],
        "more": len(rows) == PAGE,
    }


def own_post(row, external_ids, today) -> dict:
    return {
        "cursor": row.employment_id,
        "entry": row.employment.reference,
        "external_ids": external_ids,
        "full_name": row.employment.person.full_name,
        "email": row.employment.person.email,
        "post": row.post,
        "nations": list(row.nations),
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "line_manager": row.line_manager,
        "kind": row.kind or None,
        "hours": row.hours and float(row.hours),
        "confirmed_on": row.confirmed_on,
        "to_confirm": row.starts_on <= today and is_due(row, today),
    }
