import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0195_timetable"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="offlinesync",
            name="is_held",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="offlinesync",
            name="version",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="courses.unitversion",
            ),
        ),
        migrations.AddIndex(
            model_name="offlinesync",
            index=models.Index(
                condition=models.Q(("is_held", True)), fields=["person"], name="held_of_person"
            ),
        ),
    ]
