"""Writes what a portfolio asks to be confirmed: the items of a draft; it refuses one without a name."""

from django.utils.translation import gettext as _

from lms.kit.refusals import Refused

from ..portfolio_items import PortfolioItem

MOST_ITEMS, MOST_HOURS, MOST_REFLECTIONS = 60, 2000, 100


def item_rows(version) -> list[tuple]:
    """The items of a version as (key, title, text, signer), in their order. One query."""
    return list(version.items.values_list("key", "title", "text", "signer"))


def write_items(version, wanted) -> bool:
    """The items of a draft, of dicts of title, text, signer and a key where it had one; inside the caller's transaction. Were they others?"""
    held, keys = item_rows(version), _keys_in_use(version)
    keys |= {one["key"] for one in wanted if one.get("key")}
    rows = []
    for one in wanted:
        key = one.get("key") or _new_key(keys)
        keys.add(key)
        rows.append((key, one["title"].strip(), one.get("text", "").strip(), one["signer"]))
    if any(not title for _key, title, *_unused in rows):
        raise Refused(_("Name each item, or remove it."))
    if any(signer not in dict(PortfolioItem.SIGNERS) for *_unused, signer in rows):
        raise Refused(_("Choose who confirms each item."))
    if len(rows) > MOST_ITEMS:
        raise Refused(_("A portfolio has up to %(most)s items.") % {"most": MOST_ITEMS})
    if held == rows:
        return False
    version.items.all().delete()
    make_items(version, rows)
    return True


def make_items(version, rows):
    PortfolioItem.objects.bulk_create(
        PortfolioItem(version=version, key=key, title=title, text=text, signer=signer, order=n)
        for n, (key, title, text, signer) in enumerate(rows, start=1)
    )


def insist_portfolio_range(facts):
    """Raises Refused where the figures of a portfolio are none."""
    for name, most in (("practice_hours", MOST_HOURS), ("reflections", MOST_REFLECTIONS)):
        if facts.get(name) is not None and not 1 <= facts[name] <= most:
            raise Refused(
                _("Hours go up to %(hours)s and reflections up to %(reflections)s, or are empty.")
                % {"hours": MOST_HOURS, "reflections": MOST_REFLECTIONS}
            )


def item_faults(version) -> list[str]:
    """What a draft of a portfolio lacks, in sentences."""
    if version.practice_hours or version.reflections or version.items.exists():
        return []
    return [_("It asks for no hours, no reflections and no items yet.")]


def _keys_in_use(version) -> set[str]:
    """Of any version: what was confirmed under a key is never read as another item's."""
    rows = PortfolioItem.objects.filter(version__assessment=version.assessment_id)
    return set(rows.values_list("key", flat=True))


def _new_key(keys) -> str:
    number = len(keys) + 1
    while f"i{number}" in keys:
        number += 1
    return f"i{number}"
