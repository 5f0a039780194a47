"""Employers confirm their posts: who was asked, what was reported and supplied, and when each organisation was last heard from."""

import django.db.models.deletion
import lms.kit.clock
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cohorts', '0175_posts_on_pages'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='LastHeard',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('way', models.CharField(choices=[('page', 'Its contacts, on their page'), ('api', 'Its own system, by the interface')], max_length=8)),
                ('at', models.DateTimeField()),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='last_heard', to='cohorts.organisation')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'way'), name='one_last_heard_per_way')],
            },
        ),
        migrations.CreateModel(
            name='PostReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('left', 'Has left'), ('different', 'Something is different')], max_length=12)),
                ('left_on', models.DateField(blank=True, null=True)),
                ('text', models.TextField(blank=True)),
                ('reported_at', models.DateTimeField(default=lms.kit.clock.now)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('employment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='cohorts.employment')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='post_reports', to='cohorts.organisation')),
                ('reported_by', models.ForeignKey(blank=True, help_text='Empty: the organisation’s own system reported it.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'report about a post',
                'ordering': ['reported_at', 'pk'],
                'indexes': [models.Index(condition=models.Q(('closed_at', None)), fields=['reported_at', 'id'], name='open_post_reports')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('kind', 'left'), ('left_on__isnull', False)), models.Q(('kind', 'different'), ('left_on', None), models.Q(('text', ''), _negated=True)), _connector='OR'), name='a_report_says_something'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('closed_by', None)), models.Q(('closed_at__isnull', False), ('closed_by__isnull', False)), _connector='OR'), name='a_closed_report_has_a_closer')],
            },
        ),
        migrations.CreateModel(
            name='PostsRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_on', models.DateField()),
                ('reminded_on', models.DateField(blank=True, null=True)),
                ('closed_on', models.DateField(blank=True, null=True)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='posts_requests', to='cohorts.organisation')),
            ],
            options={
                'verbose_name': 'request to confirm posts',
                'ordering': ['asked_on', 'pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('closed_on', None)), fields=('organisation',), name='one_open_posts_request')],
            },
        ),
        migrations.CreateModel(
            name='SuppliedPost',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('external_id', models.CharField(max_length=60)),
                ('facts', models.JSONField(default=dict)),
                ('received_at', models.DateTimeField(default=lms.kit.clock.now)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('employment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='supplied_as', to='cohorts.employment')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='supplied_posts', to='cohorts.organisation')),
            ],
            options={
                'verbose_name': 'post from an employer’s system',
                'ordering': ['received_at', 'pk'],
                'indexes': [models.Index(condition=models.Q(('closed_at', None)), fields=['received_at', 'id'], name='open_supplied_posts')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'external_id'), name='one_post_per_external_id'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('employment', None)), ('closed_at__isnull', False), _connector='OR'), name='a_linked_post_is_closed')],
            },
        ),
    ]
