from django.db import migrations


def forget(apps, schema_editor):
    """A working name that was proposed and dropped says who hides behind what, and nobody needs it any more."""
    pending = apps.get_model("certificates", "PendingDecision")
    pending.objects.filter(subject="name", state="dropped").update(terms={})


class Migration(migrations.Migration):
    dependencies = [("certificates", "0015_words_of_a_withholding")]
    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
