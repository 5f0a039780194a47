"""Who was asked to confirm practice is found by their address, among all requests."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('assessments', '0160_marks_exports')]

    operations = [
        migrations.AddIndex(
            model_name='signoff',
            index=models.Index(fields=['email'], name='sign_offs_by_address'),
        ),
    ]
