"""The boards' pages, by student reference and never by name."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from lms.kit import clock
from lms.kit.lists import address, chosen, page_of, words_of
from lms.kit.prepared_statements import CompiledQuery
from lms.kit.refusals import insist
from lms.kit.templatetags.kit import mark, short_day

from ...attempts.chain import before_penalty, standing
from ...attempts.models import PriorCredit
from ...setting.queries import with_judging
from ...setting.scale import in_figures
from ...taking.states import SubmissionState
from ..actions.boards import Outdated, call_board, ratify
from ..forms import CallBoardForm, RatifyForm
from ..models import Board, BoardDay
from ..queries import board_scripts as scripts
from ..queries import tallies
from ..queries.board_lists import (
    boards_by_state,
    boards_found,
    prior_learning_for,
    prior_learning_in,
)
from ..queries.boards import (
    award_in,
    cases_of,
    modules_of,
    reports_of,
)
from ..queries.checking import FAILING, LEFT_OUT, PASSING, forecast_of
from ..queries.interests import interests_before, recusals_of
from ..queries.members import chair_of, members_of, quorum_fault, quorum_in_words
from ..queries.standing import fingerprint_of, standing_of
from ..rules import may_call_board, may_ratify, with_ties
from ..states import BoardState, Outcome, class_label


@login_required
@require_http_methods(["GET", "POST"])
def boards(request):
    insist(may_call_board(request.user))
    wished = request.GET.get("cohort", "")[:20]
    form = CallBoardForm(request.POST or None, wished=wished)
    if request.method == "POST" and form.is_valid():
        board = call_board(
            form.cleaned_data["cohort"],
            form.cleaned_data["title"],
            form.cleaned_data["meets_on"],
            by=request.user,
        )
        return redirect("assessments:board", board.pk)
    wanted, state = (
        words_of(request.GET),
        chosen(request.GET, state=["", *BoardState.values])["state"],
    )
    counts = boards_by_state(wanted=wanted)
    found = boards_found(wanted=wanted, state=state)
    count = sum(n for one, n in counts.items() if state in ("", one))
    tally = [
        {
            "label": one.label,
            "count": counts[one],
            "url": f"?{address(state=one.value, q=wanted)[:-1]}",
            "is_chosen": one == state,
        }
        for one in BoardState
        if one in counts
    ]
    return render(
        request,
        "assessments/boards.html",
        {
            "boards": page_of(found, request.GET.get("page"), count=count),
            "form": form,
            "tally": tally,
            "state": state,
            "wanted": wanted,
            "query": address(state=state, q=wanted),
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def check_board(request, pk):
    """What recording the decisions does, whose and why not, and the form that records exactly this."""
    found = board_or_404(pk, request.user)
    insist(may_ratify(request.user, found))
    sitting = members_of(found)
    chair = chair_of(sitting)
    form = RatifyForm(request.POST or None, chair=chair.person.full_name if chair else "")
    if request.method == "POST" and form.is_valid():
        try:
            ratify(
                found,
                by=request.user,
                chair=form.chair_name(),
                fingerprint=request.POST.get("fingerprint", ""),
            )
        except Outdated as outdated:
            form.add_error(None, str(outdated))
            found = board_or_404(pk, request.user)
        else:
            messages.success(
                request, _("The board’s decisions are recorded, and the trainees have been told.")
            )
            return redirect("assessments:board", pk)
    if found.state != BoardState.CALLED:
        return redirect("assessments:board", pk)
    interests = interests_before(sitting, request.user)
    fingerprint = fingerprint_of(
        standing_of(found, by=request.user, members=sitting, interests=interests)
    )  # before what it stands for is read
    modules = modules_of(found)
    recusals = recusals_of(found, sitting, interests, request.user)
    forecast = forecast_of(found, modules, request.GET, recusals.reasons)
    return render(
        request,
        "assessments/check_board.html",
        {
            "board": found,
            "form": form,
            "fingerprint": fingerprint,
            "modules": modules,
            "forecast": forecast,
            "figures": _figures(forecast),
            "lists": _forecast_lists(forecast, request.GET),
            "has_met": clock.today() >= found.meets_on,
            "members": sitting,
            "fault": quorum_fault(sitting, found.judging.rules, recusals.in_all),
            "can_decide": _can_decide(found, forecast.ready),
        },
    )


def _can_decide(board, ready) -> bool:
    return bool(
        ready
        and board.state == BoardState.CALLED
        and board.sample_confirmed_at
        and clock.today() >= board.meets_on
    )


def _figures(forecast):
    counts = forecast.counts
    return [
        {
            "count": (passed := counts.get(Outcome.PASS, 0)),
            "label": ngettext("module result passed", "module results passed", passed),
        },
        {"count": counts.get(Outcome.REFER, 0), "label": _("with another attempt")},
        {"count": counts.get(Outcome.FAIL, 0), "label": _("not passed")},
        {
            "count": forecast.awards,
            "label": ngettext("receives the award", "receive the award", forecast.awards),
        },
        {"count": forecast.for_later, "label": _("left to a later board")},
    ]


def _forecast_lists(forecast, query):
    """The three lists of the check page; a person with one module ready and one that waits stands in two."""
    headings = {
        FAILING: _("With another attempt, or not passed"),
        PASSING: _("Passed"),
        LEFT_OUT: _("Left to a later board"),
    }
    return [
        {
            "name": name,
            "label": label,
            "page": page,
            "rows": (rows := [_row(forecast.cases[student.key]) for student in page]),
            "has_awards": any(row["award"] is not None for row in rows),
            "query": address(**{one: query.get(one) for one in headings if one != name}),
        }
        for name, label in headings.items()
        if (page := forecast.pages[name]).paginator.count
    ]


def _row(cases):
    """A student's line: the cells, and what each module of it waits for."""
    reasons = dict.fromkeys(case.why_not for case in cases if case.why_not)
    return {
        "reference": cases[0].enrolment.student_reference,
        "cells": [
            {
                "case": case,
                "outcome": Outcome(case.outcome).label if case.is_ready else "",
                "short": _in_words_short(case) if case.is_ready else "",
            }
            for case in cases
        ],
        "why": "; ".join(reasons),
        "award": None if (name := award_in(cases)) is None else class_label(name),
    }


@login_required
@require_GET
def board(request, pk):
    """What this board can decide, by student reference, and the way to the page that decides it."""
    found = board_or_404(pk, request.user)
    insist(may_ratify(request.user, found))
    modules, wanted = modules_of(found), words_of(request.GET)
    sitting = members_of(found)
    interests = interests_before(sitting, request.user)
    recusals = recusals_of(found, sitting, interests, request.user).reasons
    tally = tallies.tally_of(found, modules, wanted=wanted, recusals=recusals)
    students = tallies.students_of(tally, request.GET)
    cases = cases_of(found, [*students["open"], *students["settled"]], modules, recusals)
    return render(
        request,
        "assessments/board.html",
        {
            "board": found,
            "days": days_of(found),
            "reports": reports_of(found),
            "modules": modules,
            "students": _students(students, cases, found, request.GET, wanted),
            "scripts": sum(scripts.script_counts(found).values()),
            "tally": tally,
            "what_changes": _what_changes(tally),
            "wanted": wanted,
            "has_met": clock.today() >= found.meets_on,
            "members": sitting,
            "quorum": quorum_in_words(found.judging.rules),
            "can_decide": _can_decide(found, tally.ready),
            "agenda": prior_learning_for(found)
            if found.has_agenda and found.state == BoardState.CALLED
            else [],
        },
    )


def _what_changes(tally) -> str:
    """Before and after the decisions are recorded, in two sentences."""
    people = ngettext("%(count)s person", "%(count)s people", tally.people)
    now = ngettext(
        "Now: %(count)s module result of %(people)s is provisional.",
        "Now: %(count)s module results of %(people)s are provisional.",
        tally.ready,
    )
    awards = ngettext(
        "%(count)s person receives the award and completes the programme",
        "%(count)s people receive the award and complete the programme",
        tally.awards,
    )
    after = ngettext(
        "After: it is final, %(awards)s, and each is told.",
        "After: they are final, %(awards)s, and each is told.",
        tally.ready,
    )
    no_award = _("no one receives the award yet")
    return " ".join(
        [
            now % {"count": tally.ready, "people": people % {"count": tally.people}},
            after % {"awards": awards % {"count": tally.awards} if tally.awards else no_award},
        ]
    )


@login_required
@require_GET
def board_scripts(request, pk):
    """A board's written work by script number, on a page without a student's reference: nobody joins the two by eye."""
    found = board_or_404(pk, request.user)
    insist(may_ratify(request.user, found))
    wanted = words_of(request.GET)
    pages = scripts.scripts_of(found, request.GET, wanted=wanted)
    return render(
        request,
        "assessments/board_scripts.html",
        {"board": found, "sections": _sections(pages, request.GET, wanted), "wanted": wanted},
    )


def days_of(board):
    return list(board.days.select_related("moved_by")) if board.was_moved else []


def board_or_404(pk, by):
    """A board, with what its page asks of `by`."""
    for found in _boards(board=pk, person=by.pk):
        found.ties_of = by.pk
        return found
    raise Http404("There is no such board.")


_boards = CompiledQuery(
    lambda *, board, person: with_ties(
        with_judging(
            Board.objects.select_related(
                "cohort__programme", "sample_confirmed_by", "ratified_by", "cancelled_by"
            )
            .annotate(
                was_moved=Exists(BoardDay.objects.filter(board=OuterRef("pk"))),
                has_agenda=prior_learning_in(OuterRef("cohort")),
                has_credits=Exists(
                    PriorCredit.objects.filter(enrolment__cohort=OuterRef("cohort"))
                ),
            )
            .filter(pk=board)
        ),
        person,
    )
)


def _rest(query, wanted, name):
    """The rest of the address, for the pages of one list: the search, and where the other lists of its page are."""
    lists = scripts.SECTIONS if name in scripts.SECTIONS else ("open", "settled")
    return address(q=wanted, **{other: query.get(other) for other in lists if other != name})


def _students(pages, cases, board, query, wanted):
    """One row a student reference, one cell a module, with what the row waits for; whoever is wholly decided stands apart."""
    rows = {}
    for case in cases:
        row = rows.setdefault(
            case.enrolment.pk,
            {
                "reference": case.enrolment.student_reference,
                "enrolment": case.enrolment.pk,
                "cells": [],
                "reasons": [],
            },
        )
        appealed = bool(case.last and case.last.is_appealed)
        row["cells"].append({**_cell(case, board), "is_appealed": appealed})
        row["reasons"].append(case.own_reason)
    for row in rows.values():
        row["why"] = "; ".join(dict.fromkeys(filter(None, row["reasons"])))
    return {
        name: {
            "rows": [rows[e.pk] for e in page if e.pk in rows],
            "page": page,
            "count": page.paginator.count,
            "query": _rest(query, wanted, name),
        }
        for name, page in pages.items()
    }


def _cell(case, board) -> dict:
    """What the table says of one module: the `result`, what is quiet beside it, and whether it is provisional."""
    quiet = [_("(another attempt)")] if case.last and case.last.leaves_open else []
    if case.decision:
        result = _("%(mark)s, passed") if case.decision.is_pass else _("%(mark)s, not passed")
        if case.decision.board_id != board.pk:
            day = short_day(case.decision.board.meets_on)
            quiet.insert(0, _("(board of %(meets_on)s)") % {"meets_on": day})
        return {"result": result % {"mark": mark(case.mark)}, "quiet": " ".join(quiet)}
    if case.credit:
        return {"result": _("RPL, no mark"), "quiet": ""}
    provisional = case.mark
    if provisional is None:
        return {"result": "", "quiet": " ".join([_("Not yet"), *quiet])}
    words = _("%(mark)s, provisional") % {"mark": mark(provisional)}
    return {"result": words, "quiet": " ".join(quiet), "is_provisional": True}


def _sections(pages, query, wanted):
    """The scripts by number, apart from the students' rows: what is provisional, what is being marked, what is decided."""
    return [
        {
            "name": name,
            "label": label,
            "groups": _by_assessment(pages[name]),
            "page": pages[name],
            "query": _rest(query, wanted, name),
            "count": pages[name].paginator.count,
            "is_marking": name == scripts.MARKING,
            "is_final": name == scripts.DECIDED,
            "is_open": name in query or wanted,
            "columns": columns,
        }
        for name, (label, columns) in scripts.SECTIONS.items()
        if pages[name].paginator.count
    ]


def _in_words_short(case):
    """Which pieces keep the module from being passed, whatever its mark is."""
    return "; ".join(
        _("%(code)s has %(mark)s and needs %(least)s")
        % {
            "code": part.assessment.code,
            "mark": in_figures(part.mark),
            "least": in_figures(part.least),
        }
        for part in case.short
    )


def _script(paper):
    lines = {line.stage: line.mark for line in paper.lines.all()}
    return {
        "number": paper.script,
        "first": lines.get("first"),
        "second": lines.get("second"),
        "third": lines.get("third"),
        "mark": standing(paper.lines.all()),
        "before_penalty": before_penalty(paper.lines.all()),
        "label": paper.get_state_display(),
        "tone": TONES[paper.state],
    }


def _by_assessment(papers):
    """`papers` in the order of their assessments."""
    groups = {}
    for paper in papers:
        groups.setdefault(paper.assessment_id, {"assessment": paper.assessment, "scripts": []})[
            "scripts"
        ].append(_script(paper))
    return list(groups.values())


TONES = {
    SubmissionState.SUBMITTED: "plain",
    SubmissionState.MARKING: "wait",
    SubmissionState.DISCUSSION: "wait",
    SubmissionState.MODERATION: "wait",
    SubmissionState.THIRD: "wait",
    SubmissionState.AGREED: "care",
    SubmissionState.RATIFIED: "good",
}
