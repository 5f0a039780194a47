"""Every version of one text, for those who write, teach, advise and decide: who published it, who read it first, what changed."""

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_datetime

from lms.kit.refusals import insist
from lms.people.models import User
from lms.people.roles import has_role, may_act_as

from .. import rules
from ..authoring.reviewers import LOOKED_AT, URGENT
from ..models import UnitVersion, Variant


@login_required
def versions(request, code, key):
    """The list, the newest first; two of its lines can be compared."""
    insist(may_act_as(request.user, *rules.READERS))
    variant = get_object_or_404(
        Variant.objects.select_related("unit__module"), unit__code=code, key=key
    )
    found = list(
        variant.versions.defer("html", "parts").select_related("published_by").order_by("-number")
    )
    if not found:
        raise Http404("No version of this text has been published.")
    old, new = (chosen(request.GET.get(name), found) for name in ("from", "to"))
    if old and new:
        return redirect("courses:compare", old.pk, new.pk)
    may_name = has_role(request.user, *rules.ANSWERERS)
    name_reviews(found, may_name)
    for newer, older in zip(found, found[1:], strict=False):
        newer.before = older
    return render(
        request,
        "courses/versions.html",
        {"variant": variant, "unit": variant.unit, "versions": found, "may_name": may_name},
    )


def chosen(number, version_list) -> UnitVersion | None:
    return next((v for v in version_list if str(v.number) == number), None)


def name_reviews(version_list, may_name):
    """Each version's `read_by`: (what was done, when, by whom, why). Who reads with lived experience is told to nobody
    who does not work with them."""
    people = (
        User.objects.in_bulk({r["by"] for v in version_list for r in v.reviews if r["by"]})
        if may_name
        else {}
    )
    for version in version_list:
        version.is_urgent = any(r["task"] == URGENT for r in version.reviews)
        version.read_by = [
            (
                r["task"],
                parse_datetime(r["on"]),
                people[r["by"]].full_name if r["by"] in people else "",
                r.get("why", "") if may_name or r["task"] in (URGENT, LOOKED_AT) else "",
            )
            for r in version.reviews
        ]
