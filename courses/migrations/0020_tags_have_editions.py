from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cx_courses', '0019_invitations'),
    ]

    operations = [
        migrations.AlterField(
            model_name='edition',
            name='action',
            field=models.CharField(choices=[('baseline', 'as it was before its history began'), ('unrecorded', 'changed outside the pages, the API and course files'), ('created', 'created'), ('changed', 'changed'), ('archived', 'archived'), ('brought back', 'brought back'), ('restored', 'an earlier state restored'), ('deleted', 'deleted'), ('questions', 'changed with its questions')], max_length=12, verbose_name='action'),
        ),
    ]
