"""The tables of this room as they stand after 0010_words_of_a_block, for an installation that begins; an older one takes the steps that it replaces."""

import courses.models.curriculum
import django.db.models.deletion
import lms.kit.clock
import lms.kit.nations
import modelsearch.index
import uuid
import wagtail.fields
from django.conf import settings
from django.db import migrations, models

from lms.kit.append_only import append_only
from lms.kit.first_tables import CreateTables


class Migration(migrations.Migration):

    replaces = [
        ("courses", "0001_initial"),
        ("courses", "0002_law_and_study"),
        ("courses", "0003_append_only"),
        ("courses", "0004_studies_of_person"),
        ("courses", "0005_bind_two_people"),
        ("courses", "0006_two_people_bind_many"),
        ("courses", "0007_no_replace_no_truncate"),
        ("courses", "0008_rights_and_handbooks"),
        ("courses", "0009_sessions_in_the_database"),
        ("courses", "0010_words_of_a_block"),
    ]

    initial = True

    dependencies = [
        ("wagtailadmin", "0006_formstate"),
        ("wagtailcore", "0098_apitoken"),
        ("wagtaildocs", "0014_alter_document_file_size"),
        ("wagtailembeds", "0009_embed_cache_until"),
        ("wagtailimages", "0027_image_description"),
        ("wagtailredirects", "0008_add_verbose_name_plural"),
        ("wagtailsearch", "0010_add_text_fields"),
        ("wagtailusers", "0015_userprofile_keyboard_shortcuts"),
        ("taggit", "0006_rename_taggeditem_content_type_object_id_taggit_tagg_content_8fc721_idx"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("record", "0005_action"),
        ("people", "0009_notice_batch"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateTables(
            migrations.CreateModel(
                name='Stamp',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('stamp', models.UUIDField(default=uuid.uuid4)),
                ],
            ),
            migrations.CreateModel(
                name='Provision',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.SlugField(max_length=60, unique=True)),
                    ('act', models.CharField(max_length=200)),
                    ('section', models.CharField(max_length=60)),
                    ('jurisdictions', models.JSONField(default=list)),
                    ('title', models.CharField(max_length=200)),
                    ('summary', models.TextField()),
                    ('rights', models.JSONField(blank=True, default=list)),
                    ('extent', models.CharField(blank=True, help_text='As printed beside the provision: U.K., E+W, S, N.I.', max_length=20)),
                    ('commencement', models.CharField(choices=[('in_force', 'In force'), ('partly', 'Partly in force'), ('not_in_force', 'Not in force'), ('bill', 'Bill, not law'), ('unconfirmed', 'Whether in force: not confirmed')], max_length=16)),
                    ('commenced_on', models.DateField(blank=True, help_text='The day from which it is law.', null=True)),
                    ('instrument', models.CharField(blank=True, help_text='What brought it into force, as printed: “S.I. 2023/33, reg. 2”.', max_length=160)),
                    ('source', models.URLField(help_text='Its official address.', max_length=400)),
                    ('basis', models.CharField(choices=[('read', 'Its text was read whole'), ('notes', 'Official notes or guidance were read'), ('own', 'Legal knowledge, to be confirmed by a solicitor')], default='notes', max_length=8)),
                    ('read_at', models.URLField(blank=True, help_text='Where its text was read, when not at the official address.', max_length=400)),
                    ('as_at', models.DateField()),
                    ('review_by', models.DateField()),
                    ('said', models.CharField(default='', editable=False, help_text='Hash of what it teaches now.', max_length=64)),
                    ('reading', models.PositiveIntegerField(default=1, editable=False, help_text='Goes up when the law changes, not when a slip is put right.')),
                    ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('read_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['act', 'section'],
                },
            ),
            migrations.CreateModel(
                name='Programme',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('code', models.CharField(max_length=20, unique=True)),
                    ('title', models.CharField(max_length=200)),
                    ('credits', models.PositiveSmallIntegerField()),
                    ('level', models.CharField(blank=True, max_length=60)),
                    ('notice', models.TextField(blank=True, help_text='Shown with the title, such as “demonstration curriculum”.')),
                ],
                options={
                    'abstract': False,
                },
            ),
            migrations.CreateModel(
                name='Module',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('code', models.CharField(max_length=20, unique=True)),
                    ('title', models.CharField(max_length=200)),
                    ('credits', models.PositiveSmallIntegerField()),
                    ('level', models.CharField(blank=True, help_text='Left empty, the level of the programme.', max_length=60)),
                    ('order', models.PositiveSmallIntegerField()),
                    ('summary', models.TextField(blank=True)),
                    ('outcomes', models.JSONField(blank=True, default=list)),
                    ('subject_areas', models.JSONField(blank=True, default=list, help_text='Skills for Care subject areas.')),
                    ('taught_hours', models.PositiveSmallIntegerField(default=0, help_text='Sessions with tutors.')),
                    ('assessment_hours', models.PositiveSmallIntegerField(default=0, help_text='Preparing and writing what is assessed.')),
                    ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='modules', to='courses.programme')),
                ],
                options={
                    'ordering': ['order', 'code'],
                },
            ),
            migrations.CreateModel(
                name='Unit',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('code', models.CharField(max_length=20, unique=True)),
                    ('title', models.CharField(max_length=200)),
                    ('order', models.PositiveSmallIntegerField()),
                    ('minutes', models.PositiveSmallIntegerField(default=20)),
                    ('needs', models.JSONField(blank=True, default=courses.models.curriculum.just_read, help_text='What completes the unit: read, check, activity, attended.')),
                    ('module', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='units', to='courses.module')),
                ],
                options={
                    'ordering': ['module__order', 'order', 'code'],
                },
            ),
            migrations.CreateModel(
                name='Prerequisite',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('why', models.CharField(max_length=300)),
                    ('first', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.unit')),
                    ('unit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='prerequisites', to='courses.unit')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('unit', 'first'), name='one_prerequisite_per_pair'), models.CheckConstraint(condition=models.Q(('unit', models.F('first')), _negated=True), name='no_unit_before_itself')],
                },
            ),
            migrations.CreateModel(
                name='Variant',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.SlugField(help_text='all, england-wales, scotland, northern-ireland', max_length=40)),
                    ('nations', models.JSONField(default=list, validators=[lms.kit.nations.validate_nations])),
                    ('withdrawn_at', models.DateTimeField(editable=False, null=True)),
                    ('coming', models.JSONField(blank=True, editable=False, null=True)),
                    ('was', models.JSONField(blank=True, default=list, editable=False)),
                    ('took_over', models.JSONField(blank=True, default=list, editable=False)),
                    ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='variants', to='courses.unit')),
                ],
                options={
                    'ordering': ['unit__module__order', 'unit__order', 'key'],
                    'constraints': [models.UniqueConstraint(fields=('unit', 'key'), name='one_variant_per_key')],
                },
            ),
            migrations.CreateModel(
                name='UnitVersion',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('number', models.PositiveIntegerField()),
                    ('title', models.CharField(max_length=200)),
                    ('outcomes', models.JSONField(default=list)),
                    ('content_note', models.CharField(blank=True, max_length=300)),
                    ('html', models.TextField(help_text='The whole text as it reads on paper.')),
                    ('parts', models.JSONField(default=list, help_text='The same in order, where readers answer, write or choose.')),
                    ('words', models.PositiveIntegerField(default=0)),
                    ('core_revision', models.PositiveBigIntegerField(help_text="Wagtail revision of the unit's core in it.", null=True)),
                    ('reviews', models.JSONField(default=list, help_text='Who looked at it before it was published, and when.')),
                    ('provisions', models.JSONField(default=list, help_text='Each cited provision as it stood.')),
                    ('review_by', models.DateField(null=True)),
                    ('revision', models.PositiveBigIntegerField(help_text='Wagtail revision it was made from.', null=True)),
                    ('published_at', models.DateTimeField(default=lms.kit.clock.now)),
                    ('hash', models.CharField(max_length=64)),
                    ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('variant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='courses.variant')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('variant', 'number'), name='one_version_per_number')],
                },
                bases=(modelsearch.index.Indexed, models.Model),
            ),
            migrations.CreateModel(
                name='Citation',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('reading', models.PositiveIntegerField(default=1)),
                    ('provision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='citations', to='courses.provision')),
                    ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='citations', to='courses.unitversion')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('version', 'provision'), name='one_citation_per_version')],
                },
            ),
            migrations.CreateModel(
                name='ProgrammeCheck',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('review', models.PositiveBigIntegerField(help_text='Wagtail review in which it was seen: the words stand still in it.')),
                    ('seen', models.CharField(help_text='A mark of what the page said.', max_length=32)),
                    ('people', models.PositiveIntegerField()),
                    ('at', models.DateTimeField(default=lms.kit.clock.now)),
                    ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('submitted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('variant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='checks', to='courses.variant')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('variant', 'review', 'seen', 'by'), name='one_programme_check_each'), models.CheckConstraint(condition=models.Q(('by', models.F('submitted_by')), _negated=True), name='two_people_change_a_programme')],
                },
            ),
            migrations.CreateModel(
                name='Work',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.SlugField(max_length=60, unique=True)),
                    ('kind', models.CharField(choices=[('article', 'Peer-reviewed article'), ('book', 'Book'), ('guidance', 'Official guidance'), ('inspection', 'Inspection or inquiry'), ('judgment', 'Judgment'), ('report', 'Report'), ('treaty', 'Treaty')], max_length=12)),
                    ('authors', models.CharField(help_text='“Surname, A. and Surname, B.”; the court of a judgment; the body of a guidance.', max_length=300)),
                    ('year', models.PositiveSmallIntegerField()),
                    ('title', models.CharField(max_length=400)),
                    ('published_in', models.CharField(blank=True, help_text='The journal with its volume and pages, the publisher, the neutral citation.', max_length=300)),
                    ('address', models.URLField(max_length=400)),
                    ('verified_on', models.DateField(help_text='The day on which somebody saw that it exists.')),
                    ('verified_at', models.URLField(help_text='The page on which its existence was seen.', max_length=400)),
                    ('argues', models.TextField(help_text='One sentence: what it argues, finds or decides.')),
                    ('disputed', models.TextField(help_text='One sentence: where it is disputed, limited or overtaken.')),
                    ('is_core', models.BooleanField(default=False, verbose_name='everybody reads it')),
                    ('nations', models.JSONField(blank=True, default=list, help_text='Empty: the whole United Kingdom.')),
                    ('modules', models.ManyToManyField(related_name='works', to='courses.module')),
                    ('units', models.ManyToManyField(blank=True, related_name='works', to='courses.unit')),
                ],
                options={
                    'verbose_name': 'work to read',
                    'verbose_name_plural': 'works to read',
                    'ordering': ['authors', 'year', 'title'],
                },
            ),
            migrations.CreateModel(
                name='StudyTask',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('order', models.PositiveSmallIntegerField()),
                    ('title', models.CharField(max_length=200)),
                    ('minutes', models.PositiveIntegerField()),
                    ('text', models.TextField()),
                    ('module', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='study_tasks', to='courses.module')),
                    ('works', models.ManyToManyField(blank=True, related_name='+', to='courses.work')),
                ],
                options={
                    'ordering': ['module', 'order'],
                    'constraints': [models.UniqueConstraint(fields=('module', 'order'), name='one_study_task_per_place')],
                },
            ),
            migrations.CreateModel(
                name='FormativeTask',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('title', models.CharField(max_length=200)),
                    ('minutes', models.PositiveIntegerField()),
                    ('brief', models.TextField()),
                    ('model_answer', models.TextField()),
                    ('commentary', models.TextField()),
                    ('module', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='formative_task', to='courses.module')),
                ],
            ),
            migrations.CreateModel(
                name='LawChange',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('words', models.TextField(help_text='What changed, in a few sentences for an advocate.')),
                    ('was', models.JSONField()),
                    ('now', models.JSONField()),
                    ('effective_on', models.DateField()),
                    ('recorded_at', models.DateTimeField(default=lms.kit.clock.now)),
                    ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('provision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='courses.provision')),
                ],
                options={
                    'ordering': ['-recorded_at', '-pk'],
                },
            ),
            migrations.CreateModel(
                name='LawProposal',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('words', models.TextField()),
                    ('was', models.JSONField()),
                    ('now', models.JSONField()),
                    ('effective_on', models.DateField()),
                    ('proposed_at', models.DateTimeField(default=lms.kit.clock.now)),
                    ('settled_at', models.DateTimeField(null=True)),
                    ('reason', models.TextField(blank=True, help_text='Why it was dropped.')),
                    ('change', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='proposal', to='courses.lawchange')),
                    ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('settled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('undoes', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='undoings', to='courses.lawchange')),
                    ('provision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='courses.provision')),
                ],
                options={
                    'ordering': ['-proposed_at', '-pk'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('settled_at', None)), fields=('provision',), name='one_open_law_proposal'), models.CheckConstraint(condition=models.Q(('change', None), models.Q(('settled_by__isnull', False), models.Q(('settled_by', models.F('proposed_by')), _negated=True)), _connector='OR'), name='two_people_change_the_law')],
                },
            ),
            migrations.CreateModel(
                name='Correction',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('why', models.CharField(max_length=400)),
                    ('was', models.JSONField()),
                    ('now', models.JSONField()),
                    ('corrected_at', models.DateTimeField(default=lms.kit.clock.now)),
                    ('corrected_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('provision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='courses.provision')),
                ],
                options={
                    'ordering': ['-corrected_at', '-pk'],
                },
            ),
            migrations.CreateModel(
                name='TopUp',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('title', models.CharField(max_length=200)),
                    ('body', wagtail.fields.StreamField([('text', 0), ('key_point', 2), ('provision', 5), ('rights', 10), ('comparison', 14), ('choice_check', 22), ('several_check', 23), ('order_check', 26), ('match_check', 30), ('short_check', 34), ('reading', 39)], blank=True, block_lookup={0: ('lms.pages.blocks.Words', (), {}), 1: ('wagtail.blocks.TextBlock', (), {'rows': 2}), 2: ('wagtail.blocks.StructBlock', [[('text', 1)]], {}), 3: ('wagtail.snippets.blocks.SnippetChooserBlock', ('courses.Provision',), {}), 4: ('wagtail.blocks.TextBlock', (), {'help_text': 'What it means for an advocate.', 'required': False, 'rows': 2}), 5: ('wagtail.blocks.StructBlock', [[('provision', 3), ('note', 4)]], {'label': 'Provision of law'}), 6: ('wagtail.blocks.CharBlock', (), {'default': 'What can be done, and by when'}), 7: ('wagtail.blocks.RegexBlock', (), {'error_messages': {'invalid': 'Use small letters, digits and hyphens.'}, 'help_text': "The key of the right, as the provision's page shows it.", 'regex': '^[a-z0-9-]{1,60}$'}), 8: ('wagtail.blocks.StructBlock', [[('provision', 3), ('key', 7)]], {}), 9: ('wagtail.blocks.ListBlock', (8,), {'min_num': 1}), 10: ('wagtail.blocks.StructBlock', [[('title', 6), ('rights', 9)]], {'label': 'Rights and their time limits'}), 11: ('wagtail.blocks.CharBlock', (), {}), 12: ('wagtail.blocks.TextBlock', (), {'required': False, 'rows': 2}), 13: ('wagtail.contrib.typed_table_block.blocks.TypedTableBlock', [[('text', 12)]], {}), 14: ('wagtail.blocks.StructBlock', [[('title', 11), ('table', 13)]], {}), 15: ('wagtail.blocks.TextBlock', (), {'label': 'Question', 'rows': 2}), 16: ('wagtail.blocks.TextBlock', (), {'rows': 1}), 17: ('wagtail.blocks.BooleanBlock', (), {'label': 'This is right', 'required': False}), 18: ('wagtail.blocks.TextBlock', (), {'help_text': 'Why it is right, or what to look at again.', 'label': 'Feedback', 'rows': 1}), 19: ('wagtail.blocks.StructBlock', [[('text', 16), ('right', 17), ('why', 18)]], {}), 20: ('wagtail.blocks.ListBlock', (19,), {'max_num': 8, 'min_num': 2}), 21: ('wagtail.blocks.TextBlock', (), {'label': 'Shown after any answer', 'required': False, 'rows': 2}), 22: ('wagtail.blocks.StructBlock', [[('text', 15), ('options', 20), ('why', 21)]], {'group': 'Knowledge checks', 'label': 'Check: one answer'}), 23: ('wagtail.blocks.StructBlock', [[('text', 15), ('options', 20), ('why', 21)]], {'group': 'Knowledge checks', 'label': 'Check: several answers'}), 24: ('wagtail.blocks.ListBlock', (11,), {'help_text': 'In the right order.', 'max_num': 8, 'min_num': 2}), 25: ('wagtail.blocks.TextBlock', (), {'label': 'Feedback', 'rows': 2}), 26: ('wagtail.blocks.StructBlock', [[('text', 15), ('items', 24), ('why', 25)]], {'group': 'Knowledge checks', 'label': 'Check: put in order'}), 27: ('wagtail.blocks.TextBlock', (), {'label': 'Feedback', 'required': False, 'rows': 1}), 28: ('wagtail.blocks.StructBlock', [[('left', 11), ('right', 11), ('why', 27)]], {}), 29: ('wagtail.blocks.ListBlock', (28,), {'max_num': 8, 'min_num': 2}), 30: ('wagtail.blocks.StructBlock', [[('text', 15), ('pairs', 29), ('why', 21)]], {'group': 'Knowledge checks', 'label': 'Check: match'}), 31: ('wagtail.blocks.CharBlock', (), {'max_length': 120}), 32: ('wagtail.blocks.ListBlock', (31,), {'help_text': 'Every wording that is right.', 'min_num': 1}), 33: ('wagtail.blocks.CharBlock', (), {'required': False}), 34: ('wagtail.blocks.StructBlock', [[('text', 15), ('accept', 32), ('hint', 33), ('why', 25)]], {'group': 'Knowledge checks', 'label': 'Check: short answer'}), 35: ('wagtail.blocks.CharBlock', (), {'default': 'Sources'}), 36: ('wagtail.blocks.URLBlock', (), {}), 37: ('wagtail.blocks.StructBlock', [[('title', 11), ('source', 36)]], {}), 38: ('wagtail.blocks.ListBlock', (37,), {}), 39: ('wagtail.blocks.StructBlock', [[('title', 35), ('items', 38)]], {'label': 'Reading list'})})),
                    ('counts_from', models.DateField(blank=True, help_text='From this day the nation does not count until it is done.', null=True)),
                    ('html', models.TextField(blank=True, editable=False)),
                    ('parts', models.JSONField(blank=True, default=list, editable=False)),
                    ('nations', models.JSONField(blank=True, default=list, editable=False)),
                    ('proposed_at', models.DateTimeField(editable=False, null=True)),
                    ('sent_at', models.DateTimeField(editable=False, null=True)),
                    ('recalled_at', models.DateTimeField(editable=False, null=True)),
                    ('recall_reason', models.TextField(blank=True, editable=False)),
                    ('change', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='top_ups', to='courses.lawchange')),
                    ('proposed_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('recalled_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('sent_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(condition=models.Q(('recalled_at', None)), fields=('change',), name='one_top_up_that_stands'), models.CheckConstraint(condition=models.Q(('sent_by', None), ('proposed_by', None), models.Q(('sent_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='two_people_send_a_top_up')],
                },
            ),
            migrations.CreateModel(
                name='TopUpDue',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('versions', models.JSONField(default=list)),
                    ('data', models.JSONField(default=dict, help_text='Their answers.')),
                    ('sent_at', models.DateTimeField(default=lms.kit.clock.now)),
                    ('done_at', models.DateTimeField(null=True)),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='top_ups', to=settings.AUTH_USER_MODEL)),
                    ('top_up', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='due', to='courses.topup')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('top_up', 'person'), name='one_top_up_per_person')],
                },
            ),
            migrations.CreateModel(
                name='ProgrammePage',
                fields=[
                    ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                    ('programme', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.programme')),
                ],
                options={
                    'abstract': False,
                },
                bases=('wagtailcore.page',),
            ),
            migrations.CreateModel(
                name='ModulePage',
                fields=[
                    ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                    ('module', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.module')),
                ],
                options={
                    'abstract': False,
                },
                bases=('wagtailcore.page',),
            ),
            migrations.CreateModel(
                name='CorePage',
                fields=[
                    ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                    ('body', wagtail.fields.StreamField([('text', 0), ('key_point', 2), ('provision', 5), ('rights', 10), ('comparison', 14), ('choice_check', 22), ('several_check', 23), ('order_check', 26), ('match_check', 30), ('short_check', 34), ('reading', 39), ('case_study', 42), ('picture', 45), ('video', 49), ('audio', 52), ('document', 55), ('glossary', 59), ('contacts', 63), ('activity', 64), ('reflection', 66), ('critical_question', 70), ('poll', 74), ('scenario_check', 85), ('gap', 88)], blank=True, block_lookup={0: ('lms.pages.blocks.Words', (), {}), 1: ('wagtail.blocks.TextBlock', (), {'rows': 2}), 2: ('wagtail.blocks.StructBlock', [[('text', 1)]], {}), 3: ('wagtail.snippets.blocks.SnippetChooserBlock', ('courses.Provision',), {}), 4: ('wagtail.blocks.TextBlock', (), {'help_text': 'What it means for an advocate.', 'required': False, 'rows': 2}), 5: ('wagtail.blocks.StructBlock', [[('provision', 3), ('note', 4)]], {'label': 'Provision of law'}), 6: ('wagtail.blocks.CharBlock', (), {'default': 'What can be done, and by when'}), 7: ('wagtail.blocks.RegexBlock', (), {'error_messages': {'invalid': 'Use small letters, digits and hyphens.'}, 'help_text': "The key of the right, as the provision's page shows it.", 'regex': '^[a-z0-9-]{1,60}$'}), 8: ('wagtail.blocks.StructBlock', [[('provision', 3), ('key', 7)]], {}), 9: ('wagtail.blocks.ListBlock', (8,), {'min_num': 1}), 10: ('wagtail.blocks.StructBlock', [[('title', 6), ('rights', 9)]], {'label': 'Rights and their time limits'}), 11: ('wagtail.blocks.CharBlock', (), {}), 12: ('wagtail.blocks.TextBlock', (), {'required': False, 'rows': 2}), 13: ('wagtail.contrib.typed_table_block.blocks.TypedTableBlock', [[('text', 12)]], {}), 14: ('wagtail.blocks.StructBlock', [[('title', 11), ('table', 13)]], {}), 15: ('wagtail.blocks.TextBlock', (), {'label': 'Question', 'rows': 2}), 16: ('wagtail.blocks.TextBlock', (), {'rows': 1}), 17: ('wagtail.blocks.BooleanBlock', (), {'label': 'This is right', 'required': False}), 18: ('wagtail.blocks.TextBlock', (), {'help_text': 'Why it is right, or what to look at again.', 'label': 'Feedback', 'rows': 1}), 19: ('wagtail.blocks.StructBlock', [[('text', 16), ('right', 17), ('why', 18)]], {}), 20: ('wagtail.blocks.ListBlock', (19,), {'max_num': 8, 'min_num': 2}), 21: ('wagtail.blocks.TextBlock', (), {'label': 'Shown after any answer', 'required': False, 'rows': 2}), 22: ('wagtail.blocks.StructBlock', [[('text', 15), ('options', 20), ('why', 21)]], {'group': 'Knowledge checks', 'label': 'Check: one answer'}), 23: ('wagtail.blocks.StructBlock', [[('text', 15), ('options', 20), ('why', 21)]], {'group': 'Knowledge checks', 'label': 'Check: several answers'}), 24: ('wagtail.blocks.ListBlock', (11,), {'help_text': 'In the right order.', 'max_num': 8, 'min_num': 2}), 25: ('wagtail.blocks.TextBlock', (), {'label': 'Feedback', 'rows': 2}), 26: ('wagtail.blocks.StructBlock', [[('text', 15), ('items', 24), ('why', 25)]], {'group': 'Knowledge checks', 'label': 'Check: put in order'}), 27: ('wagtail.blocks.TextBlock', (), {'label': 'Feedback', 'required': False, 'rows': 1}), 28: ('wagtail.blocks.StructBlock', [[('left', 11), ('right', 11), ('why', 27)]], {}), 29: ('wagtail.blocks.ListBlock', (28,), {'max_num': 8, 'min_num': 2}), 30: ('wagtail.blocks.StructBlock', [[('text', 15), ('pairs', 29), ('why', 21)]], {'group': 'Knowledge checks', 'label': 'Check: match'}), 31: ('wagtail.blocks.CharBlock', (), {'max_length': 120}), 32: ('wagtail.blocks.ListBlock', (31,), {'help_text': 'Every wording that is right.', 'min_num': 1}), 33: ('wagtail.blocks.CharBlock', (), {'required': False}), 34: ('wagtail.blocks.StructBlock', [[('text', 15), ('accept', 32), ('hint', 33), ('why', 25)]], {'group': 'Knowledge checks', 'label': 'Check: short answer'}), 35: ('wagtail.blocks.CharBlock', (), {'default': 'Sources'}), 36: ('wagtail.blocks.URLBlock', (), {}), 37: ('wagtail.blocks.StructBlock', [[('title', 11), ('source', 36)]], {}), 38: ('wagtail.blocks.ListBlock', (37,), {}), 39: ('wagtail.blocks.StructBlock', [[('title', 35), ('items', 38)]], {'label': 'Reading list'}), 40: ('wagtail.blocks.CharBlock', (), {'help_text': 'What a reader may find hard, said before it begins.', 'required': False}), 41: ('lms.pages.blocks.Words', (), {'label': 'Text'}), 42: ('wagtail.blocks.StructBlock', [[('title', 11), ('content_note', 40), ('html', 41)]], {}), 43: ('wagtail.images.blocks.ImageChooserBlock', (), {'label': 'Picture'}), 44: ('wagtail.blocks.CharBlock', (), {'help_text': 'Read aloud instead of the picture. Required.', 'label': 'What it shows', 'max_length': 400}), 45: ('wagtail.blocks.StructBlock', [[('file', 43), ('alt', 44), ('caption', 33)]], {'group': 'Media'}), 46: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'help_text': 'An MP4 or WebM file.', 'label': 'Film'}), 47: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'help_text': 'A WebVTT file (.vtt). Required.'}), 48: ('lms.pages.blocks.Words', (), {'help_text': 'Everything that is said, and what is shown where it matters. Required.'}), 49: ('wagtail.blocks.StructBlock', [[('title', 11), ('file', 46), ('captions', 47), ('transcript', 48)]], {'group': 'Media'}), 50: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'help_text': 'An MP3, OGG or M4A file.', 'label': 'Recording'}), 51: ('lms.pages.blocks.Words', (), {'help_text': 'Everything that is said. Required.'}), 52: ('wagtail.blocks.StructBlock', [[('title', 11), ('file', 50), ('transcript', 51)]], {'group': 'Media'}), 53: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'label': 'Document'}), 54: ('wagtail.blocks.TextBlock', (), {'help_text': 'What is in it, for someone who cannot open it.', 'required': False, 'rows': 2}), 55: ('wagtail.blocks.StructBlock', [[('title', 11), ('file', 53), ('about', 54)]], {'group': 'Media'}), 56: ('wagtail.blocks.CharBlock', (), {'default': 'Words to know'}), 57: ('wagtail.snippets.blocks.SnippetChooserBlock', ('courses.Term',), {}), 58: ('wagtail.blocks.ListBlock', (57,), {}), 59: ('wagtail.blocks.StructBlock', [[('title', 56), ('terms', 58)]], {'label': 'Glossary terms'}), 60: ('wagtail.blocks.CharBlock', (), {'default': 'Who to turn to'}), 61: ('wagtail.snippets.blocks.SnippetChooserBlock', ('courses.Helpline',), {}), 62: ('wagtail.blocks.ListBlock', (61,), {}), 63: ('wagtail.blocks.StructBlock', [[('title', 60), ('contacts', 62)]], {'label': 'Contacts and helplines'}), 64: ('wagtail.blocks.StructBlock', [[('title', 11), ('html', 41)]], {}), 65: ('wagtail.blocks.TextBlock', (), {'rows': 3}), 66: ('wagtail.blocks.StructBlock', [[('prompt', 65)]], {'label': 'Reflection prompt'}), 67: ('wagtail.blocks.TextBlock', (), {'label': 'Question', 'rows': 3}), 68: ('wagtail.snippets.blocks.SnippetChooserBlock', ('courses.Work',), {}), 69: ('wagtail.blocks.ListBlock', (68,), {'default': [], 'label': 'Read for it', 'required': False}), 70: ('wagtail.blocks.StructBlock', [[('text', 67), ('works', 69)]], {'label': 'Critical question'}), 71: ('wagtail.blocks.CharBlock', (), {'max_length': 300}), 72: ('wagtail.blocks.CharBlock', (), {'max_length': 200}), 73: ('wagtail.blocks.ListBlock', (72,), {'max_num': 8, 'min_num': 2}), 74: ('wagtail.blocks.StructBlock', [[('question', 71), ('options', 73)]], {}), 75: ('wagtail.blocks.TextBlock', (), {'label': 'How it begins', 'rows': 2}), 76: ('wagtail.blocks.CharBlock', (), {'max_length': 40}), 77: ('wagtail.blocks.CharBlock', (), {'help_text': 'The key of the step it leads to. Empty: the story ends.', 'required': False}), 78: ('wagtail.blocks.BooleanBlock', (), {'label': 'This is what a good advocate does', 'required': False}), 79: ('wagtail.blocks.TextBlock', (), {'label': 'Feedback', 'rows': 1}), 80: ('wagtail.blocks.StructBlock', [[('text', 16), ('goes', 77), ('right', 78), ('why', 79)]], {}), 81: ('wagtail.blocks.ListBlock', (80,), {'max_num': 6, 'min_num': 1}), 82: ('wagtail.blocks.StructBlock', [[('key', 76), ('text', 65), ('choices', 81)]], {}), 83: ('wagtail.blocks.ListBlock', (82,), {'help_text': 'The first step is where the reader starts.', 'max_num': 12, 'min_num': 1}), 84: ('wagtail.blocks.TextBlock', (), {'label': 'Shown at the end', 'required': False, 'rows': 2}), 85: ('wagtail.blocks.StructBlock', [[('text', 75), ('steps', 83), ('why', 84)]], {'group': 'Knowledge checks', 'label': 'Check: a story that branches'}), 86: ('wagtail.blocks.RegexBlock', (), {'error_messages': {'invalid': 'Use small letters, digits and hyphens.'}, 'regex': '^[a-z0-9-]{1,40}$'}), 87: ('wagtail.blocks.CharBlock', (), {'help_text': 'What each nation says here.'}), 88: ('wagtail.blocks.StructBlock', [[('name', 86), ('label', 87)]], {'group': 'Nations'})})),
                    ('unit', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.unit')),
                ],
                options={
                    'abstract': False,
                },
                bases=('wagtailcore.page',),
            ),
            migrations.CreateModel(
                name='UnitPage',
                fields=[
                    ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                    ('outcomes', models.TextField(blank=True, help_text='What a reader will be able to do: one on each line.')),
                    ('content_note', models.CharField(blank=True, help_text='Shown before the unit begins.', max_length=300)),
                    ('review_by', models.DateField(blank=True, help_text='When somebody reads the law in it again.', null=True)),
                    ('body', wagtail.fields.StreamField([('text', 0), ('key_point', 2), ('provision', 5), ('rights', 10), ('comparison', 14), ('choice_check', 22), ('several_check', 23), ('order_check', 26), ('match_check', 30), ('short_check', 34), ('reading', 39), ('case_study', 42), ('picture', 45), ('video', 49), ('audio', 52), ('document', 55), ('glossary', 59), ('contacts', 63), ('activity', 64), ('reflection', 66), ('critical_question', 70), ('poll', 74), ('scenario_check', 85), ('fill', 87)], blank=True, block_lookup={0: ('lms.pages.blocks.Words', (), {}), 1: ('wagtail.blocks.TextBlock', (), {'rows': 2}), 2: ('wagtail.blocks.StructBlock', [[('text', 1)]], {}), 3: ('wagtail.snippets.blocks.SnippetChooserBlock', ('courses.Provision',), {}), 4: ('wagtail.blocks.TextBlock', (), {'help_text': 'What it means for an advocate.', 'required': False, 'rows': 2}), 5: ('wagtail.blocks.StructBlock', [[('provision', 3), ('note', 4)]], {'label': 'Provision of law'}), 6: ('wagtail.blocks.CharBlock', (), {'default': 'What can be done, and by when'}), 7: ('wagtail.blocks.RegexBlock', (), {'error_messages': {'invalid': 'Use small letters, digits and hyphens.'}, 'help_text': "The key of the right, as the provision's page shows it.", 'regex': '^[a-z0-9-]{1,60}$'}), 8: ('wagtail.blocks.StructBlock', [[('provision', 3), ('key', 7)]], {}), 9: ('wagtail.blocks.ListBlock', (8,), {'min_num': 1}), 10: ('wagtail.blocks.StructBlock', [[('title', 6), ('rights', 9)]], {'label': 'Rights and their time limits'}), 11: ('wagtail.blocks.CharBlock', (), {}), 12: ('wagtail.blocks.TextBlock', (), {'required': False, 'rows': 2}), 13: ('wagtail.contrib.typed_table_block.blocks.TypedTableBlock', [[('text', 12)]], {}), 14: ('wagtail.blocks.StructBlock', [[('title', 11), ('table', 13)]], {}), 15: ('wagtail.blocks.TextBlock', (), {'label': 'Question', 'rows': 2}), 16: ('wagtail.blocks.TextBlock', (), {'rows': 1}), 17: ('wagtail.blocks.BooleanBlock', (), {'label': 'This is right', 'required': False}), 18: ('wagtail.blocks.TextBlock', (), {'help_text': 'Why it is right, or what to look at again.', 'label': 'Feedback', 'rows': 1}), 19: ('wagtail.blocks.StructBlock', [[('text', 16), ('right', 17), ('why', 18)]], {}), 20: ('wagtail.blocks.ListBlock', (19,), {'max_num': 8, 'min_num': 2}), 21: ('wagtail.blocks.TextBlock', (), {'label': 'Shown after any answer', 'required': False, 'rows': 2}), 22: ('wagtail.blocks.StructBlock', [[('text', 15), ('options', 20), ('why', 21)]], {'group': 'Knowledge checks', 'label': 'Check: one answer'}), 23: ('wagtail.blocks.StructBlock', [[('text', 15), ('options', 20), ('why', 21)]], {'group': 'Knowledge checks', 'label': 'Check: several answers'}), 24: ('wagtail.blocks.ListBlock', (11,), {'help_text': 'In the right order.', 'max_num': 8, 'min_num': 2}), 25: ('wagtail.blocks.TextBlock', (), {'label': 'Feedback', 'rows': 2}), 26: ('wagtail.blocks.StructBlock', [[('text', 15), ('items', 24), ('why', 25)]], {'group': 'Knowledge checks', 'label': 'Check: put in order'}), 27: ('wagtail.blocks.TextBlock', (), {'label': 'Feedback', 'required': False, 'rows': 1}), 28: ('wagtail.blocks.StructBlock', [[('left', 11), ('right', 11), ('why', 27)]], {}), 29: ('wagtail.blocks.ListBlock', (28,), {'max_num': 8, 'min_num': 2}), 30: ('wagtail.blocks.StructBlock', [[('text', 15), ('pairs', 29), ('why', 21)]], {'group': 'Knowledge checks', 'label': 'Check: match'}), 31: ('wagtail.blocks.CharBlock', (), {'max_length': 120}), 32: ('wagtail.blocks.ListBlock', (31,), {'help_text': 'Every wording that is right.', 'min_num': 1}), 33: ('wagtail.blocks.CharBlock', (), {'required': False}), 34: ('wagtail.blocks.StructBlock', [[('text', 15), ('accept', 32), ('hint', 33), ('why', 25)]], {'group': 'Knowledge checks', 'label': 'Check: short answer'}), 35: ('wagtail.blocks.CharBlock', (), {'default': 'Sources'}), 36: ('wagtail.blocks.URLBlock', (), {}), 37: ('wagtail.blocks.StructBlock', [[('title', 11), ('source', 36)]], {}), 38: ('wagtail.blocks.ListBlock', (37,), {}), 39: ('wagtail.blocks.StructBlock', [[('title', 35), ('items', 38)]], {'label': 'Reading list'}), 40: ('wagtail.blocks.CharBlock', (), {'help_text': 'What a reader may find hard, said before it begins.', 'required': False}), 41: ('lms.pages.blocks.Words', (), {'label': 'Text'}), 42: ('wagtail.blocks.StructBlock', [[('title', 11), ('content_note', 40), ('html', 41)]], {}), 43: ('wagtail.images.blocks.ImageChooserBlock', (), {'label': 'Picture'}), 44: ('wagtail.blocks.CharBlock', (), {'help_text': 'Read aloud instead of the picture. Required.', 'label': 'What it shows', 'max_length': 400}), 45: ('wagtail.blocks.StructBlock', [[('file', 43), ('alt', 44), ('caption', 33)]], {'group': 'Media'}), 46: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'help_text': 'An MP4 or WebM file.', 'label': 'Film'}), 47: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'help_text': 'A WebVTT file (.vtt). Required.'}), 48: ('lms.pages.blocks.Words', (), {'help_text': 'Everything that is said, and what is shown where it matters. Required.'}), 49: ('wagtail.blocks.StructBlock', [[('title', 11), ('file', 46), ('captions', 47), ('transcript', 48)]], {'group': 'Media'}), 50: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'help_text': 'An MP3, OGG or M4A file.', 'label': 'Recording'}), 51: ('lms.pages.blocks.Words', (), {'help_text': 'Everything that is said. Required.'}), 52: ('wagtail.blocks.StructBlock', [[('title', 11), ('file', 50), ('transcript', 51)]], {'group': 'Media'}), 53: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'label': 'Document'}), 54: ('wagtail.blocks.TextBlock', (), {'help_text': 'What is in it, for someone who cannot open it.', 'required': False, 'rows': 2}), 55: ('wagtail.blocks.StructBlock', [[('title', 11), ('file', 53), ('about', 54)]], {'group': 'Media'}), 56: ('wagtail.blocks.CharBlock', (), {'default': 'Words to know'}), 57: ('wagtail.snippets.blocks.SnippetChooserBlock', ('courses.Term',), {}), 58: ('wagtail.blocks.ListBlock', (57,), {}), 59: ('wagtail.blocks.StructBlock', [[('title', 56), ('terms', 58)]], {'label': 'Glossary terms'}), 60: ('wagtail.blocks.CharBlock', (), {'default': 'Who to turn to'}), 61: ('wagtail.snippets.blocks.SnippetChooserBlock', ('courses.Helpline',), {}), 62: ('wagtail.blocks.ListBlock', (61,), {}), 63: ('wagtail.blocks.StructBlock', [[('title', 60), ('contacts', 62)]], {'label': 'Contacts and helplines'}), 64: ('wagtail.blocks.StructBlock', [[('title', 11), ('html', 41)]], {}), 65: ('wagtail.blocks.TextBlock', (), {'rows': 3}), 66: ('wagtail.blocks.StructBlock', [[('prompt', 65)]], {'label': 'Reflection prompt'}), 67: ('wagtail.blocks.TextBlock', (), {'label': 'Question', 'rows': 3}), 68: ('wagtail.snippets.blocks.SnippetChooserBlock', ('courses.Work',), {}), 69: ('wagtail.blocks.ListBlock', (68,), {'default': [], 'label': 'Read for it', 'required': False}), 70: ('wagtail.blocks.StructBlock', [[('text', 67), ('works', 69)]], {'label': 'Critical question'}), 71: ('wagtail.blocks.CharBlock', (), {'max_length': 300}), 72: ('wagtail.blocks.CharBlock', (), {'max_length': 200}), 73: ('wagtail.blocks.ListBlock', (72,), {'max_num': 8, 'min_num': 2}), 74: ('wagtail.blocks.StructBlock', [[('question', 71), ('options', 73)]], {}), 75: ('wagtail.blocks.TextBlock', (), {'label': 'How it begins', 'rows': 2}), 76: ('wagtail.blocks.CharBlock', (), {'max_length': 40}), 77: ('wagtail.blocks.CharBlock', (), {'help_text': 'The key of the step it leads to. Empty: the story ends.', 'required': False}), 78: ('wagtail.blocks.BooleanBlock', (), {'label': 'This is what a good advocate does', 'required': False}), 79: ('wagtail.blocks.TextBlock', (), {'label': 'Feedback', 'rows': 1}), 80: ('wagtail.blocks.StructBlock', [[('text', 16), ('goes', 77), ('right', 78), ('why', 79)]], {}), 81: ('wagtail.blocks.ListBlock', (80,), {'max_num': 6, 'min_num': 1}), 82: ('wagtail.blocks.StructBlock', [[('key', 76), ('text', 65), ('choices', 81)]], {}), 83: ('wagtail.blocks.ListBlock', (82,), {'help_text': 'The first step is where the reader starts.', 'max_num': 12, 'min_num': 1}), 84: ('wagtail.blocks.TextBlock', (), {'label': 'Shown at the end', 'required': False, 'rows': 2}), 85: ('wagtail.blocks.StructBlock', [[('text', 75), ('steps', 83), ('why', 84)]], {'group': 'Knowledge checks', 'label': 'Check: a story that branches'}), 86: ('wagtail.blocks.CharBlock', (), {'help_text': 'The name of a gap in the core.'}), 87: ('wagtail.blocks.StructBlock', [[('gap', 86)]], {'group': 'Nations'})})),
                    ('variant', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.variant', verbose_name='unit and nations')),
                ],
                options={
                    'abstract': False,
                },
                bases=('wagtailcore.page',),
            ),
            migrations.CreateModel(
                name='Timetable',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('code', models.CharField(max_length=40, unique=True)),
                    ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='timetables', to='courses.programme')),
                ],
                options={
                    'abstract': False,
                },
            ),
            migrations.CreateModel(
                name='Release',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('opens_on', models.DateField(blank=True, null=True)),
                    ('finish_by', models.DateField(blank=True, null=True)),
                    ('timetable', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='releases', to='courses.timetable')),
                    ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='releases', to='courses.unit')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('timetable', 'unit'), name='one_release_per_unit'), models.CheckConstraint(condition=models.Q(('opens_on', None), ('finish_by', None), ('finish_by__gte', models.F('opens_on')), _connector='OR'), name='a_unit_opens_before_it_ends')],
                },
            ),
            migrations.CreateModel(
                name='StudyPlan',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('nations', models.JSONField(default=list, validators=[lms.kit.nations.validate_nations])),
                    ('opened_on', models.DateField()),
                    ('closed_on', models.DateField(blank=True, null=True)),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='study_plans', to=settings.AUTH_USER_MODEL)),
                    ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plans', to='courses.programme')),
                    ('timetable', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='plans', to='courses.timetable')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(condition=models.Q(('closed_on__isnull', True)), fields=('person', 'programme'), name='one_open_plan_per_programme')],
                },
            ),
            migrations.CreateModel(
                name='Term',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.SlugField(max_length=60, unique=True)),
                    ('term', models.CharField(max_length=120)),
                    ('also', models.JSONField(blank=True, default=list, help_text='Other spellings, one on each line.')),
                    ('meaning', models.TextField(max_length=600)),
                    ('nations', models.JSONField(blank=True, default=list, help_text='Empty: the whole United Kingdom.')),
                ],
                options={
                    'verbose_name': 'glossary term',
                    'ordering': ['term'],
                },
            ),
            migrations.CreateModel(
                name='Helpline',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.SlugField(max_length=60, unique=True)),
                    ('name', models.CharField(max_length=120)),
                    ('nations', models.JSONField(default=list, validators=[lms.kit.nations.validate_nations])),
                    ('phone', models.CharField(blank=True, max_length=40)),
                    ('web', models.URLField(blank=True, max_length=400)),
                    ('who_for', models.CharField(max_length=300)),
                    ('source', models.URLField(blank=True, max_length=400)),
                    ('checked_on', models.DateField(help_text='When somebody last saw that this is right.')),
                ],
                options={
                    'verbose_name': 'contact or helpline',
                    'verbose_name_plural': 'contacts and helplines',
                    'ordering': ['name'],
                },
            ),
            migrations.CreateModel(
                name='LinkCheck',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('address', models.URLField(max_length=600, unique=True)),
                    ('answer', models.CharField(max_length=200)),
                    ('is_broken', models.BooleanField(default=False)),
                    ('checked_at', models.DateTimeField()),
                ],
            ),
            migrations.CreateModel(
                name='Study',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('studied_at', models.DateTimeField(default=lms.kit.clock.now)),
                    ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='studies', to=settings.AUTH_USER_MODEL)),
                    ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='studies', to='courses.unitversion')),
                ],
                options={
                    'verbose_name_plural': 'studies',
                    'indexes': [models.Index(fields=['person'], include=('version', 'studied_at'), name='studies_of_person')],
                    'constraints': [models.UniqueConstraint(fields=('person', 'version'), name='one_study_per_version')],
                },
            ),
            migrations.CreateModel(
                name='Progress',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('place', 'Where they stopped'), ('later', 'Set aside for later'), ('check', 'Answer to a knowledge check'), ('activity', 'Activity done'), ('poll', 'Answer to a poll'), ('attended', 'Session attended')], max_length=12)),
                    ('key', models.CharField(blank=True, max_length=80)),
                    ('data', models.JSONField(default=dict)),
                    ('is_done', models.BooleanField(default=True)),
                    ('at', models.DateTimeField(default=lms.kit.clock.now)),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='progress', to=settings.AUTH_USER_MODEL)),
                    ('variant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='progress', to='courses.variant')),
                ],
                options={
                    'verbose_name_plural': 'progress',
                    'indexes': [models.Index(condition=models.Q(('kind', 'attended')), fields=['key'], name='who_was_at_a_session')],
                    'constraints': [models.UniqueConstraint(fields=('person', 'variant', 'kind', 'key'), name='one_mark_per_place')],
                },
            ),
            migrations.CreateModel(
                name='Writing',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('note', 'Note'), ('reflection', 'Reflection')], max_length=12)),
                    ('key', models.CharField(blank=True, max_length=80)),
                    ('token', models.UUIDField(help_text="Given by the reader's device, so that a note arrives once.", null=True)),
                    ('quote', models.TextField(blank=True, max_length=1000)),
                    ('prompt', models.TextField(blank=True)),
                    ('text', models.TextField(blank=True, max_length=20000)),
                    ('edition', models.PositiveIntegerField(default=1, help_text='Counts changes, so that two devices cannot undo each other.')),
                    ('made_at', models.DateTimeField(default=lms.kit.clock.now)),
                    ('changed_at', models.DateTimeField(default=lms.kit.clock.now)),
                    ('shared_at', models.DateTimeField(null=True)),
                    ('reply', models.TextField(blank=True, max_length=4000)),
                    ('replied_at', models.DateTimeField(null=True)),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='writings', to=settings.AUTH_USER_MODEL)),
                    ('shared_with', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('variant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='writings', to='courses.variant')),
                ],
                options={
                    'ordering': ['made_at', 'pk'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('kind', 'reflection')), fields=('person', 'variant', 'key'), name='one_reflection_per_prompt'), models.UniqueConstraint(fields=('person', 'token'), name='one_writing_per_token')],
                },
            ),
            migrations.CreateModel(
                name='Arrival',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('token', models.UUIDField()),
                    ('kind', models.CharField(max_length=20)),
                    ('outcome', models.JSONField(default=dict)),
                    ('came_at', models.DateTimeField(default=lms.kit.clock.now)),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='arrivals', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('person', 'token'), name='one_arrival_per_token')],
                },
            ),
            migrations.CreateModel(
                name='Session',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('starts_at', models.DateTimeField()),
                    ('where', models.CharField(help_text='The room, or how to join.', max_length=200)),
                    ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('timetable', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='courses.timetable')),
                    ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='courses.unit')),
                ],
                options={
                    'ordering': ['starts_at', 'pk'],
                    'constraints': [models.UniqueConstraint(fields=('timetable', 'unit', 'starts_at'), name='one_session_at_a_time')],
                },
            ),
            migrations.CreateModel(
                name='Suggestion',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('text', models.TextField(max_length=4000)),
                    ('offered_at', models.DateTimeField(default=lms.kit.clock.now)),
                    ('state', models.CharField(choices=[('offered', 'Offered'), ('taken_up', 'Taken up'), ('not_taken_up', 'Not taken up')], default='offered', editable=False, max_length=24)),
                    ('answer', models.TextField(blank=True, max_length=4000)),
                    ('answered_at', models.DateTimeField(null=True)),
                    ('you_said', models.TextField(blank=True, max_length=1000)),
                    ('we_did', models.TextField(blank=True, max_length=1000)),
                    ('told_on', models.DateField(help_text='Since when it is on the public page.', null=True)),
                    ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='suggestions', to=settings.AUTH_USER_MODEL)),
                    ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='suggestions', to='courses.unitversion')),
                ],
                options={
                    'ordering': ['-offered_at'],
                },
            ),
        ),
        append_only(
            "courses_unitversion",
            "courses_citation",
            "courses_lawchange",
            "courses_correction",
            "courses_programmecheck",
        ),
    ]
