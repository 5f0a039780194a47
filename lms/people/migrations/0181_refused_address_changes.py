"""The owner of the old address may refuse another one; a second officer approves that of somebody who holds a certificate."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0180_address_changes'),
    ]

    operations = [
        migrations.AddField(
            model_name='addresschange',
            name='approved_by',
            field=models.CharField(blank=True, default='', max_length=80),
        ),
        migrations.AddField(
            model_name='addresschange',
            name='approved_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='addresschange',
            name='refused_at',
            field=models.DateTimeField(help_text='When the owner of the old address refused it.', null=True),
        ),
        migrations.AddConstraint(
            model_name='addresschange',
            constraint=models.CheckConstraint(condition=models.Q(('approved_by', ''), models.Q(('approved_by', models.F('asked_by')), _negated=True), _connector='OR'), name='address_approved_by_another'),
        ),
    ]
