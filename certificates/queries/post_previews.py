"""How a person would stand if a post on the employment register were another; it writes nothing. Asked by the room below by `IMSA_POST_PREVIEW`."""

from dataclasses import replace
from datetime import date

from cohorts.organisations.models import OrganisationNations
from lms.kit import clock

from ..accreditation.facts import Post, months_after
from ..accreditation.look_ahead import changes_by_scenario
from ..rules import FIRST_DAY
from .facts import load_facts
from .previews import MONTHS_AHEAD, change_row


def effect_of_post(person_id, line_id, after) -> list[dict]:
    """Each stretch of days on which the person would have another standing, oldest first, from the first day of the post (past days too, for
    the register answers for them as it is known now) until a year ahead. One question; one more for a new post at an organisation where the person has none.

    `line_id`: the line of the post as it is, None for a new one. `after`: what it would be (organisation_id, organisation_name,
    nations, organisation_nations, starts_on, ends_on, approvals), None where it would count on no day.
    """
    found = load_facts([person_id])
    facts, today = found.facts[person_id], clock.today()
    before = [post for post in facts.posts if post.line == line_id and line_id is not None]
    posts = [post for post in facts.posts if post not in before]
    approvals = dict(facts.approvals)
    if after:
        where = after["organisation_id"]
        same = [post.organisation_lines for post in facts.posts if post.organisation == where]
        posts.append(
            Post(
                after["organisation_id"],
                after["organisation_name"],
                tuple(after["nations"]),
                after["starts_on"],
                after["ends_on"],
                tuple(after["organisation_nations"]),
                line_id,
                same[0] if same else nation_lines_of(where),
            )
        )
        approvals.setdefault(after["organisation_id"], tuple(after["approvals"]))
    supposed = replace(
        facts, posts=tuple(sorted(posts, key=lambda post: post.starts_on)), approvals=approvals
    )
    days = [post.starts_on for post in before] + ([after["starts_on"]] if after else [])
    first = max(FIRST_DAY, min([*days, today]))
    changes = changes_by_scenario(
        person_id,
        (facts, found.book),
        (supposed, found.book),
        first,
        months_after(max(today, first), MONTHS_AHEAD),
    )
    return [change_row(change) for change in changes]


def nation_lines_of(organisation_id) -> tuple:
    """An organisation's nations from each day on which they were changed, as the facts of people have them."""
    rows = OrganisationNations.objects.filter(organisation_id=organisation_id).order_by("pk")
    return tuple(
        (day or date.min, tuple(nations))
        for day, nations in rows.values_list("from_day", "nations")
    )
