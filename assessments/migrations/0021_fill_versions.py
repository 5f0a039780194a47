"""What each assessment asked becomes its first version, approved; whoever has an attempt at it sits that one."""

from django.db import migrations
from django.db.models import F

from lms.kit import clock


def fill(apps, schema_editor):
    model = lambda name: apps.get_model("assessments", name)  # noqa: E731
    now, Sitting, VersionQuestion = clock.now(), model("Sitting"), model("VersionQuestion")
    for assessment in model("Assessment").objects.order_by("pk"):
        version = model("AssessmentVersion").objects.create(
            assessment=assessment,
            number=1,
            brief=assessment.brief,
            weight=assessment.weight,
            words=assessment.words,
            opened_at=now,
            approved_at=now,
            state="approved",
        )
        model("Criterion").objects.filter(assessment=assessment).update(version=version)
        VersionQuestion.objects.bulk_create(
            VersionQuestion(version=version, question=question, order=order)
            for order, question in enumerate(
                model("Question").objects.filter(assessment=assessment).order_by("order", "pk"), 1
            )
        )
        sittings = Sitting.objects.filter(assessment=assessment)
        sittings.update(version=version)
        sat = model("Attempt").objects.filter(assessment=assessment).order_by()
        cohorts = sat.values_list(F("enrolment__cohort"), flat=True).distinct()
        there = set(sittings.values_list("cohort", flat=True))
        Sitting.objects.bulk_create(
            Sitting(assessment=assessment, cohort_id=cohort, version=version)
            for cohort in sorted(set(cohorts) - there)
        )
    model("Assessment").objects.update(is_in_use=True)


def refill(apps, schema_editor):
    """Back: what the newest approved version asks, and only sittings with a date."""
    model = lambda name: apps.get_model("assessments", name)  # noqa: E731
    for version in model("AssessmentVersion").objects.order_by("number"):
        if version.state != "approved" and version.number > 1:
            continue
        model("Assessment").objects.filter(pk=version.assessment_id).update(
            brief=version.brief, weight=version.weight, words=version.words
        )
        model("Criterion").objects.filter(version=version).update(assessment=version.assessment_id)
        for place in model("VersionQuestion").objects.filter(version=version):
            model("Question").objects.filter(pk=place.question_id).update(order=place.order)
    model("Sitting").objects.filter(due_at=None).delete()


class Migration(migrations.Migration):
    dependencies = [("assessments", "0020_versions")]
    operations = [migrations.RunPython(fill, refill)]
