"""A program of the Hub is a source of its own."""

from django.db import migrations, models

CHOICES = [
    ("page", "Its contacts, on their page"),
    ("api", "Its own system, by the interface"),
    ("hub", "A program of the Hub, by the interface"),
]


class Migration(migrations.Migration):
    dependencies = [("cohorts", "0241_register_at_scale")]

    operations = [
        migrations.AlterField("lastheard", "way", models.CharField(choices=CHOICES, max_length=8)),
    ]
