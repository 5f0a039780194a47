from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cohorts", "0006_posts_not_confirmed")]

    operations = [
        migrations.RemoveIndex("employmentline", "posts_not_confirmed"),
        migrations.AddIndex(
            "employmentline", models.Index(fields=["starts_on", "id"], condition=models.Q(confirmed_on=None), name="posts_to_confirm"),
        ),
    ]
