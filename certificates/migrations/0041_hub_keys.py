"""Keys with which programs of the Hub read and supply posts."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import lms.kit.clock


class Migration(migrations.Migration):
    dependencies = [
        ("certificates", "0031_merges_of_accounts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HubKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                ("beginning", models.CharField(help_text="Its first letters, to tell it from others.", max_length=12)),
                ("sha256", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField(default=lms.kit.clock.now)),
                ("ends_on", models.DateField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("used_on", models.DateField(null=True)),
                ("heard_at", models.DateTimeField(help_text="When it last supplied a post.", null=True)),
                ("ended_by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("made_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "ordering": ["-made_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ended_at", None), ("ended_by", None))
                        | models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                        name="a_hub_key_that_ended_has_an_ender",
                    )
                ],
            },
        ),
    ]
