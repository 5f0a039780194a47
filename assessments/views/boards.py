"""The external examiner's and the board's pages; both read by number, never by name."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from courses.models import Module
from lms.kit import clock
from lms.kit.refusals import insist

from .. import actions, blind
from ..forms import CallBoardForm, ConfirmForm, RatifyForm
from ..models import Board
from ..queries import readiness, sample_of
from ..queries.work import standing_mark
from ..results import is_pass
from ..rules import may_call_board, may_examine, may_ratify
from ..states import BoardState, SubmissionState
from .marking import chain
from .work import given_file


@login_required
@require_GET
def examining(request):
    insist(may_examine(request.user))
    found = list(Board.objects.select_related("cohort", "sample_confirmed_by"))
    return render(
        request,
        "assessments/examining.html",
        {
            "waiting": [b for b in found if not b.sample_confirmed_at and b.state == BoardState.CALLED],
            "seen": [b for b in found if b.sample_confirmed_at],
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def examine(request, pk):
    """The sample's chains by script number, and the examiner's word on them."""
    insist(may_examine(request.user))
    board = get_object_or_404(Board.objects.select_related("cohort", "sample_confirmed_by"), pk=pk)
    form = ConfirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.confirm_sample(board, form.cleaned_data["comment"], by=request.user)
        messages.success(request, "You have confirmed the sample. The board can decide.")
        return redirect("assessments:examine", pk)
    sample = sample_of(board)
    groups = [{**group, "scripts": [_chained(script) for script in group["scripts"]]} for group in sample.groups]
    context = {"board": board, "form": form, "groups": groups, "sample": sample}
    return render(request, "assessments/examine.html", context)


def _chained(script):
    """One script of the sample: its marks side by side, and the chain behind them."""
    lines = blind.chain_of(script)
    marks = {line.stage: line.mark for line in lines}
    rule = next(line.rule for line in reversed(lines) if line.stage == "agreed")
    return {
        "number": script.script,
        "first": marks.get("first"),
        "second": marks.get("second"),
        "third": marks.get("third"),
        "mark": standing_mark(script),
        "rule": rule,
        "lines": chain(lines),
    }


@login_required
@require_GET
def sample_file(request, pk, number):
    insist(may_examine(request.user))
    board = get_object_or_404(Board, pk=pk)
    return given_file(blind.sample_file, number, board.cohort_id)


@login_required
@require_http_methods(["GET", "POST"])
def boards(request):
    insist(may_call_board(request.user))
    form = CallBoardForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        board = actions.call_board(
            form.cleaned_data["cohort"], form.cleaned_data["title"], form.cleaned_data["meets_on"], by=request.user
        )
        return redirect("assessments:board", board.pk)
    found = Board.objects.select_related("cohort").order_by("state", "meets_on", "pk")
    return render(request, "assessments/boards.html", {"boards": found, "form": form})


@login_required
@require_http_methods(["GET", "POST"])
def board(request, pk):
    """What this board can decide, by student reference and script number, and the deed that decides it."""
    found = get_object_or_404(Board.objects.select_related("cohort__programme", "sample_confirmed_by", "ratified_by"), pk=pk)
    insist(may_ratify(request.user, found))
    form = RatifyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.ratify(found, by=request.user, chair=form.cleaned_data["chair"])
        messages.success(request, "The board’s decisions are recorded, and the trainees have been told.")
        return redirect("assessments:board", pk)
    cases = readiness(found)
    modules = list(Module.objects.filter(programme_id=found.cohort.programme_id))
    ready = [c for c in cases if c.is_ready]
    return render(
        request,
        "assessments/board.html",
        {
            "board": found,
            "form": form,
            "modules": modules,
            "students": _students(cases),
            "sections": _sections(cases),
            "ready": len(ready),
            "decided": sum(bool(c.decision) for c in cases),
            "waiting": sum(bool(c.why_not) for c in cases),
            "awards": _awards_to_come(cases),
            "people": len({c.enrolment.pk for c in ready}),
            "has_met": clock.today() >= found.meets_on,
            "can_decide": bool(ready and found.sample_confirmed_at and clock.today() >= found.meets_on),
        },
    )


def _students(cases):
    """One row a student reference, one cell a module, with what the row waits for; whoever is wholly decided stands apart."""
    rows = {}
    for case in cases:
        row = rows.setdefault(case.enrolment.pk, {"reference": case.enrolment.student_reference, "cells": [], "reasons": []})
        row["cells"].append(case)
        row["reasons"].append(case.own_reason)
    for row in rows.values():
        row["why"] = "; ".join(dict.fromkeys(filter(None, row["reasons"])))
    found = {"open": [], "decided": []}
    for row in rows.values():
        found["decided" if all(case.decision for case in row["cells"]) else "open"].append(row)
    return found


def _sections(cases):
    """The scripts by number, apart from the students' rows: what is provisional, what is being marked, what is decided."""
    states = {"Marked, provisional": [], "Being marked": [], "Decided": []}
    for case in cases:
        for part in case.parts:
            if part.submission and part.submission.state != SubmissionState.DRAFT:
                states[HEADING.get(part.submission.state, "Being marked")].append(_script(part))
    return [
        {
            "label": label,
            "groups": _by_assessment(scripts),
            "count": len(scripts),
            "is_marking": label == "Being marked",
            "is_final": label == "Decided",
            "columns": {"Marked, provisional": 6, "Being marked": 4, "Decided": 5}[label],
        }
        for label, scripts in states.items()
        if scripts
    ]


def _script(part):
    lines = {line.stage: line.mark for line in part.submission.lines.all()}
    return {
        "number": part.submission.script,
        "assessment": part.assessment,
        "first": lines.get("first"),
        "second": lines.get("second"),
        "third": lines.get("third"),
        "mark": part.mark,
        "label": part.submission.get_state_display(),
        "tone": TONES[part.submission.state],
    }


def _by_assessment(scripts):
    groups = {}
    for script in sorted(scripts, key=lambda one: (one["assessment"].code, one["number"])):
        groups.setdefault(script["assessment"].code, {"assessment": script["assessment"], "scripts": []})["scripts"].append(script)
    return list(groups.values())


HEADING = {SubmissionState.AGREED: "Marked, provisional", SubmissionState.RATIFIED: "Decided"}
TONES = {
    SubmissionState.SUBMITTED: "plain",
    SubmissionState.MARKING: "wait",
    SubmissionState.THIRD: "wait",
    SubmissionState.AGREED: "care",
    SubmissionState.RATIFIED: "good",
}


def _awards_to_come(cases):
    """How many trainees would receive the award if the board decided now."""
    passes, ready = {}, set()
    for case in cases:
        settled = (
            case.decision.is_pass if case.decision else case.is_ready and is_pass(case.mark, settings.IMSA_PASS_MARK)
        )
        passes[case.enrolment.pk] = passes.get(case.enrolment.pk, True) and settled
        if case.is_ready:
            ready.add(case.enrolment.pk)
    return sum(ok for pk, ok in passes.items() if pk in ready)
