"""Claims on prior learning: what a trainee may still claim, who may recommend, and what waits."""

from datetime import date

from django.db.models import Prefetch, Q, Sum

from courses.models import Module
from lms.kit import clock
from lms.people.models import Role
from lms.people.roles import holders_of

from ...attempts.models import Attempt, PriorCredit
from ...deciding.models import Award, Board, BoardDecision
from ...deciding.states import BoardState
from ...setting.queries import rules_of
from ...setting.rules import leaders_today
from ..models.evidence import Evidence
from ..models.prior_learning import PriorLearningClaim
from ..rules import may_recommend
from ..states import OPEN_PRIOR, PriorState

ABOUT = ("enrolment__person", "enrolment__cohort__programme", "enrolment__plan", "module")
SHOW = ("office", "academic", "board", "closed")
STATES = {
    "office": (PriorState.CHECKING, PriorState.ASKED, PriorState.APPEALED),
    "to_act": (PriorState.CHECKING, PriorState.APPEALED),
    "academic": (PriorState.ACADEMIC,),
    "board": (PriorState.BOARD,),
    "closed": (PriorState.GRANTED, PriorState.REFUSED, PriorState.WITHDRAWN),
}


def oldest_day(enrolment, rules=None) -> date:
    """The first day on which learning may have ended, by the rules of the cohort: so many years before its first day."""
    rules = rules or rules_of(enrolment.cohort_id)
    starts_on = enrolment.cohort.starts_on
    year = starts_on.year - rules.rpl_years
    try:
        return starts_on.replace(year=year)
    except ValueError:  # 29 February
        return date(year, 3, 1)


def credits_of(enrolment, *, with_open=True) -> int:
    """Credits of modules that count by prior learning, and of those with an open claim. Two queries."""
    granted = PriorCredit.objects.that_count().filter(enrolment=enrolment)
    count = granted.aggregate(n=Sum("credits"))["n"] or 0
    if not with_open:
        return count
    open_claims = PriorLearningClaim.objects.filter(enrolment=enrolment, state__in=OPEN_PRIOR)
    return count + (open_claims.aggregate(n=Sum("module__credits"))["n"] or 0)


def modules_to_claim(enrolment) -> list[Module]:
    """Modules of the programme that have credits, without a claim, a decision of a board, or work that is in. One query."""
    own = PriorLearningClaim.objects.filter(enrolment=enrolment)
    claimed = own.exclude(state=PriorState.WITHDRAWN).values("module")
    decided = BoardDecision.objects.filter(enrolment=enrolment).values("module")
    rows = Module.objects.filter(programme=enrolment.cohort.programme_id, credits__gt=0)
    rows = (
        rows.exclude(pk__in=claimed)
        .exclude(pk__in=decided)
        .exclude(pk__in=modules_with_work(enrolment))
    )
    return list(rows.order_by("order", "code"))


def modules_with_work(enrolment):
    """Modules in which work is in or was recorded as not handed in, or a quiz has begun. Keys, as a QuerySet."""
    is_in = Q(submission__submitted_at__isnull=False) | Q(quiz__isnull=False)
    is_in |= Q(not_submitted_at__isnull=False)
    rows = Attempt.objects.filter(is_in, enrolment=enrolment)
    return rows.order_by().values("assessment__module")


def has_award(enrolment) -> bool:
    return Award.objects.filter(enrolment=enrolment).exists()


def claims_of_trainee(enrolment) -> list[PriorLearningClaim]:
    """A trainee's own, newest first, with files and decisions. Three queries."""
    rows = PriorLearningClaim.objects.filter(enrolment=enrolment).select_related(*ABOUT)
    return list(rows.prefetch_related("evidence", "decisions__board"))


def prior_claims_for(registrar, show="office"):
    """Claims that this registrar may handle; what is due first, first. `to_act`: of `office` without those that wait for the trainee. A QuerySet."""
    rows = PriorLearningClaim.objects.for_office(registrar).filter(state__in=STATES[show])
    order = ("-closed_at", "-pk") if show == "closed" else ("answer_by", "pk")
    return rows.select_related(*ABOUT, "academic").order_by(*order)


def prior_claims_asked(academic):
    """What an academic was asked to recommend on, that which waits first. A QuerySet."""
    rows = PriorLearningClaim.objects.filter(academic=academic.pk)
    rows = rows.exclude(state=PriorState.WITHDRAWN).select_related(*ABOUT)
    return rows.order_by("opinion_at", "-pk")


def prior_claim_for(reader, pk) -> PriorLearningClaim | None:
    """One claim with its files, who opened them, and what was decided; None where this reader can come to see none. Four queries."""
    evidence = Evidence.objects.prefetch_related("openings__by")
    decisions = PriorCredit.objects.select_related("board", "recorded_by").order_by("number")
    rows = PriorLearningClaim.objects.visible_to(reader).select_related(
        *ABOUT, "academic", "sent_by"
    )
    rows = rows.prefetch_related(Prefetch("evidence", evidence), Prefetch("decisions", decisions))
    return rows.filter(pk=pk).first()


def academics_for(claim) -> list:
    """Tutors who may be asked to recommend, the leaders of the module first. A few queries for each tutor."""
    leads = leaders_today().filter(module=claim.module_id)
    leaders = set(leads.values_list("person_id", flat=True))
    found = [one for one in holders_of(Role.TUTOR) if may_recommend(one, claim)]
    for one in found:
        one.is_leader = one.pk in leaders
    return sorted(found, key=lambda one: (not one.is_leader, one.sort_key, one.pk))


def boards_to_cite(claim):
    """Boards of the cohort that are meeting: called, of today or an earlier day. What a board that recorded its decisions did not decide, its chair does. A QuerySet."""
    rows = Board.objects.filter(
        cohort=claim.enrolment.cohort_id, state=BoardState.CALLED, meets_on__lte=clock.today()
    )
    return rows.order_by("-meets_on", "pk")
