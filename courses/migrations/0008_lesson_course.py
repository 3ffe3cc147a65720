import django.db.models.deletion
from django.db import migrations, models


def fill(apps, schema_editor):
    """Give every lesson the course of its module, and a key that no other lesson there has."""
    alias = schema_editor.connection.alias
    Lesson, Module = (apps.get_model('cx_courses', name) for name in ('Lesson', 'Module'))
    of_module = Module.objects.using(alias).filter(pk=models.OuterRef('module'))
    lessons = Lesson.objects.using(alias)
    lessons.update(course_id=models.Subquery(of_module.values('course')[:1]))
    taken = set()
    again = []
    rows = lessons.order_by('is_archived', 'module__position', 'position', 'pk')
    for pk, course, key in rows.values_list('pk', 'course', 'key'):
        if (course, key) in taken:
            again.append((pk, course, key))
        taken.add((course, key))
    for pk, course, key in again:
        number = 2
        while (course, f'{key[:75]}-{number}') in taken:
            number += 1
        taken.add((course, f'{key[:75]}-{number}'))
        lessons.filter(pk=pk).update(key=f'{key[:75]}-{number}')


class Migration(migrations.Migration):

    dependencies = [
        ('cx_courses', '0007_one_enrolment_per_class'),
    ]

    operations = [
        migrations.AddField(
            model_name='lesson',
            name='course',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lessons', to='cx_courses.course'),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RemoveConstraint(
            model_name='lesson',
            name='cx_courses_lesson_key',
        ),
        migrations.AlterField(
            model_name='lesson',
            name='course',
            field=models.ForeignKey(editable=False, help_text="The course of its module; a lesson's key is unique in it.", on_delete=django.db.models.deletion.PROTECT, related_name='lessons', to='cx_courses.course', verbose_name='course'),
        ),
        migrations.AddConstraint(
            model_name='lesson',
            constraint=models.UniqueConstraint(fields=('course', 'key'), name='cx_courses_lesson_key', violation_error_message='Another lesson of this course already has this key.'),
        ),
    ]
