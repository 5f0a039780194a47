"""Each piece of work there is becomes a first attempt, and each line of a mark's history names it; a quiz's mark becomes a line."""

from django.db import migrations

LOT = 2000


def in_lots(rows):
    rows = list(rows)
    for start in range(0, len(rows), LOT):
        yield rows[start : start + LOT]


def fill(apps, schema_editor):
    model = lambda name: apps.get_model("assessments", name)  # noqa: E731
    Attempt, DueLine, MarkLine = model("Attempt"), model("DueLine"), model("MarkLine")
    Submission, QuizAttempt, Deadline = model("Submission"), model("QuizAttempt"), model("Deadline")

    attempts = {}
    for moment, rows in (
        ("submitted_at", Submission.objects.all()),
        ("begun_at", QuizAttempt.objects.all()),
    ):
        for enrolment, assessment, at in rows.order_by("pk").values_list(
            "enrolment_id", "assessment_id", moment
        ):
            made = Attempt(enrolment_id=enrolment, assessment_id=assessment)
            made.opened_at = at or made.opened_at
            attempts.setdefault((enrolment, assessment), made)
    for lot in in_lots(attempts.values()):
        Attempt.objects.bulk_create(lot)

    deadlines = {
        (assessment, cohort): due_at
        for assessment, cohort, due_at in Deadline.objects.values_list(
            "assessment_id", "cohort_id", "due_at"
        )
    }
    for table in (Submission, QuizAttempt):
        for lot in in_lots(table.objects.select_related("enrolment").order_by("pk")):
            kept, other = [], []
            for row in lot:
                row.attempt = attempts[row.enrolment_id, row.assessment_id]
                due_at = getattr(row, "due_at", None)
                cohort = deadlines.get((row.assessment_id, row.enrolment.cohort_id))
                if due_at and due_at != cohort:  # it was handed in under another deadline
                    row.attempt.due_at = due_at
                    other.append(row.attempt)
                    kept.append(
                        DueLine(
                            attempt=row.attempt,
                            number=1,
                            kind="earlier",
                            due_at=due_at,
                            by="operator:migrate",
                        )
                    )
            table.objects.bulk_update(lot, ["attempt"])
            Attempt.objects.bulk_update(other, ["due_at"])
            DueLine.objects.bulk_create(kept)

    for lot in in_lots(MarkLine.objects.select_related("submission").order_by("pk")):
        for line in lot:
            line.attempt_id = line.submission.attempt_id
        MarkLine.objects.bulk_update(lot, ["attempt"])

    marked = QuizAttempt.objects.exclude(mark=None).exclude(handed_in_at=None)
    for lot in in_lots(marked.select_related("enrolment").order_by("pk")):
        MarkLine.objects.bulk_create(
            MarkLine(
                attempt_id=quiz.attempt_id,
                number=1,
                stage="quiz",
                mark=quiz.mark,
                rule="Right answers out of a hundred.",
                by=f"person:{quiz.enrolment.person_id}",
                at=quiz.handed_in_at,
            )
            for quiz in lot
        )


class Migration(migrations.Migration):
    dependencies = [("assessments", "0011_attempts")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
