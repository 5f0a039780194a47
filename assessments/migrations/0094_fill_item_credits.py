"""What each question earned in the quizzes that were handed in before: all of them had one right choice."""

from django.db import migrations

LOT = 500


def fill(apps, schema_editor):
    def model(name):
        return apps.get_model("assessments", name)

    QuizAttempt, PaperItem, ItemCredit = model("QuizAttempt"), model("PaperItem"), model("ItemCredit")
    right = {}
    for question, choice in model("Choice").objects.filter(is_right=True).values_list("question_id", "pk"):
        right.setdefault(question, set()).add(choice)
    rows = QuizAttempt.objects.exclude(handed_in_at=None).filter(items__credit=None)
    todo = list(rows.order_by("pk").distinct().values_list("pk", flat=True))
    for start in range(0, len(todo), LOT):
        lot = QuizAttempt.objects.in_bulk(todo[start : start + LOT])
        items = PaperItem.objects.filter(quiz__in=list(lot), credit=None, question__kind="single")
        ItemCredit.objects.bulk_create(
            ItemCredit(
                item=item,
                credit=float(
                    lot[item.quiz_id].answers.get(item.question.key)
                    in right.get(item.question_id, ())
                ),
            )
            for item in items.select_related("question").order_by("pk")
        )


class Migration(migrations.Migration):
    dependencies = [("assessments", "0093_item_credits")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
