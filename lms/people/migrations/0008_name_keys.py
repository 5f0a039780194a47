from django.db import migrations, models

import lms.people.fields
from lms.kit.letters import folded, sort_key


def fill(apps, schema_editor):
    """Some hundred people at a time: whoever was here before gets their keys."""
    User = apps.get_model("people", "User")
    last = 0
    while lot := list(User.objects.filter(pk__gt=last).order_by("pk").only("first_name", "last_name")[:500]):
        for user in lot:
            user.search_key = folded(f"{user.first_name} {user.last_name}")
            user.sort_key = sort_key(user.first_name, user.last_name)
        User.objects.bulk_update(lot, ["search_key", "sort_key"])
        last = lot[-1].pk


class Migration(migrations.Migration):

    dependencies = [
        ("people", "0007_no_replace_no_truncate"),
    ]

    operations = [
        migrations.AddField("user", "search_key", lms.people.fields.SearchKey(default="", editable=False, max_length=620)),
        migrations.AddField("user", "sort_key", lms.people.fields.SortKey(default="", editable=False, max_length=620)),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex("user", models.Index(fields=["sort_key", "id"], name="people_in_order")),
    ]
