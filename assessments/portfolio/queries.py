"""What stands in a portfolio, what it still lacks, and what a signer is shown."""

from dataclasses import dataclass, field

from django.db.models import Case, Exists, OuterRef, Prefetch, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cohorts.employment.register import posts_of

from ..setting.models import AssessmentVersion
from ..setting.portfolio_items import PortfolioItem
from ..setting.queries import version_for
from ..taking.queries import own_names
from .content import fingerprint, in_hours, signer_content
from .models import EntryLine, Portfolio, PortfolioEntry, SignOff
from .states import EntryKind, SignOffState


def portfolio_of(assessment, enrolment) -> Portfolio | None:
    """One query."""
    return Portfolio.objects.filter(assessment=assessment, enrolment=enrolment).first()


def version_asked(assessment, enrolment) -> AssessmentVersion:
    """The version that the trainee's cohort sits. One query."""
    found = version_for(assessment.pk, enrolment.cohort_id)
    assert found is not None  # an assessment in use has an approved version
    return found


def newest_lines(portfolio):
    """The newest line of every entry that was not withdrawn, with its entry. A QuerySet."""
    later = EntryLine.objects.filter(entry=OuterRef("entry"), number__gt=OuterRef("number"))
    rows = EntryLine.objects.filter(~Exists(later), entry__portfolio=portfolio, is_withdrawn=False)
    return rows.select_related("entry")


def entries_of_kind(portfolio, kind):
    """The entries of a kind as they are now, the newest day first. A QuerySet."""
    return newest_lines(portfolio).filter(entry__kind=kind).order_by("-day", "-entry__number")


def entry_with_lines(portfolio, number) -> PortfolioEntry | None:
    """An entry with its lines, oldest first. Two queries."""
    rows = PortfolioEntry.objects.filter(portfolio=portfolio, number=number)
    return rows.prefetch_related("lines").first()


def sign_offs_of(portfolio) -> dict[str, list[SignOff]]:
    """By item, the newest first, each with its lines and the log lines that were shown. Four queries."""
    found: dict[str, list[SignOff]] = {}
    rows = SignOff.objects.filter(portfolio=portfolio).select_related("person")
    for one in rows.prefetch_related("lines", "basis__line__entry"):
        found.setdefault(one.item_key, []).append(one)
    return found


def line_rows(lines) -> list[tuple]:
    """Log lines as `signer_content` takes them."""
    return [
        (
            line.entry.number,
            line.number,
            line.day.isoformat(),
            line.quarters,
            line.activity,
            line.text,
        )
        for line in lines
    ]


def content_of(sign_off) -> str:
    """The fingerprint of what a sign-off shows, found again from its rows. Two queries where they are not at hand."""
    lines = [one.line for one in sign_off.basis.all()]
    return fingerprint(
        signer_content(sign_off.item_title, sign_off.item_text, sign_off.signer, line_rows(lines))
    )


@dataclass
class Item:
    """An item of the version with the sign-off that is live (waiting or confirmed), and those before it."""

    item: PortfolioItem
    live: SignOff | None
    earlier: list[SignOff]

    @property
    def is_confirmed(self) -> bool:
        """By somebody who was shown the item as it is asked now."""
        return bool(
            self.live
            and self.live.state == SignOffState.SIGNED
            and (self.live.item_title, self.live.item_text) == (self.item.title, self.item.text)
        )


@dataclass
class Progress:
    """What a version asks, what is there, and `missing` in sentences."""

    version: AssessmentVersion
    quarters: int = 0
    reflections: int = 0
    items: list[Item] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    @property
    def hours(self) -> str:
        return in_hours(self.quarters)

    @property
    def confirmed(self) -> int:
        return sum(one.is_confirmed for one in self.items)


def progress_of(portfolio, version, sign_offs=None) -> Progress:
    """`portfolio` may be None: nothing has begun. Six queries at most."""
    found = Progress(version)
    if portfolio:
        for kind, quarters in newest_lines(portfolio).values_list("entry__kind", "quarters"):
            found.quarters += quarters
            found.reflections += kind == EntryKind.REFLECTION
        sign_offs = sign_offs_of(portfolio) if sign_offs is None else sign_offs
    for item in version.items.all():
        rows = (sign_offs or {}).get(item.key, [])
        live = next((one for one in rows if one.is_live), None)
        found.items.append(Item(item, live, [one for one in rows if one is not live]))
    found.missing = list(_missing(found))
    return found


def _missing(progress: Progress):
    lacking = 4 * (progress.version.practice_hours or 0) - progress.quarters
    if lacking > 0:
        yield (
            ngettext(
                "%(hours)s hour of practice",
                "%(hours)s hours of practice",
                1 if lacking == 4 else 2,
            )
            % {"hours": in_hours(lacking)}
        )
    lacking = (progress.version.reflections or 0) - progress.reflections
    if lacking > 0:
        yield ngettext("%(count)s reflection", "%(count)s reflections", lacking) % {
            "count": lacking
        }
    for one in progress.items:
        if not one.is_confirmed:
            yield _("Confirmation of “%(item)s”") % {"item": one.item.title}


def names_to_leave_out(portfolio) -> tuple[list[str], list[str]]:
    """What the markers' file never holds: (whole, alone with a capital), of the author, of whoever was asked or signed, and of the author's
    workplaces. Six queries."""
    enrolment = portfolio.enrolment
    own = own_names(enrolment)
    whole, alone = [*own.whole], [*own.alone]

    def add_name(name):
        parts = name.split()
        if len(parts) > 1:
            whole.extend([name, " ".join([parts[-1], *parts[:-1]])])
        alone.extend(parts)

    posts = posts_of(enrolment.person_id)
    for words in {post.organisation_name for post in posts}:
        (whole if len(words.split()) > 1 else alone).append(words)
    whole += [post.line_manager for post in posts if post.line_manager]
    rows = SignOff.objects.filter(portfolio=portfolio).select_related("person")
    for one in rows.prefetch_related("lines"):
        whole += filter(None, [one.email, one.person.email if one.person else ""])
        for name in {one.name, *(line.name for line in one.lines.all())} - {""}:
            if "@" not in name:
                add_name(name)
    return whole, alone


# ---- for whoever signs ----


def to_answer(person):
    """What a person with an account is asked to confirm, what waits first. A QuerySet, with the trainee and the shown lines."""
    rows = SignOff.objects.to_sign(person).select_related(
        "portfolio__enrolment__person", "portfolio__assessment"
    )
    return rows.annotate(
        place=Case(When(state=SignOffState.WAITING, then=Value(0)), default=Value(1))
    ).order_by("place", "-asked_at", "-pk")


def with_basis(rows):
    """Sign-offs with what was shown and all that a page of the signer needs. A QuerySet."""
    shown = Prefetch("basis__line", EntryLine.objects.select_related("entry"))
    return rows.select_related(
        "person",
        "portfolio__enrolment__person",
        "portfolio__enrolment__cohort",
        "portfolio__assessment__module",
    ).prefetch_related(shown, "lines")
