"""The discussion of a cohort: its space, threads and posts, reports and appeals."""

import django.db.models.deletion
import lms.kit.clock
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cohorts', '0231_surveys'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DiscussionPost',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.UUIDField(help_text='Makes it stand here once.', unique=True)),
                ('content_note', models.CharField(blank=True, max_length=100)),
                ('text', models.TextField(blank=True, max_length=5000)),
                ('at', models.DateTimeField(default=lms.kit.clock.now)),
                ('changed_at', models.DateTimeField(null=True)),
                ('state', models.CharField(choices=[('shown', 'Shown'), ('hidden', 'Hidden by a moderator'), ('removed', 'Removed by its author')], default='shown', editable=False, max_length=24)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('hidden_by', models.CharField(blank=True, max_length=80)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='discussion_posts', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'post of a discussion',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='DiscussionAppeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.TextField(max_length=1000)),
                ('at', models.DateTimeField(default=lms.kit.clock.now)),
                ('state', models.CharField(choices=[('open', 'To decide'), ('upheld', 'The post is shown again'), ('declined', 'The post stays hidden')], default='open', editable=False, max_length=24)),
                ('answer', models.CharField(blank=True, max_length=300)),
                ('decided_by', models.CharField(blank=True, max_length=80)),
                ('post', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='appeal', to='cohorts.discussionpost')),
            ],
            options={
                'verbose_name': 'appeal against a hiding',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='DiscussionSpace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_open', models.BooleanField(default=True)),
                ('closed_on', models.DateField(help_text='Since when nobody writes; empty while it is open.', null=True)),
                ('is_cleared', models.BooleanField(default=False, help_text='Its posts are deleted, after the set days.')),
                ('cohort', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='discussion', to='cohorts.cohort')),
            ],
            options={
                'verbose_name': 'discussion space',
                'ordering': ['cohort_id'],
            },
        ),
        migrations.CreateModel(
            name='DiscussionThread',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=150)),
                ('place', models.BigIntegerField(default=0)),
                ('space', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='threads', to='cohorts.discussionspace')),
            ],
            options={
                'verbose_name': 'thread of a discussion',
                'ordering': ['place', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='DiscussionReading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('post', models.BigIntegerField(default=0, help_text='Key of the last post read.')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('thread', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='readings', to='cohorts.discussionthread')),
            ],
            options={
                'verbose_name': 'reading of a thread',
                'ordering': ['pk'],
            },
        ),
        migrations.AddField(
            model_name='discussionpost',
            name='thread',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='posts', to='cohorts.discussionthread'),
        ),
        migrations.CreateModel(
            name='DiscussionReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.TextField(max_length=1000)),
                ('at', models.DateTimeField(default=lms.kit.clock.now)),
                ('state', models.CharField(choices=[('open', 'To look at'), ('closed', 'Looked at')], default='open', editable=False, max_length=24)),
                ('closed_by', models.CharField(blank=True, max_length=80)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='cohorts.discussionpost')),
            ],
            options={
                'verbose_name': 'report of a post',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('post', 'person'), name='one_report_of_a_post')],
            },
        ),
        migrations.CreateModel(
            name='DiscussionMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('accepted_at', models.DateTimeField(default=lms.kit.clock.now)),
                ('is_digest_off', models.BooleanField(default=False)),
                ('digest_on', models.DateField(null=True)),
                ('digest_post', models.BigIntegerField(default=0, help_text='Key of the newest post that a digest counted.')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='discussions', to=settings.AUTH_USER_MODEL)),
                ('space', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='cohorts.discussionspace')),
            ],
            options={
                'verbose_name': 'member of a discussion',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('space', 'person'), name='one_member_of_a_discussion')],
            },
        ),
        migrations.AddIndex(
            model_name='discussionthread',
            index=models.Index(fields=['space', 'place', 'id'], name='threads_by_newest_post'),
        ),
        migrations.AddConstraint(
            model_name='discussionreading',
            constraint=models.UniqueConstraint(fields=('thread', 'person'), name='one_reading_of_a_thread'),
        ),
        migrations.AddIndex(
            model_name='discussionpost',
            index=models.Index(fields=['thread', 'id'], name='posts_of_a_thread'),
        ),
    ]
