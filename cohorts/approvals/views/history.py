"""An organisation as it was: its name, sector, number and nations with the forms that change them, its application, former posts and former contacts."""

from django.shortcuts import render

from lms.kit import clock
from lms.kit.lists import page_of

from ...employment.queries import names_of_actors
from ...employment.register import last_lines, post_of
from ...organisations.forms import NationsForm
from ..rules import may_oversee
from .room import FORMS

MOST_CONTACTS = 50  # former ones on the page, the newest first


def show_history(request, organisation, **forms):
    """`forms`: of a change, with what is to be put right."""
    today = clock.today()
    lines = list(organisation.lines.order_by("-pk"))
    nation_lines = list(organisation.nation_lines.order_by("-pk"))
    names = names_of_actors(
        {one.recorded_by for one in lines} | {one.decided_by for one in nation_lines}
    )
    for one in lines:
        one.by_name = names[one.recorded_by]
    for one in nation_lines:
        one.by_name = names[one.decided_by]
    posts = last_lines().filter(organisation=organisation, ends_on__lt=today)
    page = page_of(
        posts.select_related("employment__person", "organisation").order_by("-ends_on", "pk"),
        request.GET.get("page"),
    )
    contacts = organisation.contacts.filter(ends_on__lt=today).order_by("-ends_on", "pk")
    return render(
        request,
        "cohorts/organisation_history.html",
        {
            "organisation": organisation,
            "may_oversee": may_oversee(request.user, organisation),
            "fact_lines": lines,
            "nation_lines": nation_lines,
            "applications": organisation.applications.order_by("pk"),
            "page": page,
            "posts": [{"person": line.employment.person, "post": post_of(line)} for line in page],
            "contacts": contacts.select_related("person")[:MOST_CONTACTS],
            "forms": {
                "facts": FORMS["facts"](None, organisation),
                "nations": NationsForm(prefix="nations", initial={"nations": organisation.nations}),
            }
            | forms,
            "open_form": next(iter(forms), ""),
        },
    )
