"""By what a script is judged: the criteria of its version, or the essays that its author was asked in a quiz."""

from ..setting.models import AssessmentVersion
from ..setting.queries import criteria_for, version_for
from ..setting.queries import with_criteria as with_rubric
from ..setting.rubric import WHOLE
from ..taking.essay_answers import as_criteria, essays_of


def criteria_of(submission, *, levels=False) -> list:
    """Each with its key, title, weight, description and levels. One query, with `levels` two; of a quiz one."""
    if submission.assessment.is_quiz:
        return as_criteria(essays_of([submission.pk]).get(submission.pk, []))
    return criteria_for(submission.assessment_id, submission.enrolment.cohort_id, levels=levels)


def step_of(submission, criteria):
    """The steps in which its marks are given. No query for written work, whose criteria come with their version."""
    if not submission.assessment.is_quiz:
        return criteria[0].version.step if criteria else WHOLE
    version = version_for(submission.assessment_id, submission.enrolment.cohort_id)
    return version.step if version else WHOLE


def with_criteria(tasks) -> list:
    """Tasks with a script each (of `with_version`), each with the `criteria`, `words` and `step` of it, the `brief` of what was asked, and its `essays` where they are some. Two queries,
    and two more where there are quizzes among them; however many."""
    tasks = with_rubric(tasks)
    quizzes = [task for task in tasks if task.submission.assessment.is_quiz]
    found = essays_of([task.submission_id for task in quizzes]) if quizzes else {}
    versions = AssessmentVersion.objects.in_bulk({task.version_id for task in quizzes})
    for task in tasks:
        task.essays = found.get(task.submission_id, [])
        task.brief = task.criteria[0].version.brief if task.criteria else ""
    for task in quizzes:
        task.criteria = as_criteria(task.essays)
        if version := versions.get(task.version_id):
            task.step, task.brief = version.step, version.brief
    return tasks
