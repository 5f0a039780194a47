"""An index by which the worker finds old messages whose text it has not emptied yet."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0211_addresses_without_account")]

    operations = [
        migrations.AddIndex(
            "notice",
            models.Index(
                fields=["written_at"],
                condition=models.Q(("body", ""), _negated=True),
                name="messages_with_text",
            ),
        ),
    ]
