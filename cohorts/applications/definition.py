"""What a version of the form asks, as data; and what is wrong with an answer. It asks no database."""

from dataclasses import asdict, dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.kit import nations

from ..fields import read_day

KINDS = {
    "text": gettext_lazy("Short text"),
    "long_text": gettext_lazy("Long text"),
    "yes_no": gettext_lazy("Yes or no"),
    "choice": gettext_lazy("Choice from a list"),
    "nations": gettext_lazy("Nations"),
    "number": gettext_lazy("Whole number"),
    "date": gettext_lazy("Date"),
    "email": gettext_lazy("Email address"),
    "file": gettext_lazy("File"),
    "declaration": gettext_lazy("Declaration to tick"),
}
LONGEST = {"long_text": 4000}  # characters of an answer; of every other kind SHORT
SHORT = 300
MOST_NUMBER = 1_000_000
MOST_QUESTIONS = 100
# By these the Hub finds the organisation, and an officer's interest in it: every version asks them.
ALWAYS_ASKED = ("name", "charity_number")


@dataclass(frozen=True)
class Question:
    """`key` stays the same from version to version; `page` is the heading of the page it stands on."""

    key: str
    page: str
    label: str
    kind: str = "text"
    hint: str = ""
    is_required: bool = True
    options: tuple[str, ...] = ()
    is_assumed: bool = False


def questions_of(definition) -> list[Question]:
    return [
        Question(**{**one, "options": tuple(one.get("options", ()))})
        for one in definition.get("questions", [])
    ]


def as_data(questions) -> list[dict]:
    return [{**asdict(one), "options": list(one.options)} for one in questions]


def pages_of(questions) -> list[tuple[str, list[Question]]]:
    """(heading, its questions), in the order in which headings first appear."""
    pages: dict[str, list[Question]] = {}
    for one in questions:
        pages.setdefault(one.page, []).append(one)
    return list(pages.items())


def longest(question) -> int:
    return LONGEST.get(question.kind, SHORT)


def unanswered(question) -> str:
    return {
        "yes_no": _("Select yes or no."),
        "choice": _("Select an answer from the list."),
        "nations": _("Select at least one nation."),
        "number": _("Enter a number."),
        "date": _("Enter a date."),
        "email": _("Enter an email address."),
        "file": _("Choose a file."),
        "declaration": _("Tick the box to confirm this."),
    }.get(question.kind, _("Enter an answer."))


def fault_of(question, answer, file_count=0) -> str:
    """Why this answer, as it was typed, does not do; “” where it does."""
    if question.kind == "file":
        return unanswered(question) if question.is_required and not file_count else ""
    if not answer:
        return unanswered(question) if question.is_required else ""
    if question.kind == "nations":
        return "" if set(answer) <= set(nations.NATIONS) else unanswered(question)
    if len(answer) > longest(question):
        return _("Shorten the answer to %(most)s characters.") % {"most": longest(question)}
    if question.kind == "choice" and answer not in question.options:
        return unanswered(question)
    if question.kind == "yes_no" and answer not in ("yes", "no"):
        return unanswered(question)
    if question.kind == "declaration" and question.is_required and answer != "yes":
        return unanswered(question)
    if question.kind == "number":
        digits = answer.replace(",", "").strip()
        if not (digits.isascii() and digits.isdigit() and int(digits) <= MOST_NUMBER):
            return _("Enter a whole number, such as 12.")
    if question.kind == "date" and read_day(answer) is None:
        return _("Enter a date, such as 22/09/2025.")
    if question.kind == "email":
        try:
            validate_email(answer)
        except ValidationError:
            return _("Enter an email address in the correct format, such as name@example.org.")
    return ""


def in_words(question, answer) -> str:
    """An answer as a page shows it; “” where there is none. A faulty one as it was typed."""
    if not answer:
        return ""
    if question.kind == "nations":
        return nations.sentence(answer)
    if question.kind in ("yes_no", "declaration"):
        return {"yes": _("Yes"), "no": _("No")}.get(answer, answer)
    return answer
