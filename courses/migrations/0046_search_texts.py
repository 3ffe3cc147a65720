import django.db.models.deletion
from django.db import migrations, models

from courses import full_text


def install(apps, schema_editor):
    """Make the index of this database; the relay fills the table."""
    full_text.install(schema_editor.connection)


def remove(apps, schema_editor):
    full_text.remove(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ('cx_courses', '0045_lesson_notes'),
    ]

    operations = [
        migrations.CreateModel(
            name='SearchText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('course', 'course'), ('lesson', 'lesson'), ('passage', 'part of a lesson'), ('term', 'glossary term'), ('question', 'question')], max_length=8, verbose_name='kind')),
                ('anchor', models.CharField(blank=True, max_length=300, verbose_name='place')),
                ('title', models.TextField(blank=True, verbose_name='title')),
                ('text', models.TextField(blank=True, verbose_name='text')),
                ('title_words', models.TextField(blank=True, verbose_name='words of the title')),
                ('words', models.TextField(blank=True, verbose_name='words')),
                ('language', models.CharField(blank=True, max_length=3, verbose_name='language')),
                ('scope', models.CharField(max_length=40, verbose_name='scope')),
                ('stamp', models.CharField(blank=True, max_length=64, verbose_name='stamp')),
                ('revision', models.UUIDField(null=True)),
                ('course', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='search_texts', to='cx_courses.course', verbose_name='course')),
                ('lesson', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='search_texts', to='cx_courses.lesson', verbose_name='lesson')),
                ('term', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='search_texts', to='cx_courses.term', verbose_name='term')),
                ('version', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='search_texts', to='cx_courses.questionversion', verbose_name='question version')),
            ],
            options={
                'verbose_name': 'searched text',
                'verbose_name_plural': 'searched texts',
                'ordering': ['pk'],
                'indexes': [models.Index(fields=['course', 'kind'], name='cx_courses_searchtext_kind')],
            },
        ),
        migrations.RunPython(install, remove),
    ]
