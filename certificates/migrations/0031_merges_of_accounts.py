"""Two accounts of one person made one: who proposed and confirmed it, what its owner said, what was moved."""

import django.db.models.deletion
import lms.kit.clock
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('certificates', '0021_nations_of_organisations'),
        ('people', '0201_former_accounts'),
    ]

    operations = [
        migrations.CreateModel(
            name='AccountMerge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.TextField(max_length=4000)),
                ('identity_check', models.TextField(blank=True, max_length=4000)),
                ('account_secret_hash', models.CharField(max_length=64, unique=True)),
                ('person_secret_hash', models.CharField(max_length=64, unique=True)),
                ('account_proof_at', models.DateTimeField(help_text='When its owner said yes by the link in that mailbox.', null=True)),
                ('person_proof_at', models.DateTimeField(null=True)),
                ('expires_at', models.DateTimeField()),
                ('preview', models.CharField(max_length=64)),
                ('proposed_at', models.DateTimeField(default=lms.kit.clock.now)),
                ('closed_at', models.DateTimeField(null=True)),
                ('why_dropped', models.TextField(blank=True, max_length=4000)),
                ('moves', models.JSONField(default=dict)),
                ('separation_reason', models.TextField(blank=True, max_length=4000)),
                ('separation_proposed_at', models.DateTimeField(null=True)),
                ('separation_closed_at', models.DateTimeField(null=True)),
                ('state', models.CharField(choices=[('proposed', 'Proposed'), ('merged', 'Merged'), ('dropped', 'Dropped'), ('separating', 'Merged, separation proposed'), ('separated', 'Separated again')], default='proposed', editable=False, max_length=24)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('separation_closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('separation_proposed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'merge of accounts',
                'verbose_name_plural': 'merges of accounts',
                'ordering': ['-proposed_at', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('account', models.F('person')), _negated=True), name='merge_of_two_accounts'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['merged', 'separating']), _negated=True), models.Q(('closed_by__isnull', False), models.Q(('closed_by', models.F('proposed_by')), _negated=True)), _connector='OR'), name='merge_takes_two_officers'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'separated'), _negated=True), models.Q(('separation_closed_by__isnull', False), models.Q(('separation_closed_by', models.F('separation_proposed_by')), _negated=True)), _connector='OR'), name='separation_takes_two_officers'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['merged', 'separating']), _negated=True), models.Q(('identity_check', ''), _negated=True), models.Q(('account_proof_at__isnull', False), ('person_proof_at__isnull', False)), _connector='OR'), name='merge_of_proved_owner'), models.UniqueConstraint(condition=models.Q(('state', 'proposed')), fields=('account',), name='one_open_merge_of_an_account'), models.UniqueConstraint(condition=models.Q(('state', 'proposed')), fields=('person',), name='one_open_merge_into_an_account'), models.UniqueConstraint(condition=models.Q(('state__in', ['merged', 'separating'])), fields=('account',), name='one_merge_in_force_of_an_account')],
            },
        ),
    ]
