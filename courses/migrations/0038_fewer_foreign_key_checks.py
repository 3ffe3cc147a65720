import django.db.models.deletion
from django.db import migrations, models

FIELDS = (("attemptitem", "version"), ("grading", "item"), ("grading", "response"))
"""Foreign keys that PostgreSQL checked once for each question of an attempt."""


def drop(apps, schema_editor):
    """Drop the constraint of each. SQLite keeps those it has: a change would copy the tables."""
    connection = schema_editor.connection
    if connection.vendor == "sqlite":
        return
    quote = schema_editor.quote_name
    with connection.cursor() as cursor:
        for table, field in _columns(apps):
            found = connection.introspection.get_constraints(cursor, table)
            for name, one in found.items():
                if one["foreign_key"] and one["columns"] == [field.column]:
                    schema_editor.execute(
                        f"ALTER TABLE {quote(table)} DROP CONSTRAINT {quote(name)}"
                    )


def restore(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        return
    quote = schema_editor.quote_name
    for table, field in _columns(apps):
        target = field.target_field
        schema_editor.execute(
            f"ALTER TABLE {quote(table)} ADD CONSTRAINT {quote(f'{table}_{field.column}_fk')} "
            f"FOREIGN KEY ({quote(field.column)}) "
            f"REFERENCES {quote(target.model._meta.db_table)} ({quote(target.column)}) "
            "DEFERRABLE INITIALLY DEFERRED"
        )


def _columns(apps):
    for name, field in FIELDS:
        meta = apps.get_model("cx_courses", name)._meta
        yield meta.db_table, meta.get_field(field)


class Migration(migrations.Migration):
    dependencies = [("cx_courses", "0037_seldom_gradings")]

    operations = [
        migrations.RunPython(drop, restore),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="attemptitem",
                    name="version",
                    field=models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attempt_items",
                        to="cx_courses.questionversion",
                        verbose_name="version",
                    ),
                ),
                migrations.AlterField(
                    model_name="grading",
                    name="item",
                    field=models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="gradings",
                        to="cx_courses.attemptitem",
                        verbose_name="item",
                    ),
                ),
                migrations.AlterField(
                    model_name="grading",
                    name="response",
                    field=models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="gradings",
                        to="cx_courses.response",
                        verbose_name="response",
                    ),
                ),
            ],
        ),
    ]
