"""The paragraphs of searched texts, and all texts to be written anew: their words were joined."""

from django.db import migrations, models


def make_stale(apps, schema_editor):
    """Let the relay write the texts of all courses anew, a few courses a round."""
    rows = apps.get_model("cx_courses", "SearchText").objects.using(schema_editor.connection.alias)
    rows.filter(kind="course").update(revision=None)


class Migration(migrations.Migration):

    dependencies = [
        ("cx_courses", "0055_held_marks"),
    ]

    operations = [
        migrations.AddField(
            model_name="searchtext",
            name="places",
            field=models.JSONField(blank=True, null=True, verbose_name="paragraphs"),
        ),
        migrations.RunPython(make_stale, migrations.RunPython.noop),
    ]
