from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Seven nouns get the field's names. The tables keep theirs, so that no row moves and no trigger is made anew."""

    dependencies = [("certificates", "0019_checkseal_help")]

    operations = [
        migrations.AlterModelTable("run", "certificates_run"),
        migrations.AlterModelTable("runline", "certificates_runline"),
        migrations.AlterModelTable("checkseal", "certificates_checkseal"),
        migrations.AlterModelTable("tally", "certificates_tally"),
        migrations.AlterModelTable("hook", "certificates_hook"),
        migrations.AlterModelTable("prooflink", "certificates_prooflink"),
        migrations.AlterModelTable("told", "certificates_told"),
        migrations.RenameModel("Run", "IssueRun"),
        migrations.RenameModel("RunLine", "IssueRunLine"),
        migrations.RenameModel("CheckSeal", "CheckAnchor"),
        migrations.RenameModel("Tally", "RateLimitCount"),
        migrations.RenameModel("Hook", "Webhook"),
        migrations.RenameModel("ProofLink", "ShareLink"),
        migrations.RenameModel("Told", "NoticeMark"),
        migrations.AlterField(
            "sharelink",
            "person",
            models.ForeignKey(
                on_delete=models.PROTECT, related_name="share_links", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AlterField(
            "webhook",
            "organisation",
            models.ForeignKey(
                on_delete=models.PROTECT, related_name="webhooks", to="cohorts.organisation"
            ),
        ),
    ]
