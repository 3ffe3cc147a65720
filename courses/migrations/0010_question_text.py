import re

from django.db import migrations, models

SHOWN = ('text', 'match', 'label', 'options', 'accept', 'alt')
BATCH = 500
EMPHASIS = re.compile(r'(?<!\w)[*_`]+(?=\S)|(?<=\S)[*_`]+(?!\w)')


def options(data, name=''):
    if isinstance(data, dict):
        for key, value in data.items():
            yield from options(value, key)
    elif isinstance(data, list):
        for value in data:
            yield from options(value, name)
    elif isinstance(data, str) and data and name in SHOWN:
        yield data


def fill(apps, schema_editor):
    """Give every version the text of its stem and options."""
    versions = apps.get_model('cx_courses', 'QuestionVersion').objects.using(schema_editor.connection.alias)
    written = []
    for version in versions.only('data').iterator(BATCH):
        data = version.data if isinstance(version.data, dict) else {}
        lines = [str(data.get('stem', '')), *options(data)]
        version.text = '\n'.join(' '.join(EMPHASIS.sub('', line).split()) for line in lines)
        written.append(version)
        if len(written) == BATCH:
            versions.bulk_update(written, ['text'])
            written = []
    versions.bulk_update(written, ['text'])


class Migration(migrations.Migration):

    dependencies = [
        ('cx_courses', '0009_editions'),
    ]

    operations = [
        migrations.AddField(
            model_name='questionversion',
            name='text',
            field=models.TextField(blank=True, default='', editable=False, help_text='The stem and the options without markup, to be searched.', verbose_name='text'),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
