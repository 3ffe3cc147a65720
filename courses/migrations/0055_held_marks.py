from django.db import migrations, models

import courses.models.held


class Migration(migrations.Migration):
    dependencies = [
        ("cx_courses", "0054_guests"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(
                condition=models.Q(courses.models.held.HoldsMarks("policy"), released_at=None),
                fields=["quiz"],
                name="cx_courses_attempt_held",
            ),
        ),
    ]
