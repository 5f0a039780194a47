import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("certificates", "0002_append_only"),
        ("wagtailcore", "0098_apitoken"),
    ]
    operations = [
        migrations.CreateModel(
            name="Design",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("wording", models.JSONField(default=dict, help_text="Language to the words of each place.")),
                ("signatories", models.JSONField(blank=True, default=list)),
                ("shows_nations", models.BooleanField(default=True)),
                ("latest_revision", models.ForeignKey(
                    blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+",
                    to="wagtailcore.revision", verbose_name="latest revision",
                )),
            ],
            options={
                "verbose_name": "certificate design",
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="there_is_one_design")],
            },
        ),
    ]
