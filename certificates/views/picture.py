"""The pilot in numbers, as the Hub shows it to a board or a funder."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lms.kit import clock
from lms.kit.nations import NATIONS
from lms.kit.refusals import insist
from lms.kit.small_numbers import ALL
from lms.kit.spreadsheets import TYPES, as_csv

from ..actions.stretches import refresh_few
from ..queries.picture import GROUPS, NO_POST, NO_SECTOR, picture_on
from ..queries.renewals import awaiting_decision
from ..rules import may_see_hub

BAR = 200  # of the longest bar, in the units of its drawing


@login_required
@never_cache
@require_safe
def picture(request):
    """People by how they stand, by nation and by sector, and the organisations; small numbers are not shown but where the officer asks for
    every number (`every`), which the file never has."""
    insist(may_see_hub(request.user))
    today = clock.today()
    snapshot = refresh_few()
    is_whole = "every" in request.GET
    numbers = picture_on(today, least=0 if is_whole else None)
    renewals = awaiting_decision().count()
    is_shown = is_whole or not 0 < renewals < settings.IMSA_SMALL_NUMBER
    return render(
        request,
        "certificates/picture.html",
        {
            "today": today,
            "picture": numbers,
            "is_whole": is_whole,
            "behind": snapshot.behind,
            "renewals": renewals if is_shown else None,
            "groups": [(group, _(label)) for group, label in GROUPS.items()],
            "charts": charts_of(numbers),
            "organisations": [
                (_("nations"), bars(numbers.approved_by_nation, _nation_labels())),
                (_("sectors"), bars(numbers.approved_by_sector, _sector_labels(numbers))),
            ],
        },
    )


@login_required
@never_cache
@require_safe
def picture_file(request):
    """The same tables as CSV: one line for each row and group."""
    insist(may_see_hub(request.user))
    today = clock.today()
    refresh_few()
    numbers = picture_on(today)
    lines = [[_("Table"), _("Row"), _("Group"), _("People"), _("As at")]]
    for chart in charts_of(numbers):
        labels = [*(str(_(label)) for label in GROUPS.values()), _("Together")]
        for row in chart["rows"]:
            for label, cell in zip(labels, row["cells"], strict=True):
                count = _("not shown") if cell is None else cell
                lines.append([chart["title"], row["label"], label, count, today.isoformat()])
    answer = HttpResponse(as_csv(lines), content_type=TYPES["csv"])
    answer["Content-Disposition"] = f'attachment; filename="pilot-{today.isoformat()}.csv"'
    return answer


def charts_of(numbers) -> list[dict]:
    """The two tables: each row with its cells by group, the sum last (None: not shown), and the length of its bar."""
    return [
        {
            "title": _("People by nation"),
            "first": _("Nation"),
            "note": _(
                "By the nations that people are, or are to be, endorsed for. Someone with two nations counts in both."
            ),
            "rows": _rows(numbers.by_nation, _nation_labels()),
        },
        {
            "title": _("People by sector"),
            "first": _("Sector"),
            "note": _(
                "By the sector of whoever employs them today. Someone with two employers counts in both sectors."
            ),
            "rows": _rows(numbers.by_sector, _sector_labels(numbers)),
        },
    ]


def _rows(table, labels):
    longest = max((table.cell(row, ALL) or 0 for row in table.rows), default=0)
    return [
        {
            "label": labels[row],
            "cells": [table.cell(row, column) for column in (*GROUPS, ALL)],
            "bar": _length(table.cell(row, ALL), longest),
            "is_sum": row == ALL,
        }
        for row in (*table.rows, ALL)
    ]


def bars(counts: dict[str, int], labels: dict[str, str]) -> list[dict]:
    """One line for each label in its order: how many, and the length of its bar."""
    longest = max(counts.values(), default=0)
    return [
        {"label": label, "count": counts.get(key, 0), "bar": _length(counts.get(key, 0), longest)}
        for key, label in labels.items()
        if key in counts or key in NATIONS
    ]


def _length(count, longest):
    return round(BAR * count / longest) if count and longest else 0


def _nation_labels():
    return {code: _(label) for code, label in NATIONS.items()} | {ALL: _("All people")}


def _sector_labels(numbers):
    names = {row: row for row in numbers.by_sector.rows}
    names |= {row: row for row in numbers.approved_by_sector}
    return names | {
        NO_POST: _("No post today"),
        NO_SECTOR: _("No sector given"),
        ALL: _("All people"),
    }
