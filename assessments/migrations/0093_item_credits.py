"""What each question earned in a quiz that was handed in. 0094 fills them."""

import django.db.models.deletion
from django.db import migrations, models

from lms.kit.append_only import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0092_question_tags'),
    ]

    operations = [
        migrations.CreateModel(
            name='ItemCredit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('credit', models.FloatField()),
                ('item', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='credit', to='assessments.paperitem')),
            ],
            options={
                'verbose_name': 'credit of a question',
                'constraints': [models.CheckConstraint(condition=models.Q(('credit__gte', 0), ('credit__lte', 1)), name='item_credit_is_a_share')],
            },
        ),
        append_only("assessments_itemcredit"),
    ]
