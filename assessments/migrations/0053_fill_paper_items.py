"""Each quiz that was begun has the questions it was asked: those answered where it is handed in, else what its cohort's version asks its nations."""

from django.db import migrations

LOT = 500


def fill(apps, schema_editor):
    def model(name):
        return apps.get_model("assessments", name)

    QuizAttempt, PaperItem = model("QuizAttempt"), model("PaperItem")
    sits = {
        (assessment, cohort): version
        for assessment, cohort, version in model("Sitting").objects.values_list(
            "assessment_id", "cohort_id", "version_id"
        )
    }
    newest = {}
    approved = model("AssessmentVersion").objects.filter(state="approved").order_by("number")
    for pk, assessment in approved.values_list("pk", "assessment_id"):
        newest[assessment] = pk
    places, keys = {}, {}
    rows = model("VersionQuestion").objects.order_by("order", "pk")
    for version, pk, nation in rows.values_list(
        "version_id", "question_id", "question__nation"
    ):
        places.setdefault(version, []).append((pk, nation))
    for key, pk, assessment in model("Question").objects.values_list("key", "pk", "assessment_id"):
        keys.setdefault(assessment, {})[key] = pk

    def asked(quiz):
        version = sits.get((quiz.assessment_id, quiz.enrolment.cohort_id)) or newest.get(
            quiz.assessment_id
        )
        there = places.get(version, [])
        if quiz.handed_in_at is None:
            nations = ["", *quiz.enrolment.plan.nations]
            return [pk for pk, nation in there if nation in nations]
        known = keys.get(quiz.assessment_id, {})
        answered = [known[key] for key in quiz.answers if key in known]
        order = {pk: place for place, (pk, _nation) in enumerate(there)}
        return sorted(answered, key=lambda pk: (order.get(pk, len(order)), pk))

    todo = list(QuizAttempt.objects.filter(items=None).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(todo), LOT):
        lot = QuizAttempt.objects.filter(pk__in=todo[start : start + LOT])
        PaperItem.objects.bulk_create(
            PaperItem(quiz_id=quiz.pk, position=position, question_id=question)
            for quiz in lot.select_related("enrolment__plan").order_by("pk")
            for position, question in enumerate(asked(quiz), start=1)
        )


class Migration(migrations.Migration):
    dependencies = [("assessments", "0052_paper_items")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
