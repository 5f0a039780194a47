"""Makes assessments and their versions; it refuses to change a version that is out of its author's hands."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.kit import clock, nations
from lms.kit.refusals import Refused, insist
from lms.kit.transitions import make_transition
from lms.record.actions import write

from .. import kinds
from ..bank import is_tagged
from ..models import Assessment, AssessmentVersion, VersionQuestion
from ..outcomes import outcome_faults
from ..queries import questions_in
from ..rules import may_approve, may_set
from ..scenarios import scenario_faults
from ..sections import section_faults
from ..states import ReleaseBy, ReleaseWhen, SubmissionType, VersionState
from .criteria import insist_levels, make_criteria, rubric_rows, write_criteria
from .items import insist_portfolio_range, item_faults, item_rows, make_items, write_items
from .section_places import copy_sections, leave_section

LOWEST_WORDS, HIGHEST_WORDS = 100, 100_000
MOST_QUESTIONS, MOST_MINUTES, MOST_ATTEMPTS = 500, 600, 5


class Outdated(Refused):
    """The draft was saved from another page after this one was opened; nothing was changed."""


class Incomplete(Refused):
    """A draft that cannot be approved yet; `faults` say what is missing."""

    def __init__(self, faults):
        self.faults = faults
        super().__init__(" ".join(faults))


@transaction.atomic
def make_assessment(module, code, kind, title, *, weight, by) -> AssessmentVersion:
    """A new piece of work with an empty first draft. 1. the assessment, 2. its draft, 3. a record entry. Refused where the code is in use."""
    insist(may_set(by, module))
    code, title = code.strip().upper(), title.strip()
    try:
        with transaction.atomic():
            made = Assessment.drafts_too.create(module=module, code=code, kind=kind, title=title)
    except IntegrityError:
        raise Refused(
            _("The code %(code)s is in use already. Choose another.") % {"code": code}
        ) from None
    draft = AssessmentVersion(assessment=made, number=1, weight=weight)
    if made.is_quiz:  # of its essays; few are asked, and a sample of the marks is looked at
        draft.scheme = AssessmentVersion.MODERATED
    draft.save()
    write("assessments.make_assessment", draft, by=by, after={"code": code, "title": title})
    return draft


@transaction.atomic
def rename_assessment(assessment, title, *, by) -> Assessment:
    """Another title, for every version: it is the name of the piece, as its code is. 1. the title, 2. a record entry."""
    locked = _lock(assessment)
    insist(may_set(by, locked.module))
    title = title.strip()
    if not title:
        raise Refused(_("Give it a title."))
    if locked.title != title:
        before, locked.title = locked.title, title
        locked.save(update_fields=["title"])
        write("assessments.rename_assessment", locked, by=by, before=before, after=title)
    return locked


@transaction.atomic
def start_version(version, *, by) -> AssessmentVersion:
    """The next version of an assessment, a draft that says what this one says. While there is a draft, that one.

    1. the draft, 2. its criteria with their levels, the places of its questions and its items, 3. a record entry.
    """
    assessment = _lock(version.assessment)
    insist(may_set(by, assessment.module))
    there = assessment.versions.exclude(state=VersionState.APPROVED).first()
    if there:
        return there
    made = AssessmentVersion.objects.create(
        assessment=assessment,
        number=assessment.versions.count() + 1,
        brief=version.brief,
        weight=version.weight,
        minimum=version.minimum,
        must_pass=version.must_pass,
        attempt_limit=version.attempt_limit,
        attempt_cap=version.attempt_cap,
        release_by=version.release_by,
        release_when=version.release_when,
        words=version.words,
        asks=version.asks,
        draws=version.draws,
        shuffles_choices=version.shuffles_choices,
        step=version.step,
        scheme=version.scheme,
        takes_recordings=version.takes_recordings,
        submission_type=version.submission_type,
        names_author=version.names_author,
        chooses_subject=version.chooses_subject,
        minutes=version.minutes,
        practice_hours=version.practice_hours,
        reflections=version.reflections,
        may_lack=version.may_lack,
    )
    places = list(version.places.all())
    for copy in places:
        copy.pk, copy.version = None, made
    VersionQuestion.objects.bulk_create(places)
    copy_sections(version, made)
    make_criteria(made, rubric_rows(version))
    make_items(made, item_rows(version))
    write("assessments.start_version", made, by=by, after={"from": version.number})
    return made


@transaction.atomic
def edit_version(version, *, by, seen=None, **facts) -> AssessmentVersion:
    """Change a draft: `brief`, `weight`, `minimum`, `must_pass`, `attempt_limit`, `attempt_cap`, `release_by`, `release_when`, `words`, `asks`, `draws` (dicts of tag and count), `shuffles_choices`, `minutes`, `step`, `scheme`, `takes_recordings`, `submission_type`, `names_author`, `chooses_subject`, `practice_hours`, `reflections`, `may_lack`, `items` (as `write_items` has them), `criteria` (dicts of title, weight, description, a key where it had one,
    and, where they change, `levels`, of mark_from, mark_to and descriptor, and `outcomes`, in words of the module); what is not named stays. 1. the draft, 2. its criteria and their levels, 3. a
    record entry. Raises Outdated when it was saved after `seen`, its revision then, and Refused where levels leave a mark out or hold one twice."""
    locked = lock_draft(version, by=by, seen=seen)
    criteria, items = facts.pop("criteria", None), facts.pop("items", None)
    changed = [name for name, value in facts.items() if getattr(locked, name) != value]
    _insist_in_range(facts)
    if facts.get("names_author") and locked.assessment.is_quiz:
        raise Refused(_("A quiz is always marked without names."))
    for name in changed:
        setattr(locked, name, facts[name])
    insist_portfolio_range(facts)
    rewritten = ["criteria"] if criteria is not None and write_criteria(locked, criteria) else []
    if items is not None and write_items(locked, items):
        rewritten.append("items")
    if "step" in changed:
        insist_levels(rubric_rows(locked), locked.step)
    if changed or rewritten:
        what = [*changed, *rewritten]
        save_draft(
            locked, "assessments.edit_version", by=by, after={"changed": what}, names=changed
        )
    return locked


def _insist_in_range(facts):
    if not 0 <= facts.get("weight", 0) <= 100:
        raise Refused(_("The weight must be a whole number from 0 to 100."))
    if facts.get("asks") is not None and not 1 <= facts["asks"] <= MOST_QUESTIONS:
        raise Refused(
            _("The number of questions must be from 1 to %(most)s, or empty.")
            % {"most": MOST_QUESTIONS}
        )
    if any(not 1 <= one["count"] <= MOST_QUESTIONS for one in facts.get("draws", ())):
        raise Refused(_("Draw at least one question by each tag."))
    if facts.get("minutes") is not None and not 1 <= facts["minutes"] <= MOST_MINUTES:
        raise Refused(
            _("The time must be from 1 to %(most)s minutes, or empty.") % {"most": MOST_MINUTES}
        )
    if not 0 <= (facts.get("minimum") or 0) <= 100:
        raise Refused(_("The minimum must be a whole number from 0 to 100, or empty."))
    if not 1 <= (facts.get("attempt_limit") or 1) <= MOST_ATTEMPTS:
        raise Refused(
            _("The number of attempts must be from 1 to %(most)s, or empty.")
            % {"most": MOST_ATTEMPTS}
        )
    if facts.get("attempt_cap") is not None and not 1 <= facts["attempt_cap"] <= 100:
        raise Refused(_("What a later attempt counts at most must be from 1 to 100, or empty."))
    words = facts.get("words")
    if words is not None and not LOWEST_WORDS <= words <= HIGHEST_WORDS:
        raise Refused(
            _("The length must be a number of words from %(lowest)s to %(highest)s, or empty.")
            % {"lowest": LOWEST_WORDS, "highest": HIGHEST_WORDS}
        )
    if "step" in facts and facts["step"] not in dict(AssessmentVersion.STEPS):
        raise Refused(_("Choose whether marks are whole, or whole and half."))
    if "scheme" in facts and facts["scheme"] not in dict(AssessmentVersion.SCHEMES):
        raise Refused(_("Choose how scripts are marked."))
    if facts.get("submission_type", SubmissionType.FILE) not in SubmissionType.values:
        raise Refused(_("Choose how work is handed in."))
    if facts.get("release_by", "") not in ("", *ReleaseBy.values):
        raise Refused(_("Choose who releases marks."))
    if facts.get("release_when", "") not in ("", *ReleaseWhen.values):
        raise Refused(_("Choose when marks can be released."))


@transaction.atomic
def drop_draft(version, *, by, seen=None):
    """Throw a draft away that was never approved. 1. its criteria and questions that stand nowhere else go, 2. the draft goes, and the assessment with
    it where it was the first, 3. a record entry."""
    locked = lock_draft(version, by=by, seen=seen)
    assessment = locked.assessment
    write("assessments.drop_draft", locked, by=by, before={"number": locked.number})
    locked.criteria.all().delete()
    locked.items.all().delete()
    locked.sections.all().delete()
    for place in locked.places.select_related("question"):
        drop_place(place)
    assessment.scenarios.filter(questions=None).delete()
    if locked.reviews.exists():
        raise Refused(
            _(
                "The external examiner has answered about this draft, so it stays. Change it instead."
            )
        )
    locked.delete()
    if not assessment.versions.exists():
        assessment.delete()


def drop_place(place):
    """A question leaves a draft; it goes for good where no other version asks it."""
    question = place.question
    leave_section(place)
    place.delete()
    if not question.places.exists():
        question.choices.all().delete()
        question.delete()


@transaction.atomic
def approve(version, *, by, seen=None) -> AssessmentVersion:
    """A draft becomes what cohorts can sit, where the external examiner is not asked. 1. the version is approved, 2. the assessment is in use from now on, 3. record entries.

    Twice is once. Raises Outdated where the draft is another than the one of `seen`, its revision; Incomplete for a draft that lacks something, and for
    a new piece in a module that a board has decided for somebody, because it would be asked of them too.
    """
    locked = lock_version(version)
    insist(may_approve(by, locked.assessment.module))
    if seen is not None and seen != locked.revision and not locked.is_approved:
        raise Outdated(_("This draft was saved from another page after you opened this one."))
    return approve_in(locked, by=by)


def approve_in(locked, *, by) -> AssessmentVersion:
    """The part of it that follows whoever may: in the caller's transaction, of a locked version."""
    if locked.is_approved:
        return locked
    if found := faults(locked):
        raise Incomplete(found)
    assessment = locked.assessment
    make_transition(locked, "approve", by=by, approved_at=clock.now())
    if not assessment.is_in_use:
        assessment.is_in_use = True
        assessment.save(update_fields=["is_in_use"])
        write("assessments.put_in_use", assessment, by=by, after={"code": assessment.code})
    return locked


_TOO_LATE = gettext_lazy(
    "A board has decided module %(module)s already. A new piece of work would be asked of the people it decided on too."
)


def comes_too_late(assessment) -> bool:
    """Has a board decided the module of a piece that nobody was asked for yet? What boards do stands in the folders above: the module is asked."""
    return not assessment.is_in_use and assessment.module.decisions.exists()


def faults(version) -> list[str]:
    """What a draft lacks before it can be sent or approved, in sentences."""
    found = [] if version.brief.strip() else [_("The brief is empty.")]
    if comes_too_late(version.assessment):
        found.append(_TOO_LATE % {"module": version.assessment.module.code})
    if version.assessment.is_quiz:
        questions = questions_in(version)
        if not any(question.nation == "" for question in questions):
            found.append(_("It needs at least one question for trainees of every nation."))
        for number, question in enumerate(questions, start=1):
            rows = [(c.text, c.is_right, c.pair) for c in question.choices.all()]
            found += [
                _("Question %(number)s: %(fault)s") % {"number": number, "fault": fault}
                for fault in kinds.faults(question.kind, rows, question.solution, question.text)
            ]
        return [
            *found,
            *_too_few(version, questions),
            *_draw_faults(version, questions),
            *scenario_faults(version, questions),
            *section_faults(version, questions),
        ]
    if version.assessment.is_portfolio:
        found += item_faults(version)
    criteria = list(version.criteria.all())
    found += outcome_faults(version.assessment.module, criteria)
    weights = [one.weight for one in criteria]
    if not weights:
        found.append(_("It has no criteria yet."))
    elif sum(weights) != 100:
        found.append(
            _("The criteria must weigh 100 together; they weigh %(sum)s.") % {"sum": sum(weights)}
        )
    return found


def _too_few(version, questions):
    """Everybody is asked as many, whatever their nation: an attempt with fewer would be marked out of fewer."""
    least = _least(questions)
    if version.asks is None or version.asks <= least:
        return []
    return [
        _(
            "It asks %(asks)s questions of each trainee, but has only %(least)s for some nations. Add questions, or ask fewer."
        )
        % {"asks": version.asks, "least": least}
    ]


def _draw_faults(version, questions):
    """Why it could not draw by tag for everybody: each tag needs as many questions for each nation, no question counts for two, and others fill the rest."""
    if not version.draws:
        return []
    asked = sum(one["count"] for one in version.draws)
    if version.asks is None or version.asks < asked:
        return [
            _("It draws %(count)s questions by tag. Ask at least as many of each trainee.")
            % {"count": asked}
        ]
    by_tag = {
        one["tag"]: [q for q in questions if is_tagged(q.tags.all(), one["tag"])]
        for one in version.draws
    }
    found = [
        _(
            "It draws %(count)s questions with the tag “%(tag)s”, but has only %(least)s for some nations."
        )
        % {**one, "least": _least(by_tag[one["tag"]])}
        for one in version.draws
        if _least(by_tag[one["tag"]]) < one["count"]
    ]
    drawn = [question.pk for those in by_tag.values() for question in those]
    twice = [n for n, q in enumerate(questions, start=1) if drawn.count(q.pk) > 1]
    found += [
        _("Question %(number)s has two of the tags that are drawn by. Leave it one.")
        % {"number": n}
        for n in twice
    ]
    rest = _least([q for q in questions if q.pk not in drawn])
    if rest < version.asks - asked:
        found.append(
            _(
                "Besides those drawn by tag it asks %(count)s questions, but has only %(least)s other ones for some nations."
            )
            % {"count": version.asks - asked, "least": rest}
        )
    return found


def _least(questions):
    """For how many of them a nation is asked, of the nation that has the fewest."""
    return min(sum(q.nation in ("", nation) for q in questions) for nation in nations.ALL)


def lock_version(version) -> AssessmentVersion:
    rows = AssessmentVersion.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("assessment__module").get(pk=version.pk)


def lock_draft(version, *, by, seen=None) -> AssessmentVersion:
    """A draft, locked, for whoever may change it."""
    locked = lock_version(version)
    insist(may_set(by, locked.assessment.module))
    if not locked.is_draft:
        raise Refused(
            _("Version %(number)s is “%(state)s”, so it cannot be changed. Start a new version.")
            % {"number": locked.number, "state": locked.get_state_display()}
        )
    if seen is not None and seen != locked.revision:
        raise Outdated(_("This draft was saved from another page after you opened this one."))
    return locked


def save_draft(locked, action, *, by, after, names=()):
    """The draft has its next revision, and the record an entry."""
    locked.revision += 1
    locked.save(update_fields=["revision", *names])
    write(action, locked, by=by, after=after)


def _lock(assessment) -> Assessment:
    rows = Assessment.drafts_too.select_for_update(of=("self",), no_key=True)
    return rows.select_related("module").get(pk=assessment.pk)
