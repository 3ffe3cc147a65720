from django.db import migrations, models

from courses import file_store

JSON = 'application/json'


def move_out(apps, schema_editor):
    """Write the contents of files into the storage of the courses."""
    alias = schema_editor.connection.alias
    assets = apps.get_model('cx_courses', 'Asset').objects.using(alias)
    pinned = apps.get_model('cx_courses', 'PinnedContent').objects.using(alias)
    stored = apps.get_model('cx_courses', 'StoredFile').objects.using(alias)
    for row in assets.iterator(20):
        content = bytes(row.content)
        digest = file_store.hash_of(content)
        file_store.write(digest, content=content)
        stored.get_or_create(content_hash=digest)
        assets.filter(pk=row.pk).update(size=len(content), content_hash=digest)
    for row in pinned.exclude(content_type=JSON).iterator(20):
        file_store.write(row.content_hash, content=bytes(row.content))
        stored.get_or_create(content_hash=row.content_hash)
        pinned.filter(pk=row.pk).update(content=b'')


def move_back(apps, schema_editor):
    """Read the contents of files into the database again."""
    alias = schema_editor.connection.alias
    assets = apps.get_model('cx_courses', 'Asset').objects.using(alias)
    pinned = apps.get_model('cx_courses', 'PinnedContent').objects.using(alias)
    for rows in (assets, pinned.exclude(content_type=JSON)):
        for pk, digest in rows.values_list('pk', 'content_hash'):
            rows.filter(pk=pk).update(content=file_store.read(digest))


class Migration(migrations.Migration):

    dependencies = [
        ('cx_courses', '0012_working_copies'),
    ]

    operations = [
        migrations.CreateModel(
            name='StoredFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('content_hash', models.CharField(editable=False, max_length=64, unique=True)),
                ('unused_since', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='unused since')),
            ],
            options={
                'verbose_name': 'stored file',
                'verbose_name_plural': 'stored files',
                'ordering': ['pk'],
            },
        ),
        migrations.AddField(
            model_name='asset',
            name='size',
            field=models.PositiveBigIntegerField(default=0, editable=False, verbose_name='size'),
        ),
        migrations.AlterField(
            model_name='asset',
            name='content',
            field=models.BinaryField(default=b''),
        ),
        migrations.AlterField(
            model_name='pinnedcontent',
            name='content',
            field=models.BinaryField(blank=True, default=b'', verbose_name='content'),
        ),
        migrations.RunPython(move_out, move_back),
        migrations.RemoveField(
            model_name='asset',
            name='content',
        ),
    ]
