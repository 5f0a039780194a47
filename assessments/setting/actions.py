"""Writes down what is assessed and by when; it refuses to change a quiz or rubric that work was judged by."""

from django.db import transaction
from django.utils.translation import gettext as _

from courses.models import Provision
from lms.kit.refusals import Refused, insist
from lms.record.actions import write

from .models import Assessment, Choice, Criterion, Deadline, Question
from .rules import may_teach


@transaction.atomic
def keep_assessment(module, facts, *, by) -> Assessment:
    """Write one assessment down as `facts` say (code, kind, title, weight, brief, words, question, criterion).

    1. the assessment, 2. its questions and choices or its criteria, 3. a record entry. Nothing
    new to say: nothing is written.
    """
    insist(may_teach(by))
    wanted = {
        "module": module,
        "kind": facts["kind"],
        "title": facts["title"],
        "brief": facts["brief"].strip(),
        "weight": facts["weight"],
        "words": facts.get("words") or None,
    }
    assessment, is_new = Assessment.objects.get_or_create(code=facts["code"], defaults=wanted)
    changed = {k for k, v in wanted.items() if getattr(assessment, k) != v}
    questions = _questions_differ(assessment, facts.get("question", []))
    criteria = _criteria_differ(assessment, facts.get("criterion", []))
    if not (is_new or changed or questions or criteria):
        if _name_law(assessment, facts.get("question", [])):
            write("assessments.keep_assessment", assessment, by=by, after={"code": assessment.code})
        return assessment
    # Asked of the assessment: what trainees and markers do with it stands in the folders above this one.
    if (questions and assessment.quizzes.exists()) or (
        (criteria or "weight" in changed)
        and assessment.submissions.filter(allocations__isnull=False).exists()
    ):
        raise Refused(
            _(
                "%(assessment_code)s has been worked on, so what it is judged by can no longer change."
            )
            % {"assessment_code": assessment.code}
        )
    for name, value in wanted.items():
        setattr(assessment, name, value)
    assessment.save()
    if questions:
        _write_questions(assessment, facts["question"])
    _name_law(assessment, facts.get("question", []))
    if criteria:
        _write_criteria(assessment, facts["criterion"])
    write("assessments.keep_assessment", assessment, by=by, after={"code": assessment.code})
    return assessment


def _questions_differ(assessment, wanted):
    held = [
        (q.key, q.text, q.nation, q.why, [(c.text, c.is_right) for c in q.choices.all()])
        for q in assessment.questions.prefetch_related("choices")
    ]
    return held != [
        (
            q["key"],
            q["text"],
            q.get("nation", ""),
            q.get("why", ""),
            [(c["text"], c["right"]) for c in q["choice"]],
        )
        for q in wanted
    ]


def _name_law(assessment, wanted) -> bool:
    """Tie each question to the law its answer rests on, in the reading of today where it was tied to none. It changes no question, so it may
    come later. Was any tied? Raises Refused where the ledger has no such entry."""
    tied = False
    keys = {q["key"]: q["provision"] for q in wanted if q.get("provision")}
    law = {entry.key: entry for entry in Provision.objects.filter(key__in=keys.values())}
    for question in assessment.questions.select_related("provision") if keys else ():
        key = keys.get(question.key, "")
        if key and key not in law:
            raise Refused(
                _(
                    "Question %(question_key)s rests on “%(key)s”, and the ledger of law has no such entry."
                )
                % {"question_key": question.key, "key": key}
            )
        if key and (question.provision is None or question.provision.key != key):
            question.provision, question.reading = law[key], law[key].reading
            question.save(update_fields=["provision", "reading"])
            tied = True
    return tied


def _criteria_differ(assessment, wanted):
    held = list(assessment.criteria.values_list("key", "title", "weight", "description"))
    return held != [(c["key"], c["title"], c["weight"], c.get("description", "")) for c in wanted]


def _write_questions(assessment, wanted):
    Choice.objects.filter(question__assessment=assessment).delete()
    Question.objects.filter(assessment=assessment).delete()
    for order, facts in enumerate(wanted, start=1):
        if sum(choice["right"] for choice in facts["choice"]) != 1:
            raise Refused(
                _("Question %(key)s needs exactly one right answer.") % {"key": facts["key"]}
            )
        question = Question.objects.create(
            assessment=assessment,
            key=facts["key"],
            text=facts["text"],
            nation=facts.get("nation", ""),
            why=facts.get("why", ""),
            order=order,
        )
        Choice.objects.bulk_create(
            Choice(question=question, text=choice["text"], is_right=choice["right"], order=place)
            for place, choice in enumerate(facts["choice"], start=1)
        )


def _write_criteria(assessment, wanted):
    if wanted and sum(facts["weight"] for facts in wanted) != 100:
        raise Refused(
            _("The criteria of %(assessment_code)s must weigh 100 together.")
            % {"assessment_code": assessment.code}
        )
    Criterion.objects.filter(assessment=assessment).delete()
    Criterion.objects.bulk_create(
        Criterion(
            assessment=assessment,
            key=facts["key"],
            title=facts["title"],
            weight=facts["weight"],
            description=facts.get("description", ""),
            order=order,
        )
        for order, facts in enumerate(wanted, start=1)
    )


@transaction.atomic
def set_deadline(assessment, cohort, due_at, *, by) -> Deadline:
    """Say when a cohort hands an assessment in. 1. the deadline, 2. a record entry.

    Work handed in before keeps the deadline it was handed in under.
    """
    insist(may_teach(by))
    if assessment.module.programme_id != cohort.programme_id:
        raise Refused(
            _("%(assessment_code)s does not belong to the programme of %(cohort)s.")
            % {"assessment_code": assessment.code, "cohort": cohort.title}
        )
    deadline, is_new = Deadline.objects.select_for_update(no_key=True).get_or_create(
        assessment=assessment, cohort=cohort, defaults={"due_at": due_at}
    )
    if not is_new and deadline.due_at == due_at:
        return deadline
    before, deadline.due_at = (None if is_new else deadline.due_at.isoformat()), due_at
    deadline.save(update_fields=["due_at"])
    write("assessments.set_deadline", deadline, by=by, before=before, after=due_at.isoformat())
    return deadline
