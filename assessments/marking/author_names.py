"""Whose work it is, of the few scripts that are not anonymous: the one thing of an author that a marker's desk and queue may say."""

from ..taking.models import Submission


def author_names(tasks) -> dict[int, str]:
    """By the key of its script, of those handed in under their author's name alone. One query where there are any, none otherwise."""
    keys = [task.submission_id for task in tasks if task.submission.names_author]
    if not keys:
        return {}
    rows = Submission.objects.filter(pk__in=keys, names_author=True)
    return {
        row.pk: row.enrolment.person.full_name for row in rows.select_related("enrolment__person")
    }
