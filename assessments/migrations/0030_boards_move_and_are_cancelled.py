"""A board can be moved to another day or cancelled; the days it was to meet on before can only be added to."""

import django.db.models.deletion
import lms.kit.clock
from django.conf import settings
from django.db import migrations, models

from lms.kit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0023_reviews_and_leaders"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="board",
            name="cancel_reason",
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name="board",
            name="cancelled_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="board",
            name="cancelled_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="board",
            name="state",
            field=models.CharField(
                choices=[("called", "Called"), ("ratified", "Decided"), ("cancelled", "Cancelled")],
                default="called",
                editable=False,
                max_length=24,
            ),
        ),
        migrations.CreateModel(
            name="BoardDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("was_on", models.DateField()),
                ("meets_on", models.DateField()),
                ("why", models.CharField(max_length=500)),
                ("at", models.DateTimeField(default=lms.kit.clock.now)),
                (
                    "board",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="days",
                        to="assessments.board",
                    ),
                ),
                (
                    "moved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["board", "-number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("board", "number"), name="one_board_day_per_number"
                    )
                ],
            },
        ),
        append_only("assessments_boardday"),
    ]
