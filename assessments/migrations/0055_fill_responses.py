"""The answers that were saved in quizzes which are not handed in become responses; those handed in stand with their quiz."""

from django.db import migrations

LOT = 500


def fill(apps, schema_editor):
    def model(name):
        return apps.get_model("assessments", name)

    QuizAttempt, PaperItem, Response = model("QuizAttempt"), model("PaperItem"), model("Response")
    rows = QuizAttempt.objects.filter(handed_in_at=None, responses=None).exclude(answers={})
    todo = list(rows.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(todo), LOT):
        lot = QuizAttempt.objects.in_bulk(todo[start : start + LOT])
        items = PaperItem.objects.filter(quiz__in=list(lot)).select_related("question")
        wanted = [
            (item, lot[item.quiz_id].answers[item.question.key])
            for item in items.order_by("quiz", "position")
            if item.question.key in lot[item.quiz_id].answers
        ]
        choices = model("Choice").objects.filter(pk__in={choice for _item, choice in wanted})
        known = set(choices.values_list("pk", "question_id"))
        Response.objects.bulk_create(
            Response(
                quiz_id=item.quiz_id,
                item=item,
                number=1,
                choice_id=choice,
                client_key=f"before:{item.pk}",
                at=lot[item.quiz_id].begun_at,
            )
            for item, choice in wanted
            if (choice, item.question_id) in known
        )


class Migration(migrations.Migration):
    dependencies = [("assessments", "0054_responses")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
