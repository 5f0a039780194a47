"""Comments at places of a script, and phrases that markers keep."""

import django.core.validators
import django.db.models.deletion
import lms.kit.clock
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0081_drafts_are_saved_while_typed'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='allocation',
            name='remarks',
            field=models.JSONField(blank=True, default=list, help_text='The comments at places, as they were when the marks were sealed.'),
        ),
        migrations.CreateModel(
            name='Annotation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveIntegerField(help_text='The page or the paragraph.', validators=[django.core.validators.MinValueValidator(1)])),
                ('quote', models.CharField(blank=True, max_length=120)),
                ('text', models.TextField(max_length=2000)),
                ('at', models.DateTimeField(default=lms.kit.clock.now)),
                ('allocation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='annotations', to='assessments.allocation')),
            ],
            options={
                'verbose_name': 'comment at a place',
                'ordering': ['allocation', 'place', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Snippet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(max_length=1000)),
                ('fingerprint', models.CharField(editable=False, max_length=64)),
                ('marker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='snippets', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'phrase',
                'ordering': ['marker', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('marker', 'fingerprint'), name='one_snippet_per_text')],
            },
        ),
    ]
