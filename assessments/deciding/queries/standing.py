"""What the decisions of a board rest on, so that whoever records them records what they were shown."""

import hashlib
from datetime import datetime

from django.db.models import Count, Exists, Max, OuterRef, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cohorts.enrolment.models import Enrolment
from courses.models import Module
from lms.kit import clock
from lms.kit.prepared_statements import CompiledQuery

from ...attempts.models import Attempt, MarkLine, PriorCredit
from ...marking.queries import corrections_of
from ...setting.judging import as_values
from ...setting.queries import judging_of, of_cohort
from ..models import Board, BoardDecision, Hold
from .interests import interests_before
from .members import members_of

PARTS = (
    gettext_noop("the board itself, its day or its examiner’s word"),
    gettext_noop("who is enrolled, on leave or withdrawn"),
    gettext_noop("the assessments or their weights"),
    gettext_noop("the modules of the programme"),
    gettext_noop("marks or attempts"),
    gettext_noop("what boards have decided"),
    gettext_noop("what is held back"),
    gettext_noop("the rules for passing and for another attempt"),
    gettext_noop("the members of the board, who is there, or what they declared"),
)
OF_PIECE = ("weight", "minimum", "must_pass", "attempt_limit", "attempt_cap")
MARKS, DECISIONS = 4, 5
NAMED = 10  # student references in a refusal


def standing_of(board, *, by=None, members=None, interests=None) -> list:
    """All that the decisions of a board rest on, to be compared with the same a moment later, in the order of PARTS. `by`: who records, whose own
    interests count too. Seven statements; three of a board that was read a moment ago with its `members` and their `interests`."""
    is_fresh = members is not None
    cohort, programme = board.cohort_id, board.cohort.programme_id
    members = members if is_fresh else members_of(board)
    interests = interests if is_fresh else interests_before(members, by)
    judging = board.judging if is_fresh else judging_of(cohort)
    values = tuple(getattr(board, field.attname) for field in board._meta.concrete_fields)
    people, pieces = _people(cohort=cohort), _pieces(cohort=cohort, programme=programme)
    return [
        [values] if is_fresh else _board(board=board.pk),
        [row[:2] for row in people],
        [row[3:] for row in pieces if row[5] is not None],
        sorted({row[:3] for row in pieces}),
        _attempts(cohort=cohort),
        [(row[0], row[2], row[5]) for row in people if row[2] or row[5]],
        [(row[0], *row[3:5]) for row in people if row[3]],
        [judging.number, as_values(judging.rules)],
        [*((one.pk, one.person_id, one.role, one.is_present) for one in members), *interests],
    ]


def _people_of(*, cohort):
    """Of each: state, newest decision, open holds and the newest of them, newest decision on prior learning. Decisions are only added, and a hold that was let go stays so."""
    decisions = BoardDecision.objects.filter(enrolment=OuterRef("pk")).order_by("-pk")
    holds = Hold.objects.filter(enrolment=OuterRef("pk"), lifted_at=None).order_by()
    credits = PriorCredit.objects.filter(enrolment=OuterRef("pk")).order_by("-pk")
    return (
        Enrolment.objects.filter(cohort_id=cohort)
        .order_by("pk")
        .values_list(
            "pk",
            "state",
            Subquery(decisions.values("pk")[:1]),
            Subquery(holds.values("enrolment").values_list(Count("pk"))),
            Subquery(holds.values("enrolment").values_list(Max("pk"))),
            Subquery(credits.values("pk")[:1]),
        )
    )


def _pieces_of(*, cohort, programme):
    """Of each module of the programme its title and credits, and of each of its pieces the kind, the weight and what it must reach. Without a piece: a
    row with None."""
    asked = of_cohort(cohort, *OF_PIECE).filter(pk=OuterRef("assessments"))
    return (
        Module.objects.filter(programme_id=programme)
        .order_by("pk", "assessments")
        .values_list(
            "pk",
            "title",
            "credits",
            "assessments",
            "assessments__kind",
            *(Subquery(asked.values(name)) for name in OF_PIECE),
        )
    )


_board = CompiledQuery(lambda *, board: Board.objects.filter(pk=board).values_list())
_people, _pieces = CompiledQuery(_people_of), CompiledQuery(_pieces_of)
_attempts = CompiledQuery(
    lambda *, cohort: (
        Attempt.objects.filter(enrolment__cohort_id=cohort)
        .order_by("pk")
        .annotate(last=Max("lines__number"), waits=Exists(corrections_of(OuterRef("pk"))))
        .values_list("pk", "is_current", "submission__state", "quiz__state", "last", "waits")
    )
)


def fingerprint_of(standing) -> str:
    """A short text for a form: when it was made, and a hash of each part."""
    hashes = [hashlib.sha256(repr(part).encode()).hexdigest()[:24] for part in standing]
    return "-".join([str(int(clock.now().timestamp())), *hashes])


def differences(board, fingerprint, standing) -> list[str]:
    """What is not as it was when the fingerprint was made, in words; of marks and decisions, whose, by student reference."""
    moment, *before = str(fingerprint).split("-")
    now = fingerprint_of(standing).split("-")[1:]
    if len(before) != len(now) or not (moment.isascii() and moment.isdigit()) or len(moment) > 11:
        return [_("the form was not whole")]
    since = datetime.fromtimestamp(int(moment), tz=clock.now().tzinfo)
    return [
        _named(_(PARTS[n]), _references(board, n, since))
        for n, (old, new) in enumerate(zip(before, now, strict=True))
        if old != new
    ]


def _named(words, references):
    if not references:
        return words
    more = "…" if len(references) > NAMED else ""
    return _("%(words)s (%(references)s)") % {
        "words": words,
        "references": ", ".join(references[:NAMED]) + more,
    }


def _references(board, part, since):
    if part == MARKS:
        rows = MarkLine.objects.filter(attempt__enrolment__cohort=board.cohort_id, at__gte=since)
        field = "attempt__enrolment__student_reference"
    elif part == DECISIONS:
        rows = BoardDecision.objects.filter(
            enrolment__cohort=board.cohort_id, decided_at__gte=since
        )
        field = "enrolment__student_reference"
    else:
        return []
    return list(rows.order_by(field).values_list(field, flat=True).distinct()[: NAMED + 1])
