from django.db import migrations


def write_first_rules(apps, schema_editor):
    """Write of every column without a rule by which mark and method its quiz judges now."""
    LineItem = apps.get_model('cx_courses', 'LineItem')
    LineItemRule = apps.get_model('cx_courses', 'LineItemRule')
    columns = LineItem.objects.filter(rules=None).exclude(quiz=None).select_related('quiz')
    LineItemRule._base_manager.bulk_create([
        LineItemRule(
            line_item=column,
            sequence=1,
            pass_mark=column.quiz.pass_mark,
            grade_method=column.quiz.grade_method,
            at=column.quiz.updated_at,
        )
        for column in columns.iterator(chunk_size=500)
    ], batch_size=500)


class Migration(migrations.Migration):

    dependencies = [
        ('cx_courses', '0023_regrades'),
    ]

    operations = [
        migrations.RunPython(write_first_rules, migrations.RunPython.noop),
    ]
