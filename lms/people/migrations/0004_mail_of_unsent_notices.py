"""Queues the mail of messages that were never mailed, once each; what was mailed is not touched."""
from django.db import migrations
from django.db.models import F


def queue_unsent(apps, schema_editor):
    from lms.people.outbox import NEW_MESSAGE, PREFIX, PURPOSE, letter, new_message_id
    from lms.people.encryption import encrypt
    from lms.people.mail_layout import whole_text

    Notice, Mail = apps.get_model("people", "Notice"), apps.get_model("people", "Mail")
    unsent = Notice.objects.filter(sent_at=None)
    unsent.filter(person__is_invented=True).update(sent_at=F("written_at"))  # they have no letter box
    for notice in unsent.filter(person__is_invented=False, mail=None).select_related("person").order_by("pk").iterator(chunk_size=500):
        Mail.objects.create(
            person_id=notice.person_id, notice=notice, to=notice.person.email, subject=f"{PREFIX}{NEW_MESSAGE}",
            encrypted_body=encrypt(whole_text(letter(notice), has_account=True), PURPOSE), message_id=new_message_id(), queued_at=notice.written_at,
        )


class Migration(migrations.Migration):

    dependencies = [
        ("people", "0003_mail_outbox"),
    ]

    operations = [migrations.RunPython(queue_unsent, migrations.RunPython.noop)]
