from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("certificates", "0013_version_of_stretches")]

    operations = [
        migrations.AlterField(
            "pendingdecision", "subject",
            models.CharField(choices=[
                ("approval", "Approval of an organisation"), ("rules", "Rules of accreditation"), ("temporary", "Temporary accreditation"),
                ("rescission", "Rescission of an award"), ("reinstatement", "Reinstatement of an award"), ("lift", "Answering about a withheld entry"),
                ("name", "Answering to another family name"),
            ], max_length=14),
        ),
        migrations.AddConstraint("pendingdecision", models.UniqueConstraint(
            fields=["enrolment"], condition=models.Q(("state", "proposed"), ("subject", "name")), name="pending_one_name",
        )),
    ]
