"""Figures of the registry's home about reaching people and what they are called."""

from django.urls import reverse
from django.utils.translation import ngettext


def figures_of_people(waits) -> list[dict]:
    """Of the counts of `registry_counts`: emails not delivered, addresses that email does not reach, display names to look at, accounts to merge."""
    counts = (waits[key][0] for key in ("mail", "bounces", "display_names", "merges"))
    mail, bounces, names, merges = counts
    return [
        {"count": count, "label": label, "url": reverse(url), "note": ""}
        for count, label, url in (
            (mail, ngettext("Email not delivered", "Emails not delivered", mail), "people:mail"),
            (
                bounces,
                ngettext("Address email does not reach", "Addresses email does not reach", bounces),
                "people:bounces",
            ),
            (
                names,
                ngettext("Display name to look at", "Display names to look at", names),
                "people:display_names",
            ),
            (
                merges,
                ngettext(
                    "Proposal about two accounts to confirm",
                    "Proposals about two accounts to confirm",
                    merges,
                ),
                "certificates:merges",
            ),
        )
    ]
