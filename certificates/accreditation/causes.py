"""Why no post of somebody counts on a day: the term that fails, as anybody may read it and with names; pure, and free of Django."""

from datetime import date

from lms.kit.languages import Sentence

from .facts import Facts, Post, decision_on, is_approved
from .sentences import Phrase

SUSPENDED = "suspended"


def why_no_post_counts(day: date, nations, facts: Facts, paper: str) -> tuple[Phrase, str]:
    """(a sentence for anybody, the same with the employer's name) of the term nearest to counting.

    `nations` are those that `paper` (“certificate C-1”, “the temporary accreditation”) names. A post in one of them says more
    than a post elsewhere, and an approval that fails is named before the nation that does.
    """
    here = [p for p in facts.posts if p.is_open(day)]
    if not here:
        return _no_post(day, facts)
    named = [p for p in here if set(p.nations) & set(nations)]
    unapproved = [p for p in named or here if not is_approved(p.organisation, day, facts)]
    if unapproved and (named or len(unapproved) == len(here)):
        return _of_approval(max(unapproved, key=lambda p: p.starts_on), day, facts)
    if named:
        return (
            Phrase("organisation_elsewhere"),
            Sentence(
                "%(name)s does not work in the nation of the post there, so the post does not count.",
                name=named[-1].name,
            ),
        )
    return Phrase("other_nation"), Sentence(
        "The post at %(name)s is in a nation that %(paper)s does not name.",
        name=here[-1].name,
        paper=paper,
    )


def _no_post(day, facts) -> tuple[Phrase, str]:
    ended = [p for p in facts.posts if p.ends_on and p.ends_on < day]
    if ended:
        last = max(ended, key=lambda p: p.ends_on)
        return Phrase("post_ended", day=last.ends_on), Sentence(
            "The post at %(name)s ended on %(ends_on)s.", name=last.name, ends_on=last.ends_on
        )
    if first := next_post(day, facts):
        return Phrase("post_begins", day=first.starts_on), Sentence(
            "The post at %(name)s begins on %(starts_on)s.",
            name=first.name,
            starts_on=first.starts_on,
        )
    return Phrase("no_post"), Phrase("no_post")


def next_post(day: date, facts: Facts) -> Post | None:
    """The first of those that begin after the day."""
    return min(
        (p for p in facts.posts if p.starts_on > day), key=lambda p: p.starts_on, default=None
    )


def _of_approval(post: Post, day, facts) -> tuple[Phrase, str]:
    decision = decision_on(day, facts.approvals.get(post.organisation, ()))
    if not decision:
        return Phrase("not_approved"), Sentence(
            "%(name)s is not approved, so the post there does not count.", name=post.name
        )
    since, what = decision[0], decision[1]
    if what == SUSPENDED:
        return Phrase("approval_suspended", day=since), (
            Sentence(
                "The approval of %(name)s was suspended on %(since)s. The post there does not count while that lasts.",
                name=post.name,
                since=since,
            )
        )
    return Phrase("not_approved_since", day=since), Sentence(
        "%(name)s lost its approval on %(since)s, so the post there does not count.",
        name=post.name,
        since=since,
    )
