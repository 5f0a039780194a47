"""Posts as a file: those that organisations were asked to confirm and have not, and those outside every approval of their organisation."""

from django.utils.timezone import localtime
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lms.kit import clock, nations
from lms.kit.list_files import ListFile, send

from ..employment.posts_outside_approval import lines_outside_approval
from ..permissions import open_to
from .models import PostsRequest
from .queries import due_lines, last_heard_of, requests_open
from .rules import may_follow_up

COLUMNS = {
    "organisation": lambda row: row["line"].organisation.code,
    "organisation_name": lambda row: row["line"].organisation.name,
    "asked_on": lambda row: row["request"] and row["request"].asked_on,
    "reminded_on": lambda row: row["request"] and row["request"].reminded_on,
    "last_heard_from": lambda row: row["heard"] and localtime(row["heard"]).date(),
    "entry": lambda row: row["line"].employment.reference,
    "full_name": lambda row: row["line"].employment.person.full_name,
    "email": lambda row: row["line"].employment.person.email,
    "post": lambda row: row["line"].post,
    "nations": lambda row: "; ".join(nations.labels(row["line"].nations)),
    "starts_on": lambda row: row["line"].starts_on,
    "confirmed_on": lambda row: row["line"].confirmed_on,
}
OUTSIDE = {
    "entry": lambda line: line.employment.reference,
    "full_name": lambda line: line.employment.person.full_name,
    "email": lambda line: line.employment.person.email,
    "post": lambda line: line.post,
    "nations": lambda line: "; ".join(nations.labels(line.nations)),
    "organisation": lambda line: line.organisation.code,
    "organisation_name": lambda line: line.organisation.name,
    "starts_on": lambda line: line.starts_on,
    "ends_on": lambda line: line.ends_on,
}


@require_POST
@never_cache
@open_to(may_follow_up)
def posts_to_confirm(request, ending):
    today = clock.today()
    asked = requests_open(today, only_silent=request.POST.get("silent") == "1")
    lines = (
        due_lines(today)
        .filter(organisation__in=asked.order_by().values("organisation"))
        .select_related("employment__person", "organisation")
        .order_by("organisation__name", "employment_id")
    )
    listed = ListFile("posts-to-confirm", lines, COLUMNS, may_follow_up, _with_requests)
    return send(listed, ending, by=request.user)


def _with_requests(lines):
    keys = {line.organisation_id for line in lines}
    asked = PostsRequest.objects.filter(organisation__in=keys, closed_on=None)
    requests, heard = {one.organisation_id: one for one in asked}, last_heard_of(keys)
    return [
        {
            "line": line,
            "request": requests.get(line.organisation_id),
            "heard": heard[line.organisation_id]["any"],
        }
        for line in lines
    ]


@require_POST
@never_cache
@open_to(may_follow_up)
def posts_outside(request, ending):
    rows = lines_outside_approval()
    listed = ListFile("posts-outside-approval", rows, OUTSIDE, may_follow_up)
    return send(listed, ending, by=request.user)
