"""Neither REPLACE nor TRUNCATE takes lines away that may only be added."""
from django.db import migrations

from lms.kit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("certificates", "0010_what_was_shown_and_follow_ups")]
    operations = [
        append_only(
            "certificates_certificate", "certificates_sanction", "certificates_check", "certificates_credential", "certificates_publickey",
            "certificates_designversion", "certificates_ruleline", "certificates_change", "certificates_checkseal", "certificates_revocation",
            "certificates_refusedfile", "certificates_reinstatement",
        ),
    ]
