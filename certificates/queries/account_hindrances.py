"""Why two accounts cannot be joined today: each a sentence that says what to do first. Every officer reads them of any two accounts, without a trace:
none tells that somebody hides, which duties somebody has, or what is confidential to one office. What would, is asked when it is confirmed."""

from datetime import timedelta

from django.apps import apps
from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from assessments.attempts.models import PriorCredit
from assessments.cases.models.appeals import Appeal
from assessments.cases.models.misconduct import MisconductCase
from assessments.cases.states import OPEN_APPEALS, CaseState
from assessments.deciding.models import Award, BoardDecision
from assessments.taking.models import QuizAttempt, Submission
from assessments.taking.states import AttemptState
from cohorts.enrolment.models import Enrolment
from cohorts.enrolment.states import EnrolmentState
from courses.models import StudyPlan
from lms.kit import clock
from lms.people.models import AddressChange, FormerAccount, Recovery, Role, RoleGrant

from ..models import AccountMerge, EntryRequest, PendingDecision, Proposal
from ..states import MergeState, ProposalState, RequestState

Subject = PendingDecision.Subject
OWN_ROLES = (Role.LEARNER, Role.EMPLOYER)  # every other role is a duty towards others

# Who acted (a column that holds a person), and the path to whom they acted on.
ACTS = (
    ("assessments.Allocation", "marker", "submission__enrolment__person"),
    ("assessments.Moderation", "moderator", "scripts__submission__enrolment__person"),
    ("assessments.ModerationScript", "moderator", "submission__enrolment__person"),
    ("assessments.BoardMember", "person", "board__cohort__enrolments__person"),
    ("assessments.SignOff", "person", "portfolio__enrolment__person"),
    ("assessments.ContactEntry", "by", "enrolment__person"),
    ("assessments.Claim", "answered_by", "attempt__enrolment__person"),
    ("assessments.PriorLearningClaim", "academic", "enrolment__person"),
    ("assessments.PriorLearningClaim", "sent_by", "enrolment__person"),
    ("assessments.PriorCredit", "recorded_by", "enrolment__person"),
    ("assessments.NoteLine", "by", "submission__enrolment__person"),
    ("assessments.Appeal", "answered_by", "decision__enrolment__person"),
    ("assessments.MisconductCase", "decided_by", "submission__enrolment__person"),
    ("certificates.Proposal", "proposed_by", "enrolment__person"),
    ("certificates.Proposal", "closed_by", "enrolment__person"),
    ("certificates.PendingDecision", "proposed_by", "enrolment__person"),
    ("certificates.PendingDecision", "closed_by", "enrolment__person"),
    ("certificates.Concern", "opened_by", "person"),
    ("certificates.Concern", "closed_by", "person"),
    ("certificates.Renewal", "audited_by", "enrolment__person"),
    ("certificates.Renewal", "decided_by", "enrolment__person"),
    ("certificates.EntryRequest", "answered_by", "person"),
    ("certificates.LogEntry", "peer", "person"),
)
# The same where who acted is named as the record names them: “person:12”.
LABELS = (
    ("certificates.Certificate", "issued_by", "enrolment__person"),
    ("certificates.Sanction", "proposed_by", "enrolment__person"),
    ("certificates.Sanction", "decided_by", "enrolment__person"),
    ("certificates.Temporary", "decided_by", "enrolment__person"),
    ("certificates.Withholding", "decided_by", "person"),
    ("certificates.WorkingName", "decided_by", "person"),
    ("assessments.Adjustment", "by", "person"),
    ("cohorts.DiscussionPost", "hidden_by", "author"),
    ("cohorts.DiscussionReport", "closed_by", "post__author"),
    ("cohorts.DiscussionAppeal", "decided_by", "post__author"),
    ("cohorts.StatusChange", "decided_by", "enrolment__person"),
    ("cohorts.EmploymentLine", "confirmed_by", "employment__person"),
    ("cohorts.EmploymentLine", "evidence_seen_by", "employment__person"),
)
# Asked when a merge is confirmed alone: of an officer and somebody else it would tell that one did this about the other.
SILENT = frozenset(
    {
        "certificates.Concern",
        "certificates.EntryRequest",
        "certificates.Withholding",
        "certificates.WorkingName",
        "assessments.Adjustment",
        "assessments.MisconductCase",
    }
)


def hindrances_between(account, person) -> list[str]:
    """Sentences; none where the two can be joined. `account` is the one that would close."""
    return [
        *_of_the_accounts(account, person),
        *_of_enrolments(account, person),
        *_of_open_things(account, person),
        *_of_acts(account, person, is_silent=False),
    ]


def silent_hindrances(account, person) -> list[str]:
    """What no preview says; for the action that joins them."""
    return [*_of_requests(account, person), *_of_acts(account, person, is_silent=True)]


def _of_the_accounts(account, person):
    today, since = clock.today(), clock.now() - timedelta(days=settings.IMSA_INVITATION_DAYS)
    both = (account.pk, person.pk)
    if not person.is_active:
        yield _("The account that would stay is closed. Open it first, or keep the other one.")
    if FormerAccount.objects.filter(account__in=both).exists():
        yield _("One of the two was joined with another account already. Use the one that is open.")
    if account.is_superuser or account.is_staff:
        yield _("The account that would close may edit the site. Keep it, and close the other one.")
    if account.is_invented != person.is_invented:
        yield _("One of the two was made by the demonstration, so they are not one person's.")
    duties = RoleGrant.objects.filter(person=account).exclude(role__in=OWN_ROLES)
    duties = duties.filter(Q(ends_on=None) | Q(ends_on__gte=today))
    # Not which: nobody learns here that somebody is a survivor consultant.
    if duties.exists():
        yield _(
            "The account that would close has duties besides study and those of an employer contact. Keep that account and close the other one, or have the duties ended first."
        )
    changes = AddressChange.objects.filter(person__in=both)
    waits = Q(confirmed_at=None, ended_at=None) | Q(confirmed_at__gt=since)
    if changes.filter(waits).exists():
        yield _(
            "The email address of one of the two is being changed, or was changed so lately that its owner can still refuse it. Wait until that is over."
        )
    if Recovery.objects.filter(person__in=both, confirmed_at=None, refused_at=None).exists():
        yield _("A lost second factor of one of the two is being looked at. Decide that first.")
    others = AccountMerge.objects.filter(
        Q(account__in=both) | Q(person__in=both), state=MergeState.SEPARATING
    )
    if others.exists():
        yield _(
            "It is proposed to separate one of the two from another account. Decide that first."
        )


def _of_enrolments(account, person):
    for enrolment in in_same_cohort(account, person).select_related("cohort"):
        if enrolment.state != EnrolmentState.LEFT:
            yield _(
                "Both are enrolled in %(cohort)s, and a person has one enrolment in a cohort. Record a last day for the one that is not used, and close its account."
            ) % {"cohort": enrolment.cohort.title}
        elif any(rows.filter(enrolment=enrolment).exists() for rows in _results()):
            yield _(
                "In %(cohort)s both have work, results or a decision of a board. A person has one enrolment in a cohort: the University decides what counts."
            ) % {"cohort": enrolment.cohort.title}
    plans = StudyPlan.objects.filter(closed_on=None)
    theirs = plans.filter(person=person).values("programme")
    for plan in plans.filter(person=account, programme__in=theirs).select_related("programme"):
        states = Enrolment.objects.filter(
            person__in=(account, person), cohort__programme=plan.programme
        ).exclude(state=EnrolmentState.LEFT)
        if states.exclude(state=EnrolmentState.COMPLETED).exists():
            yield _(
                "Both study %(programme)s now, or one has completed it. Record a last day for the enrolment that is not used."
            ) % {"programme": plan.programme.title}
        else:
            yield _(
                "Both have completed %(programme)s. The University decides which award stands."
            ) % {"programme": plan.programme.title}


def in_same_cohort(account, person):
    """Enrolments of the account in cohorts in which the person has one: they stay where they are. A QuerySet."""
    mine = Enrolment.objects.filter(person=person)
    return Enrolment.objects.filter(person=account, cohort__in=mine.values("cohort"))


def _results():
    yield Submission.objects.filter(submitted_at__isnull=False)
    yield QuizAttempt.objects.all()
    yield BoardDecision.objects.all()
    yield PriorCredit.objects.all()
    yield Award.objects.all()


def _of_open_things(account, person):
    both = (account.pk, person.pk)
    quizzes = QuizAttempt.objects.filter(enrolment__person__in=both, state=AttemptState.OPEN)
    appeals = Appeal.objects.filter(decision__enrolment__person__in=both, state__in=OPEN_APPEALS)
    cases = MisconductCase.objects.filter(submission__enrolment__person__in=both)
    cases = cases.exclude(state=CaseState.CLOSED)
    if any([quizzes.exists(), appeals.exists(), cases.exists()]):
        # One sentence for all: the Hub is not told that there is a case.
        yield _(
            "A quiz of one of the two is running, or the programme office has still to decide about their work. Wait until that is over."
        )
    proposals = Proposal.objects.filter(enrolment__person__in=both, state=ProposalState.PROPOSED)
    awards = PendingDecision.objects.filter(
        enrolment__person__in=both,
        state=ProposalState.PROPOSED,
        subject__in=(Subject.RESCISSION, Subject.REINSTATEMENT, Subject.TEMPORARY),
    )
    if proposals.exists() or awards.exists():
        yield _("A decision about one of the two is proposed. Confirm or drop it first.")


def _of_requests(account, person):
    # Of which kind, and of whom, is not told here: registrars read this too.
    both = (account.pk, person.pk)
    requests = EntryRequest.objects.filter(person__in=both, state=RequestState.ASKED)
    if requests.values("person").distinct().count() > 1:
        yield _("The IMSA Model Hub answers both accounts’ questions to it first.")


def _of_acts(account, person, *, is_silent):
    ways = ((account, person), (person, account))
    if any([_count_of_acts(one, other, is_silent) for one, other in ways]):
        yield _(
            "One of the two marked, confirmed, issued or decided something about the other, or talked something over with it. No one does that for themselves: the programme office and the IMSA Model Hub settle it first, and these accounts stay apart."
        )


def _count_of_acts(actor, subject, is_silent) -> int:
    named = [(label, {column: actor, path: subject}) for label, column, path in ACTS]
    named += [
        (label, {column: actor.record_label, path: subject}) for label, column, path in LABELS
    ]
    return sum(
        apps.get_model(label)._base_manager.filter(**wanted).exists()
        for label, wanted in named
        if (label in SILENT) == is_silent
    )
