import django.db.models.deletion
import lms.kit.clock
from django.conf import settings
from django.db import migrations, models

from lms.kit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0011_names_of_the_field"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="session",
            name="changed_at",
            field=models.DateTimeField(default=lms.kit.clock.now),
        ),
        migrations.AddField(
            model_name="session",
            name="link",
            field=models.URLField(
                blank=True,
                default="",
                help_text="Where to join online: shown to the cohort from a day before.",
                max_length=500,
            ),
        ),
        migrations.AddField(
            model_name="session",
            name="minutes",
            field=models.PositiveSmallIntegerField(
                blank=True, help_text="How long it lasts, where that is known.", null=True
            ),
        ),
        migrations.AddField(
            model_name="session",
            name="mode",
            field=models.CharField(
                blank=True,
                choices=[
                    ("campus", "On campus"),
                    ("online", "Online"),
                    ("both", "On campus and online"),
                ],
                default="",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="session",
            name="sequence",
            field=models.PositiveIntegerField(
                default=0, help_text="Counts changes, for calendars (RFC 5545, 3.8.7.4)."
            ),
        ),
        migrations.CreateModel(
            name="AttendanceCodeTries",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("counts_from", models.DateTimeField(default=lms.kit.clock.now)),
                ("count", models.PositiveSmallIntegerField(default=0)),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="code_tries",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "attendance code tries",
            },
        ),
        migrations.CreateModel(
            name="SessionSeries",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("made_at", models.DateTimeField(default=lms.kit.clock.now)),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "timetable",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="series",
                        to="courses.timetable",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "session series",
            },
        ),
        migrations.AddField(
            model_name="session",
            name="series",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sessions",
                to="courses.sessionseries",
            ),
        ),
        migrations.CreateModel(
            name="CalendarFeed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sha256", models.CharField(max_length=64, unique=True)),
                ("shows_titles", models.BooleanField(default=False)),
                ("made_at", models.DateTimeField(default=lms.kit.clock.now)),
                ("revoked_at", models.DateTimeField(null=True)),
                ("fetched_at", models.DateTimeField(null=True)),
                ("content_hash", models.CharField(blank=True, max_length=64)),
                ("content_at", models.DateTimeField(null=True)),
                ("counts_from", models.DateTimeField(null=True)),
                ("count", models.PositiveSmallIntegerField(default=0)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calendar_feeds",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "timetable",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calendar_feeds",
                        to="courses.timetable",
                    ),
                ),
            ],
            options={
                "ordering": ["-made_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at", None), ("timetable", None)),
                        fields=("person",),
                        name="one_open_feed_of_ones_own",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at", None), ("timetable__isnull", False)),
                        fields=("person", "timetable"),
                        name="one_open_feed_of_a_cohort",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Closure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=120)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                (
                    "nations",
                    models.JSONField(
                        blank=True, default=list, help_text="In which nations; none for everyone."
                    ),
                ),
                ("made_at", models.DateTimeField(default=lms.kit.clock.now)),
                ("cancelled_at", models.DateTimeField(null=True)),
                (
                    "cancelled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-starts_on", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                        name="a_closure_ends_after_it_starts",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("cancelled_at", None)),
                        fields=("title", "starts_on", "ends_on"),
                        name="one_closure_of_a_title",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SessionCancellation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.PositiveBigIntegerField(
                        help_text="The key that the session had; no other gets it.", unique=True
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("minutes", models.PositiveSmallIntegerField(null=True)),
                ("sequence", models.PositiveIntegerField()),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("tutor", "The tutor is not available"),
                            ("closure", "The site is closed"),
                            ("few", "Too few people can come"),
                            ("replaced", "Another session takes its place"),
                            ("weather", "Weather or travel"),
                            ("other", "Another reason"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField(default=lms.kit.clock.now)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "timetable",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cancellations",
                        to="courses.timetable",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cancellations",
                        to="courses.unit",
                    ),
                ),
            ],
            options={
                "ordering": ["starts_at", "pk"],
                "indexes": [
                    models.Index(fields=["timetable", "starts_at"], name="cancelled_in_a_timetable")
                ],
            },
        ),
        append_only("courses_sessioncancellation"),
    ]
