"""What pages ask about applications: by a link, the Hub's list, what is still missing."""

from dataclasses import dataclass

from django.db.models import Q

from lms.kit import clock
from lms.people.invitations import hash_of
from lms.people.models import User

from .definition import fault_of, in_words, pages_of
from .models import Application, ApplicationCheck, ApplicationForm, ApplicationLink
from .states import OPEN, WITH_HUB, ApplicationState, FormState


def form_in_use() -> ApplicationForm | None:
    """The newest version that is published; who begins today answers it."""
    return ApplicationForm.objects.filter(state=FormState.PUBLISHED).order_by("-number").first()


def draft_form() -> ApplicationForm | None:
    return ApplicationForm.objects.filter(state=FormState.DRAFT).first()


def application_by(secret: str) -> Application | None:
    """What a link opens, until it expires; None for one that nobody knows. One query."""
    link = (
        ApplicationLink.objects.filter(secret_hash=hash_of(secret), expires_at__gt=clock.now())
        .select_related("application__form", "application__organisation")
        .first()
    )
    return link.application if link else None


def open_application_of(email) -> Application | None:
    """The one that this address began and that is not closed; else None."""
    return Application.objects.filter(email__iexact=email, state__in=OPEN).first()


def closed_application_of(email) -> Application | None:
    """The newest of this address that the Hub had and that is closed; else None."""
    closed = Application.objects.visible_to_hub().exclude(state__in=OPEN)
    return closed.filter(email__iexact=email).order_by("-closed_at", "-pk").first()


def account_of(email) -> User | None:
    """Whoever has this address here already, also by a closed account."""
    return User.objects.filter(email__iexact=email).first()


@dataclass(frozen=True)
class Line:
    """One question with its answer, as a page shows it."""

    question: object
    answer: str
    fault: str
    files: tuple


@dataclass(frozen=True)
class Section:
    number: int
    heading: str
    lines: tuple[Line, ...]

    @property
    def is_complete(self):
        return not any(line.fault for line in self.lines)

    @property
    def is_begun(self):
        return any(line.answer or line.files for line in self.lines)


def files_by_question(application) -> dict[str, list]:
    by_question: dict[str, list] = {}
    for file in application.files.all():
        by_question.setdefault(file.question, []).append(file)
    return by_question


def sections_of(application) -> list[Section]:
    """The whole application by page, numbered from 1. One query."""
    files, answers = files_by_question(application), application.answers
    return [
        Section(
            number,
            heading,
            tuple(
                Line(
                    question,
                    in_words(question, answers.get(question.key)),
                    fault_of(
                        question,
                        answers.get(question.key),
                        len(files.get(question.key, ())),
                    ),
                    tuple(files.get(question.key, ())),
                )
                for question in questions
            ),
        )
        for number, (heading, questions) in enumerate(pages_of(application.form.questions), start=1)
    ]


def newest_checks(application) -> dict[str, ApplicationCheck]:
    """By key of the checklist the newest line of it. One query."""
    return {check.key: check for check in application.checks.select_related("by")}


def unmet_checks(application) -> list[str]:
    """Labels of the checklist that nobody has answered, or that are not met."""
    checks = newest_checks(application)
    return [
        line["label"]
        for line in application.form.checklist
        if line["key"] not in checks or checks[line["key"]].result in ("", "not_met")
    ]


# What the list can be narrowed to: answers of `?show=`.
SHOWS = {
    "open": Q(state__in=sorted(WITH_HUB)),
    "submitted": Q(state=ApplicationState.SUBMITTED),
    "question": Q(state=ApplicationState.QUESTION),
    "approved": Q(state=ApplicationState.APPROVED),
    "declined": Q(state=ApplicationState.DECLINED),
    "withdrawn": Q(state=ApplicationState.WITHDRAWN),
    "all": Q(),
}


def applications_for_hub(*, show="open", officer="", by=None, wanted=""):
    """What was ever submitted, the oldest first. `officer`: "me", "nobody" or "". A QuerySet in an order of its own."""
    rows = Application.objects.visible_to_hub().filter(SHOWS[show])
    if officer == "me":
        rows = rows.filter(assigned_to=by)
    elif officer == "nobody":
        rows = rows.filter(assigned_to=None)
    for word in wanted.split():
        rows = rows.filter(Q(name__icontains=word) | Q(reference__icontains=word))
    return rows.select_related("assigned_to").order_by("submitted_at", "pk")
