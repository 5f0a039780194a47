"""Gathers what is known of people from the rooms below; a fixed number of questions, however many people."""
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Min
from django.utils.timezone import localtime

from assessments.models import Assessment, Award, QuizAttempt, Submission
from cohorts.models import Enrolment, Organisation
from cohorts.register import approvals_of, by_family_name, posts_at, posts_of_many
from cohorts.states import EnrolmentState
from courses.models import Study, Variant
from courses.queries import top_ups_by_person
from lms.kit import clock
from lms.people.models import User

from .accreditation import Rules, Standing, standing_on
from .eligibility import why_not
from .facts import Certified, Enrolled, Facts, Post, TopUp, Unit, is_withheld, with_last
from .models import Sanction, Withholding
from .standings import words_for

# A key nobody has: with it every question is asked, also about people who do not exist.
NOBODY = 0


def rules() -> Rules:
    return Rules(years=settings.IMSA_CERTIFICATE_YEARS, grace_months=settings.IMSA_GRACE_MONTHS)


# ---- facts ----

def facts_of(thing) -> Facts:
    """The facts of a person (or a person's key), or of an enrolment, which then stands last."""
    if isinstance(thing, Enrolment):
        return with_last(facts_of_many([thing.person_id])[thing.person_id], thing.pk)
    key = getattr(thing, "pk", thing) or NOBODY
    return facts_of_many([key])[key]


def facts_of_many(person_ids) -> dict[int, Facts]:
    """Facts by person's key. Thirteen questions, and the same when nobody is asked about."""
    keys = [*dict.fromkeys(person_ids)] or [NOBODY]
    people = User.objects.in_bulk(keys)
    posts, approvals = _register(keys)
    sanctions, withheld = _by_person(Sanction, keys), _by_person(Withholding, keys)
    enrolled, top_ups = _enrolments(keys), top_ups_by_person(keys)
    return {
        key: Facts(
            name=_printed_name(people[key]) if key in people else "", enrolments=tuple(enrolled.get(key, ())),
            posts=tuple(posts[key]), approvals={p.organisation: approvals[p.organisation] for p in posts[key]},
            sanctions=tuple(sanctions.get(key, ())), withheld=tuple(withheld.get(key, ())),
            top_ups=tuple(TopUp(*line) for line in top_ups.get(key, ())),
        )
        for key in keys
    }


def _printed_name(person):
    return " ".join(filter(None, [person.first_name, person.last_name]))


def _register(keys):
    """(posts by person, approvals by organisation): three questions."""
    found = posts_of_many(keys)
    ids = {post.organisation_id for posts in found.values() for post in posts} or {NOBODY}
    limits = dict(Organisation.objects.filter(pk__in=ids).values_list("pk", "nations"))
    posts = {
        key: [
            Post(p.organisation_id, p.organisation_name, p.nations, p.starts_on, p.ends_on, tuple(limits[p.organisation_id]))
            for p in held
        ]
        for key, held in found.items()
    }
    return posts, {pk: tuple(lines) for pk, lines in approvals_of(ids).items()}


def _by_person(model, keys):
    """Dated lines by person, in the order in which they were added."""
    path, columns = {
        Sanction: ("enrolment__person_id", ("from_day", "kind", "words")),
        Withholding: ("person_id", ("from_day", "until_day")),
    }[model]
    found = {}
    for key, *line in model.objects.filter(**{f"{path}__in": keys}).order_by("pk").values_list(path, *columns):
        found.setdefault(key, []).append(tuple(line))
    return found


def _enrolments(keys):
    """Enrolments by person: six questions."""
    rows = list(
        Enrolment.objects.filter(person_id__in=keys).select_related("plan", "cohort", "award", "certificate")
        .order_by("enrolled_on", "pk")
    )
    programmes = {e.cohort.programme_id for e in rows} or {NOBODY}
    complete = _work_complete([e.pk for e in rows] or [NOBODY], programmes)
    units = _units(keys, programmes)
    found = {}
    for e in rows:
        award, certificate = getattr(e, "award", None), getattr(e, "certificate", None)
        found.setdefault(e.person_id, []).append(Enrolled(
            from_day=e.enrolled_on, until=e.left_on if e.state == EnrolmentState.LEFT else None, nations=tuple(e.plan.nations),
            work_complete_on=complete(e), award_on=award and award.conferred_on,
            certificate=certificate and Certified(certificate.number, certificate.issued_on, tuple(certificate.nations)),
            key=e.pk, units=units(e),
        ))
    return found


def _work_complete(enrolment_ids, programmes):
    """The day the last piece of an enrolment's assessed work came in, or None: three questions."""
    asked, handed_in = {}, {}
    every = Assessment.objects.filter(module__programme_id__in=programmes)
    for programme, assessment in every.values_list("module__programme_id", "pk"):
        asked.setdefault(programme, set()).add(assessment)
    for model, moment in ((Submission, "submitted_at"), (QuizAttempt, "handed_in_at")):
        lines = model.objects.filter(enrolment_id__in=enrolment_ids).exclude(**{moment: None})
        for enrolment, assessment, at in lines.values_list("enrolment_id", "assessment_id", moment):
            handed_in.setdefault(enrolment, {})[assessment] = localtime(at).date()

    def complete(enrolment):
        wanted, had = asked.get(enrolment.cohort.programme_id, set()), handed_in.get(enrolment.pk, {})
        return max(had[a] for a in wanted) if wanted and wanted <= set(had) else None

    return complete


def _units(keys, programmes):
    """Units by nation with the day each was first studied: two questions."""
    variants = list(
        Variant.objects.filter(unit__module__programme_id__in=programmes).select_related("unit__module")
        .annotate(first_published=Min("versions__published_at")).order_by("unit__module__order", "unit__order", "key")
    )
    studied = {}
    lines = Study.objects.filter(person_id__in=keys, version__variant__unit__module__programme_id__in=programmes)
    for person, variant, at in lines.order_by("-studied_at").values_list("person_id", "version__variant_id", "studied_at"):
        studied[person, variant] = localtime(at).date()

    def units(enrolment):
        def unit(v):
            return Unit(v.unit.title, studied.get((enrolment.person_id, v.pk)), _day(v.first_published), _day(v.withdrawn_at))

        asked = [v for v in variants if v.unit.module.programme_id == enrolment.cohort.programme_id]
        return {nation: tuple(unit(v) for v in asked if nation in v.nations) for nation in enrolment.plan.nations}

    return units


def _day(moment):
    return moment and localtime(moment).date()


# ---- questions the pages ask ----

@dataclass(frozen=True)
class Stood:
    """A person's enrolment with its standing on a day."""

    person: User
    enrolment: Enrolment
    standing: Standing
    on_day: date
    is_withheld: bool = False

    @property
    def words(self):
        return words_for(self.standing.code)


@dataclass(frozen=True)
class Waiting:
    """An award without a certificate, and every reason why there is none; an empty list means it can be issued."""

    enrolment: Enrolment
    award: Award
    reasons: list[str]


def awaiting_issue(cohort=None, day=None) -> list[Waiting]:
    """Awards without a certificate, the oldest first."""
    awards = Award.objects.filter(certificate=None).select_related("enrolment__person", "enrolment__cohort", "enrolment__plan")
    if cohort:
        awards = awards.filter(enrolment__cohort=cohort)
    awards = list(awards.order_by("conferred_on", "enrolment__person__last_name", "enrolment__person__first_name", "pk"))
    facts = facts_of_many([a.enrolment.person_id for a in awards])
    return [
        Waiting(a.enrolment, a, why_not(with_last(facts[a.enrolment.person_id], a.enrolment_id), day or clock.today()))
        for a in awards
    ]


def standings_of(enrolments, day=None) -> list[Stood]:
    """One standing a person: their newest enrolment stands for them."""
    day = day or clock.today()
    newest = {e.person_id: e for e in sorted(enrolments, key=lambda e: (e.enrolled_on, e.pk))}
    found = facts_of_many(newest)
    return [
        Stood(e.person, e, standing_on(day, found[key], rules()), day, is_withheld(day, found[key])) for key, e in newest.items()
    ]


def people(organisation, day=None) -> list[Stood]:
    """An organisation's own people: those with a post there that day, by family name, each with a standing."""
    day = day or clock.today()
    keys = {post.person_id for post in posts_at(organisation, day)}
    enrolments = Enrolment.objects.filter(person_id__in=keys).select_related("person", "cohort", "plan")
    return sorted(standings_of(enrolments, day), key=lambda s: by_family_name(s.person))
